//! One turn of keeping in step: sends what the outbox holds, one save after the
//! other, reads the news, and moves drafts on to them.

use crate::host::Failure;
use crate::host::Machine;
use crate::host::Wire;
use crate::plan::Draft;
use crate::plan::Drafts;
use crate::plan::ObjectId;
use crate::sync::answer::Answer;
use crate::sync::carry::Carried;
use crate::sync::carry::Files;
use crate::sync::carry::Question;
use crate::sync::carry::Rebase;
use crate::sync::carry::Rebased;
use crate::sync::open::carry_over;
use crate::sync::open::keep;
use crate::sync::open::look;
use crate::sync::outbox::Entry;
use crate::sync::outbox::EntryState;
use crate::sync::send::Sending;
use crate::sync::send::send_on;
use crate::sync::standing::Session;
use crate::sync::standing::Standing;
use crate::sync::standing::Work;

/// What a turn starts from.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The branch as it is known.
    pub standing: Standing,
    /// The drafts. Where a save of the outbox touches the same file, they were
    /// made from the text of that save.
    pub work: Work,
    /// The saves that are not on the branch yet, in their order.
    pub outbox: Vec<Entry>,
    /// Drawn by chance.
    pub seed: u64,
}

/// What a turn has led to.
#[derive(Debug, Clone)]
pub struct Turned {
    /// The branch as it is known now.
    pub standing: Standing,
    /// The drafts, with those of saves that came back.
    pub work: Work,
    /// Whether the drafts stand on the branch as it is now.
    pub fit: Fit,
    /// The saves that are still not on the branch, in their order.
    pub outbox: Vec<Entry>,
    /// What became of each save that was sent.
    pub answers: Vec<(Entry, Answer)>,
    /// Why the branch could not be read, if so.
    pub failure: Option<Failure>,
}

/// Whether drafts stand on the branch as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// They do.
    Good,
    /// A person must decide first.
    Conflicted,
    /// The whole would not be valid.
    Invalid {
        /// What is wrong.
        message: String,
    },
}

impl Turned {
    /// Returns the commits that landed.
    pub fn landed(&self) -> impl Iterator<Item = ObjectId> {
        self.answers.iter().filter_map(|(_, answer)| match answer {
            Answer::Landed { commit } | Answer::Harmful { commit, .. } => Some(*commit),
            _ => None,
        })
    }
}

/// Takes one turn. Saves that wait for a later time are left alone; those that
/// the token froze are tried, for it may be a good one now.
pub fn turn(session: Session, turn: Turn) -> Machine<Turned> {
    Machine::new(|wire| async move {
        let Turn { standing, work, outbox, seed } = turn;
        let mut turned =
            Turned { standing, work, fit: Fit::Good, outbox: Vec::new(), answers: Vec::new(), failure: None };
        // The head is not read before a save: its guard tells when it is old.
        let mut left = outbox.into_iter();
        let mut go = Go::On;
        for (number, entry) in (0..).zip(left.by_ref()) {
            go = turned.send(&session, &wire, entry, seed.wrapping_add(number)).await;
            if go != Go::On {
                break;
            }
        }
        turned.outbox.extend(left);
        let is_known =
            matches!(turned.answers.last(), Some((_, Answer::Landed { .. } | Answer::Harmful { .. })));
        if !is_known && go != Go::Stop {
            turned.failure = look(&session, &wire, &mut turned.standing).await.err();
        }
        keep(&wire, &mut turned.standing).await;
        turned.carry(&session);
        turned
    })
}

/// What comes after a save.
#[derive(PartialEq, Eq)]
enum Go {
    /// The next one.
    On,
    /// Its time has not come, nor that of those behind it.
    Wait,
    /// The host does not let anything through.
    Stop,
}

impl Turned {
    async fn send(&mut self, session: &Session, wire: &Wire, entry: Entry, seed: u64) -> Go {
        let is_frozen = entry.state == EntryState::Frozen;
        if !is_frozen && entry.retry_at_ms.is_some_and(|retry_ms| retry_ms > wire.now_ms()) {
            self.outbox.push(entry);
            // Saves keep their order, so those behind it wait too.
            return Go::Wait;
        }
        let sending =
            send_on(session.clone(), wire.clone(), self.standing.clone(), entry.clone(), None, seed).await;
        let Sending { answer, standing, entry: left, returned } = sending;
        self.standing = standing;
        self.outbox.extend(left);
        if let Some(returned) = returned {
            put_back(&mut self.work, returned, &*session.rebase);
        }
        let go = match answer {
            Answer::Queued { .. } => Go::Stop,
            _ => Go::On,
        };
        self.answers.push((entry, answer));
        go
    }

    fn carry(&mut self, session: &Session) {
        // Drafts on top of a save that still waits stay on top of it.
        let waits = |path: &String| self.outbox.iter().any(|entry| entry.drafts.contains_key(path));
        let (on_top, free): (Drafts, Drafts) =
            self.work.drafts.clone().into_iter().partition(|(path, _)| waits(path));
        let (drafts, fit) = match carry_over(session, self.work.base.as_ref(), &self.standing, &free) {
            Carried::Over(drafts) => (drafts, Fit::Good),
            Carried::Invalid { drafts, message } => (drafts, Fit::Invalid { message }),
            Carried::Conflicted => {
                self.fit = Fit::Conflicted;
                return;
            }
        };
        self.fit = fit;
        self.work = Work { base: Some(self.standing.snapshot.clone()), drafts };
        self.work.drafts.extend(on_top);
    }
}

/// Puts the drafts of a save that came back under those that were made since.
fn put_back(work: &mut Work, returned: Work, rebase: &dyn Rebase) {
    if work.drafts.is_empty() {
        *work = returned;
        return;
    }
    for (path, old) in returned.drafts {
        let draft = match work.drafts.remove(&path) {
            None => old,
            // The person has seen the newer one last.
            Some(newer) => on_top(&path, &old, &newer, rebase)
                .unwrap_or_else(|| Draft { base: old.base.clone(), ours: newer.ours }),
        };
        work.drafts.insert(path, draft);
    }
}

/// Returns the draft that has both changes of a file; none if they contradict
/// each other. Made from the older one's text, the newer has both already.
pub fn on_top(path: &str, old: &Draft, newer: &Draft, rebase: &dyn Rebase) -> Option<Draft> {
    let together = |ours| Some(Draft { base: old.base.clone(), ours });
    if newer.base == old.ours || newer == old {
        return together(newer.ours.clone());
    }
    let [base, ours, theirs] = [&newer.base, &newer.ours, &old.ours].map(|bytes| {
        let bytes = bytes.iter().cloned();
        bytes.map(|bytes| (path.to_owned(), bytes)).collect::<Files>()
    });
    match rebase.rebase(Question { base: &base, ours: &ours, theirs: &theirs, branch: None }) {
        Rebased::Clean(mut files) | Rebased::Invalid { mut files, .. } => {
            together(files.remove(path).unwrap_or_else(|| old.ours.clone()))
        }
        Rebased::Conflicted => None,
    }
}
