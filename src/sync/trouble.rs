//! What a host's trouble means for a save.

use crate::host::Failure;
use crate::host::Trouble;
use crate::sync::answer::Answer;
use crate::sync::answer::QueuedFor;
use crate::sync::answer::RefusedFor;

/// Returns why a save has to wait; none if waiting does not help.
pub(super) fn queued_for(trouble: Trouble) -> Option<QueuedFor> {
    match trouble {
        Trouble::BadToken | Trouble::TokenNotAllowed => Some(QueuedFor::Auth),
        Trouble::Limited => Some(QueuedFor::RateLimit),
        Trouble::Unreachable => Some(QueuedFor::Offline),
        Trouble::Host | Trouble::Wrong => Some(QueuedFor::Host),
        Trouble::HeadMoved | Trouble::MaybeMoved => Some(QueuedFor::Busy),
        Trouble::Unknown => Some(QueuedFor::Unknown),
        _ => None,
    }
}

/// Returns why a host does not take a save.
pub(super) fn refused(failure: &Failure) -> Answer {
    let reason = match failure.trouble {
        Trouble::Protected => RefusedFor::Protected,
        Trouble::TooLarge => RefusedFor::TooLarge,
        Trouble::NoPermission | Trouble::ReadOnly | Trouble::Missing | Trouble::MaybeMoved => {
            RefusedFor::ReadOnly
        }
        _ => RefusedFor::Policy,
    };
    Answer::Refused { reason, message: failure.message.clone() }
}

/// Says whether asking again in a while may help.
pub(super) fn is_passing(trouble: Trouble) -> bool {
    matches!(trouble, Trouble::Unreachable | Trouble::Host | Trouble::Wrong | Trouble::Unknown)
}
