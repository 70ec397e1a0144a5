//! Loads a branch and follows it.

use crate::host::Advance;
use crate::host::Back;
use crate::host::Failure;
use crate::host::Head;
use crate::host::Host;
use crate::host::Machine;
use crate::host::Moved;
use crate::host::Opened;
use crate::host::Progress;
use crate::host::Recent;
use crate::host::Stored;
use crate::host::Wire;
use crate::plan::Drafts;
use crate::plan::Snapshot;
use crate::sync::cache::records;
use crate::sync::carry::Carried;
use crate::sync::carry::Findings;
use crate::sync::carry::carry;
use crate::sync::standing::Session;
use crate::sync::standing::Standing;
use crate::sync::standing::Work;

/// What a branch is opened with.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// Its name; the default branch without one.
    pub branch: Option<String>,
    /// What it held when it was last open.
    pub known: Option<Snapshot>,
}

/// A branch after a look for news.
#[derive(Debug, Clone)]
pub struct Refreshed {
    /// The branch.
    pub standing: Standing,
    /// What became of the drafts.
    pub carried: Carried,
}

/// Loads a branch. What is known of it is not read again.
pub fn open(session: Session, opening: Opening) -> Machine<Result<Standing, Failure>> {
    Machine::new(|wire| async move {
        let Opening { branch, known } = opening;
        let opened = session.host.open(&wire, branch.as_deref(), &session.fabrics, known.as_ref()).await?;
        let Opened { branch, snapshot, permission } = opened;
        let mut standing = Standing::new(branch, snapshot, permission);
        standing.kept = known;
        keep(&wire, &mut standing).await;
        Ok(standing)
    })
}

/// Looks for news of a branch and carries drafts over to them.
pub fn refresh(session: Session, standing: Standing, work: Work) -> Machine<Result<Refreshed, Failure>> {
    Machine::new(|wire| async move {
        let mut standing = standing;
        look(&session, &wire, &mut standing).await?;
        keep(&wire, &mut standing).await;
        let Work { base, drafts } = work;
        let carried = carry_over(&session, base.as_ref(), &standing, &drafts);
        Ok(Refreshed { standing, carried })
    })
}

/// Moves a standing on to the head of its branch, if there is a newer one.
pub(super) async fn look(session: &Session, wire: &Wire, standing: &mut Standing) -> Result<(), Failure> {
    let known = standing.snapshot.head();
    match session.host.head(wire, &standing.branch, Some(known)).await? {
        Head::Unchanged => {
            standing.keep();
            return Ok(());
        }
        Head::At(head) if standing.is_past(head) && standing.back(wire.now_ms()) == Back::Ignore => {
            standing.lag(wire.now_ms());
            return Ok(());
        }
        Head::At(_) => {}
    }
    Host::may_read(wire)?;
    advance(session, wire, standing).await.map(|_| ())
}

/// Moves a standing on and returns what came: none if nothing did, or if it is
/// older than what is known.
pub(super) async fn advance(
    session: &Session,
    wire: &Wire,
    standing: &mut Standing,
) -> Result<Option<News>, Failure> {
    let back = standing.back(wire.now_ms());
    let Standing { branch, snapshot, .. } = &*standing;
    match session.host.advance(wire, branch, &session.fabrics, snapshot, back).await? {
        Advance::Same => standing.keep(),
        Advance::Behind => standing.lag(wire.now_ms()),
        Advance::Moved(moved) if standing.is_past(moved.snapshot.head()) && back == Back::Ignore => {
            standing.lag(wire.now_ms());
        }
        Advance::Moved(Moved { snapshot, commits }) => {
            standing.move_to(snapshot);
            return Ok(Some(News { commits }));
        }
    }
    Ok(None)
}

/// What came to a branch.
pub(super) struct News {
    /// Commits on top of the one that was known; none if the branch does not
    /// stand on it any more.
    pub commits: Option<Vec<Recent>>,
}

/// Carries drafts over to the branch as it is known.
pub(super) fn carry_over(
    session: &Session,
    base: Option<&Snapshot>,
    standing: &Standing,
    drafts: &Drafts,
) -> Carried {
    carry(&*session.rebase, &session.fabrics, base, &standing.snapshot, drafts, Findings::Refuse)
}

/// Keeps what the branch holds beyond the page, unless it is kept already.
pub(super) async fn keep(wire: &Wire, standing: &mut Standing) {
    let Standing { branch, snapshot, kept, .. } = &*standing;
    if kept.as_ref().is_some_and(|kept| kept.head() == snapshot.head()) {
        return;
    }
    match wire.store(records(branch, kept.as_ref(), snapshot)).await {
        Stored::Kept => standing.kept = Some(standing.snapshot.clone()),
        Stored::Lost => wire.show(Progress::StorageLost),
    }
}
