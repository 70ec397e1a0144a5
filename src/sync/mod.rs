//! Keeps a copy of a branch and the drafts of a person in step: loads,
//! follows, and sends each save as one commit.
//!
//! Everything is a [`crate::host::Machine`]: what has to be done comes out,
//! answers go in. What is kept between two machines is plain data.
//!
//! ```text
//! open ──▶ Standing ─┬──▶ refresh ──▶ Standing, drafts moved on
//!                    ├──▶ send ─────▶ Answer, Standing, and the entry or the drafts
//!   drafts, outbox ──┴──▶ turn ─────▶ both, for all that waits
//! ```
//!
//! **Invariant:** a save ends as one commit on the branch, as drafts, or as an
//! entry of the outbox; never as two of them and never as none. `Landed` is
//! said only after the commit was seen on the branch.

mod answer;
mod cache;
mod carry;
mod harm;
mod open;
mod outbox;
mod pace;
mod propose;
mod random;
mod send;
mod standing;
mod status;
mod trouble;
mod turn;

pub use answer::Answer;
pub use answer::QueuedFor;
pub use answer::RefusedFor;
pub use cache::restore;
pub use carry::Carried;
pub use carry::Files;
pub use carry::Findings;
pub use carry::Question;
pub use carry::Rebase;
pub use carry::Rebased;
pub use carry::carry;
pub use carry::question_of;
pub use open::Opening;
pub use open::Refreshed;
pub use open::open;
pub use open::refresh;
pub use outbox::Attempt;
pub use outbox::Entry;
pub use outbox::EntryState;
pub use outbox::Mode;
pub use outbox::NotAnEntry;
pub use outbox::Outcome;
pub use pace::Lacks;
pub use pace::Past;
pub use pace::Step;
pub use pace::next_look_ms;
pub use pace::next_step;
pub use send::Sending;
pub use send::send;
pub use standing::Session;
pub use standing::Standing;
pub use standing::Work;
pub use status::Access;
pub use status::Pulse;
pub use status::State;
pub use status::Status;
pub use status::Waiting;
pub use status::status;
pub use turn::Fit;
pub use turn::Turn;
pub use turn::Turned;
pub use turn::on_top;
pub use turn::turn;
