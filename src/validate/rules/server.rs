//! Server (SRV-01).

use super::super::check::Check;
use crate::schema::Kind;

pub(super) fn delete(check: &mut Check<'_>) {
    let name = check.name;
    super::still_used_by(check, "SRV-01", Kind::Server, name, Kind::Connection);
}
