//! Sends one save until it is on the branch, or says why it is not.
//!
//! Each try is kept before it is sent. After an answer that got lost the
//! branch is asked first; after a lost race the drafts are carried over to
//! what the others made. A try is repeated only when it is certain that the
//! one before it did not land, or cannot land any more beside it.

use crate::host::Failure;
use crate::host::Guard;
use crate::host::Head;
use crate::host::Machine;
use crate::host::Progress;
use crate::host::Recent;
use crate::host::Sent;
use crate::host::Sight;
use crate::host::Stored;
use crate::host::Trace;
use crate::host::Trouble;
use crate::host::Wire;
use crate::plan::CommitPlan;
use crate::plan::ObjectId;
use crate::plan::Planned;
use crate::plan::Snapshot;
use crate::plan::operation_of;
use crate::plan::plan;
use crate::sync::answer::Answer;
use crate::sync::answer::QueuedFor;
use crate::sync::answer::RefusedFor;
use crate::sync::carry::Carried;
use crate::sync::carry::carry;
use crate::sync::harm::harm;
use crate::sync::open;
use crate::sync::outbox::Attempt;
use crate::sync::outbox::Entry;
use crate::sync::outbox::EntryState;
use crate::sync::outbox::Mode;
use crate::sync::outbox::Outcome;
use crate::sync::propose::proposal;
use crate::sync::random::Random;
use crate::sync::standing::Session;
use crate::sync::standing::Standing;
use crate::sync::standing::Work;
use crate::sync::trouble::is_passing;
use crate::sync::trouble::queued_for;
use crate::sync::trouble::refused;

/// How long a save is tried for before it is left to the outbox.
const PATIENCE_MS: u64 = 60_000;
/// The longest wait between two looks for a commit that may have landed.
const PROBE_MS: u64 = 8000;
/// Looks that must show the branch without the commit before it is sent again.
const LOOKS: u32 = 2;
/// Looks in a row that reach no host before it is taken to be away.
const UNREACHED: u32 = 3;
/// How long the branch must be seen unmoved before a refusal is believed:
/// longer than reads lag behind.
const DOUBT_MS: u64 = 5000;
/// The first wait after the host's trouble, and the longest.
const TROUBLE_MS: (u64, u64) = (5_000, 300_000);
/// The same where it wants a pause and does not say how long.
const LIMITED_MS: (u64, u64) = (60_000, 900_000);
/// The wait where nothing answers: a line that is back is soon noticed, and nobody is burdened.
const OFFLINE_MS: u64 = 5_000;

/// What became of a save, and what is left of it.
#[derive(Debug, Clone)]
pub struct Sending {
    /// What became of it.
    pub answer: Answer,
    /// The branch as it is known now.
    pub standing: Standing,
    /// The save, if it stays in the outbox.
    pub entry: Option<Entry>,
    /// Its drafts, if a person has to see to them again, with the version they
    /// were made from.
    pub returned: Option<Work>,
}

/// Sends a save. `before` is the version its drafts were made from, if it is
/// known; `seed` is drawn by chance.
pub fn send(
    session: Session,
    standing: Standing,
    entry: Entry,
    before: Option<Snapshot>,
    seed: u64,
) -> Machine<Sending> {
    Machine::new(move |wire| send_on(session, wire, standing, entry, before, seed))
}

/// Sends a save as a part of something larger.
pub(super) async fn send_on(
    session: Session,
    wire: Wire,
    standing: Standing,
    entry: Entry,
    before: Option<Snapshot>,
    seed: u64,
) -> Sending {
    let deadline_ms = wire.now_ms() + PATIENCE_MS;
    let random = Random::new(seed);
    Run { session, wire, standing, entry, before, random, deadline_ms, round: 0 }.run().await
}

struct Run {
    session: Session,
    wire: Wire,
    standing: Standing,
    entry: Entry,
    /// The version that the entry's drafts stand on.
    before: Option<Snapshot>,
    random: Random,
    deadline_ms: u64,
    round: u32,
}

/// What is new on a branch.
enum News {
    /// Nothing, as far as can be seen.
    None,
    /// Commits of others.
    Others,
    /// The save itself.
    Landed { commit: ObjectId },
    /// Another history than the known one.
    Another,
}

/// What comes after a step.
enum Then {
    /// The save is made on the branch as it is known now.
    Again,
    /// It is over.
    Over(Answer),
}

impl Run {
    async fn run(mut self) -> Sending {
        let may_be_there = self.entry.mode == Mode::Direct && self.entry.attempt.is_some();
        let mut then = if may_be_there { self.probe().await } else { Then::Again };
        loop {
            match then {
                Then::Over(answer) => {
                    let answer = self.checked(answer);
                    return self.finish(answer).await;
                }
                Then::Again => then = self.attempt().await,
            }
        }
    }

    /// Makes the save on the branch as it is known now.
    async fn attempt(&mut self) -> Then {
        if let Some(over) = self.carry() {
            return Then::Over(over);
        }
        let made =
            plan(&self.standing.snapshot, &self.entry.drafts, &self.entry.message, &self.entry.operation);
        let plan = match made {
            Ok(Planned::Commit(plan)) => plan,
            Ok(Planned::NothingToDo) => return self.nothing_to_do().await,
            Err(problem) => {
                let (reason, message) = (RefusedFor::Policy, problem.to_string());
                return Then::Over(Answer::Refused { reason, message });
            }
        };
        let gap_ms = self.session.host.capabilities().write_gap_ms;
        let since_ms = self.wire.now_ms().saturating_sub(self.standing.wrote_at_ms);
        if since_ms < gap_ms {
            self.wire.wait(gap_ms - since_ms).await;
        }
        self.entry.state = EntryState::Sending;
        self.entry.attempts += 1;
        self.entry.attempt = Some(self.attempt_at(&plan));
        self.keep().await;
        let files = plan.additions.len() + plan.deletions.len();
        self.wire.show(Progress::Sending { attempt: self.entry.attempts, files });
        self.standing.wrote_at_ms = self.wire.now_ms();
        match self.entry.mode {
            Mode::Direct => self.commit(&plan).await,
            Mode::PullRequest => self.propose(&plan).await,
        }
    }

    /// Carries the drafts over to the branch as it is known now.
    fn carry(&mut self) -> Option<Answer> {
        let Session { rebase, fabrics, .. } = &self.session;
        let after = &self.standing.snapshot;
        let Entry { drafts, findings, .. } = &self.entry;
        match carry(&**rebase, fabrics, self.before.as_ref(), after, drafts, *findings) {
            Carried::Over(drafts) => {
                self.entry.drafts = drafts;
                self.before = Some(after.clone());
                None
            }
            Carried::Conflicted => Some(Answer::Conflicted),
            Carried::Invalid { drafts, message } => {
                self.entry.drafts = drafts;
                self.before = Some(after.clone());
                Some(Answer::Invalid { message })
            }
        }
    }

    async fn commit(&mut self, plan: &CommitPlan) -> Then {
        let sent = self.session.host.commit(&self.wire, &self.standing.branch, plan).await;
        match sent {
            Sent::Accepted { commit, sight: Sight::OnBranch } => self.landed(plan, commit),
            // Whoever was passed over is read before anything else is said.
            Sent::Accepted { commit, sight: Sight::OnOthers } => self.found(commit).await,
            Sent::Accepted { commit, sight: Sight::NotYet } => self.confirm(plan, commit).await,
            Sent::HeadMoved => self.lost_race(None).await,
            Sent::MaybeMoved(failure) => self.lost_race(Some(failure)).await,
            Sent::Refused(failure) => self.refused(&failure).await,
            Sent::NotNow(failure) => Then::Over(self.stuck(&failure)),
            Sent::Unknown(_) => self.probe().await,
        }
    }

    /// Names a try. One whose answer got lost is still the same if it is sent again.
    fn attempt_at(&self, plan: &CommitPlan) -> Attempt {
        let outcome = match self.guard() {
            Guard::PerFile if self.is_lost() => Outcome::Lost,
            _ => Outcome::Awaited,
        };
        let fresh = Attempt { expected: plan.expected, tree: plan.tree, outcome };
        let same = |old: &Attempt| old.expected == fresh.expected && old.tree == fresh.tree;
        self.entry.attempt.filter(same).unwrap_or(fresh)
    }

    fn guard(&self) -> Guard {
        self.session.host.capabilities().guard
    }

    /// Forgets a try that did not land. A lost one that only its files guard may
    /// still land, on top of whatever is there by then.
    fn forget(&mut self) {
        if self.guard() == Guard::Branch || !self.is_lost() {
            self.entry.attempt = None;
        }
    }

    /// Nothing is left to be done, perhaps because a try that was lost has done it.
    async fn nothing_to_do(&mut self) -> Then {
        if self.is_lost() {
            let head = self.standing.snapshot.head().to_string();
            match self.look_from(&head).await {
                Ok(Trace::Landed { commit }) => return Then::Over(Answer::Landed { commit }),
                Ok(_) => {}
                Err(failure) => return Then::Over(self.stuck(&failure)),
            }
        }
        Then::Over(Answer::NothingToDo)
    }

    fn is_lost(&self) -> bool {
        self.entry.attempt.is_some_and(|attempt| attempt.outcome == Outcome::Lost)
    }

    /// Takes a refusal, unless the same try has landed before.
    async fn refused(&mut self, failure: &Failure) -> Then {
        if self.is_lost() {
            match self.look().await {
                Ok(Trace::Landed { commit }) => return self.found(commit).await,
                Ok(_) => {}
                Err(failure) => return Then::Over(self.stuck(&failure)),
            }
        }
        Then::Over(refused(failure))
    }

    async fn propose(&mut self, plan: &CommitPlan) -> Then {
        let proposal = proposal(&self.standing.branch, &self.entry);
        loop {
            match self.session.host.propose(&self.wire, &proposal, plan).await {
                Ok(made) => return Then::Over(Answer::Proposed { url: made.url, commit: made.commit }),
                // Its branch bears the name of the save, so it is found when it is there.
                Err(failure) if is_passing(failure.trouble) && self.is_early() => {
                    let ms = self.pause();
                    self.wire.wait(ms).await;
                }
                Err(failure) => {
                    return Then::Over(self.stuck(&failure));
                }
            }
        }
    }

    /// Checks the branch with a save that may stand on commits of others which
    /// were not read before it was sent.
    fn checked(&self, answer: Answer) -> Answer {
        let now = &self.standing.snapshot;
        let is_as_planned = self.entry.attempt.is_some_and(|attempt| attempt.tree == now.tree());
        match answer {
            Answer::Landed { commit } if self.guard() == Guard::PerFile && !is_as_planned => {
                match harm(&self.session, now, &self.entry) {
                    Some(message) => Answer::Harmful { commit, message },
                    None => answer,
                }
            }
            _ => answer,
        }
    }

    /// Takes a commit that was seen as the head of the branch.
    fn landed(&mut self, plan: &CommitPlan, commit: ObjectId) -> Then {
        if let Some(snapshot) = plan.landed(&self.standing.snapshot, commit) {
            self.standing.move_to(snapshot);
        }
        Then::Over(Answer::Landed { commit })
    }

    /// Waits until a commit that the host took is seen on the branch.
    async fn confirm(&mut self, plan: &CommitPlan, commit: ObjectId) -> Then {
        match self.session.host.head(&self.wire, &self.standing.branch, Some(commit)).await {
            Ok(Head::Unchanged) => self.landed(plan, commit),
            _ => self.probe().await,
        }
    }

    /// Moves on to what others made and tries again. With `doubt`, the host may
    /// have meant that nothing can be pushed at all: the head tells.
    async fn lost_race(&mut self, doubt: Option<Failure>) -> Then {
        let since_ms = self.wire.now_ms();
        loop {
            if !self.is_early() {
                return Then::Over(self.stuck(&Failure::new(Trouble::HeadMoved, "")));
            }
            let ms = self.pause();
            self.wire.wait(ms).await;
            // An answer that was long under way tells of when it was asked for.
            let is_believed = self.wire.now_ms() >= since_ms + DOUBT_MS;
            match self.advance().await {
                Err(failure) if is_passing(failure.trouble) => {}
                Err(failure) => return Then::Over(self.stuck(&failure)),
                Ok(News::None) => {
                    if let Some(failure) = doubt.as_ref().filter(|_| is_believed) {
                        return self.refused(failure).await;
                    }
                }
                Ok(News::Landed { commit }) => return Then::Over(Answer::Landed { commit }),
                Ok(News::Others) => {
                    self.wire.show(Progress::Rebased { round: self.round });
                    return Then::Again;
                }
                Ok(News::Another) => return self.judge().await,
            }
        }
    }

    /// Finds out what became of a try whose answer got lost.
    async fn probe(&mut self) -> Then {
        self.entry.state = EntryState::Unknown;
        if let Some(attempt) = &mut self.entry.attempt {
            attempt.outcome = Outcome::Lost;
        }
        self.keep().await;
        self.wire.show(Progress::Probing);
        let until_ms = self.deadline_ms.max(self.wire.now_ms() + PATIENCE_MS / 2);
        let (mut wait_ms, mut looks, mut unreached) = (1000, 0, 0);
        loop {
            let failure = match self.look().await {
                Ok(Trace::Landed { commit }) => return self.found(commit).await,
                Ok(Trace::NotLanded) => return self.catch_up().await,
                // A read may lag behind, so one is not enough.
                Ok(Trace::HeadIsExpected | Trace::OutOfSight) if looks + 1 >= LOOKS => {
                    return self.catch_up().await;
                }
                Ok(Trace::HeadIsExpected | Trace::OutOfSight) => {
                    looks += 1;
                    None
                }
                Err(failure) if is_passing(failure.trouble) => Some(failure),
                Err(failure) => return Then::Over(self.stuck(&failure)),
            };
            let is_away = failure.as_ref().is_some_and(|failure| failure.trouble == Trouble::Unreachable);
            unreached = if is_away { unreached + 1 } else { 0 };
            if unreached >= UNREACHED || self.wire.now_ms() + wait_ms > until_ms {
                let failure = failure.unwrap_or_else(|| Failure::new(Trouble::Unknown, ""));
                return Then::Over(self.stuck(&failure));
            }
            self.wire.wait(wait_ms).await;
            wait_ms = (wait_ms * 2).min(PROBE_MS);
        }
    }

    async fn look(&self) -> Result<Trace, Failure> {
        self.look_from(&self.standing.branch).await
    }

    /// Looks for the last try in the history of a branch or a commit.
    async fn look_from(&self, from: &str) -> Result<Trace, Failure> {
        let Some(Attempt { expected, tree, .. }) = self.entry.attempt else { return Ok(Trace::NotLanded) };
        let Run { session, wire, entry, .. } = self;
        session.host.landed(wire, from, &entry.operation, expected, tree).await
    }

    /// Takes a commit that was found on the branch.
    async fn found(&mut self, commit: ObjectId) -> Then {
        // The branch may have moved on since; the next look for news reads it
        // if this one fails.
        let _ = self.advance().await;
        Then::Over(Answer::Landed { commit })
    }

    /// Reads the branch as it is before a save is made again.
    async fn catch_up(&mut self) -> Then {
        match self.advance().await {
            Ok(News::None) if self.is_lost() && !self.was_made_for(self.standing.snapshot.head()) => {
                self.judge().await
            }
            // If a try that was lost lands after all, the same one sent again does not.
            Ok(News::None | News::Others) => Then::Again,
            Ok(News::Landed { commit }) => Then::Over(Answer::Landed { commit }),
            Ok(News::Another) => self.judge().await,
            Err(failure) => Then::Over(self.stuck(&failure)),
        }
    }

    /// Looks for a try in the history of the head that is known now.
    async fn judge(&mut self) -> Then {
        if !self.is_lost() {
            self.entry.attempt = None;
            return Then::Again;
        }
        let mut wait_ms = 1000;
        loop {
            // What a commit stands on never changes, so this read cannot lag behind.
            let from = self.standing.snapshot.head().to_string();
            match self.look_from(&from).await {
                Ok(Trace::Landed { commit }) => return Then::Over(Answer::Landed { commit }),
                Ok(Trace::NotLanded | Trace::HeadIsExpected) => {
                    self.forget();
                    return Then::Again;
                }
                Ok(Trace::OutOfSight) if wait_ms > PROBE_MS => break,
                Ok(Trace::OutOfSight) => {}
                Err(failure) => return Then::Over(self.stuck(&failure)),
            }
            // The branch itself may have been read as it was before.
            self.wire.wait(wait_ms).await;
            wait_ms *= 2;
            if let Err(failure) = open::advance(&self.session, &self.wire, &mut self.standing).await {
                return Then::Over(self.stuck(&failure));
            }
        }
        // History does not tell what became of it, so the files must.
        let snapshot = &self.standing.snapshot;
        let is_there =
            self.entry.drafts.iter().all(|(path, draft)| snapshot.file(path) == draft.ours.as_ref());
        Then::Over(if is_there { Answer::Landed { commit: snapshot.head() } } else { Answer::Conflicted })
    }

    fn was_made_for(&self, head: ObjectId) -> bool {
        self.entry.attempt.is_some_and(|attempt| attempt.expected == head)
    }

    /// Reads what is new on the branch. A try that is not among it, though it
    /// was made for the head that was known, did not land; where the branch is
    /// guarded, it cannot any more.
    async fn advance(&mut self) -> Result<News, Failure> {
        let known = self.standing.snapshot.head();
        let Some(open::News { commits }) =
            open::advance(&self.session, &self.wire, &mut self.standing).await?
        else {
            return Ok(News::None);
        };
        let Some(commits) = commits else { return Ok(News::Another) };
        let is_ours =
            |commit: &&Recent| operation_of(&commit.message).as_ref() == Some(&self.entry.operation);
        if let Some(commit) = commits.iter().find(is_ours) {
            return Ok(News::Landed { commit: commit.id });
        }
        if !self.is_lost() || self.was_made_for(known) {
            self.forget();
            return Ok(News::Others);
        }
        Ok(News::Another)
    }

    fn is_early(&self) -> bool {
        self.wire.now_ms() < self.deadline_ms
    }

    fn pause(&mut self) -> u64 {
        self.round += 1;
        self.random.wait_ms(self.round)
    }

    /// Leaves the save to the outbox, as one that may have landed if an answer
    /// got lost. What no waiting mends is a refusal.
    fn stuck(&mut self, failure: &Failure) -> Answer {
        let is_lost = self.is_lost();
        let reason = match queued_for(failure.trouble) {
            Some(QueuedFor::Host) | None if is_lost => QueuedFor::Unknown,
            Some(reason) => reason,
            None => return refused(failure),
        };
        if !is_lost {
            self.entry.attempt = None;
        }
        self.entry.state = match reason {
            QueuedFor::Auth => EntryState::Frozen,
            _ if is_lost => EntryState::Unknown,
            _ => EntryState::Queued,
        };
        self.leave(reason, failure)
    }

    fn leave(&mut self, reason: QueuedFor, failure: &Failure) -> Answer {
        let retry_at_ms = match reason {
            // The token decides, not the time.
            QueuedFor::Auth => None,
            QueuedFor::Offline => Some(failure.until_ms.unwrap_or(self.wire.now_ms() + OFFLINE_MS)),
            QueuedFor::RateLimit => Some(failure.until_ms.unwrap_or_else(|| self.later(LIMITED_MS))),
            _ => Some(failure.until_ms.unwrap_or_else(|| self.later(TROUBLE_MS))),
        };
        self.entry.retry_at_ms = retry_at_ms;
        Answer::Queued { reason, retry_at_ms }
    }

    /// Returns a time that is the later the more often the save was tried.
    fn later(&mut self, (least_ms, most_ms): (u64, u64)) -> u64 {
        let doublings = self.entry.attempts.saturating_sub(1).min(8);
        let base_ms = (least_ms << doublings).min(most_ms);
        self.wire.now_ms() + base_ms + self.random.below(base_ms / 4)
    }

    async fn keep(&self) {
        if self.wire.store(vec![self.entry.record()]).await == Stored::Lost {
            self.wire.show(Progress::StorageLost);
        }
    }

    async fn finish(self, answer: Answer) -> Sending {
        let stays = matches!(answer, Answer::Queued { .. });
        let record = if stays { self.entry.record() } else { self.entry.no_record() };
        if self.wire.store(vec![record]).await == Stored::Lost {
            self.wire.show(Progress::StorageLost);
        }
        let Run { standing, entry, before, .. } = self;
        let is_returned =
            matches!(answer, Answer::Conflicted | Answer::Invalid { .. } | Answer::Refused { .. });
        let returned = is_returned.then(|| Work { base: before, drafts: entry.drafts.clone() });
        Sending { answer, standing, entry: stays.then_some(entry), returned }
    }
}
