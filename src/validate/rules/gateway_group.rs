//! GatewayGroup (GWG-01, GWG-02).

use super::super::check::Check;

pub(super) fn check(check: &mut Check<'_>) {
    super::gateway_kind(check, "GWG-01", "GWG-02");
}
