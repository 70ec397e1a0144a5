//! ExternalPeering (EPE-01 to EPE-07).

use super::super::check::Check;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    epe_01_02_names(check);
    epe_03_prefixes(check);
    epe_04_07_sides(check);
}

fn epe_01_02_names(check: &mut Check<'_>) {
    for (code, side) in [("EPE-01", "vpc"), ("EPE-02", "external")] {
        let name = check.spec.at("permit").at(side).at("name");
        if name.is_empty_text() {
            check
                .refuse(code, name, format!("the peering names no {side}"))
                .help(format!("Add `permit.{side}.name`"));
        }
    }
}

/// That a prefix is one is never checked.
fn epe_03_prefixes(check: &mut Check<'_>) {
    for entry in check.spec.at("permit").at("external").at("prefixes").items() {
        let prefix = entry.at("prefix");
        if prefix.is_empty_text() {
            check.refuse("EPE-03", prefix, "the prefix is missing").help("Add `prefix`, such as 0.0.0.0/0");
        }
    }
}

fn epe_04_07_sides(check: &mut Check<'_>) {
    let permit = check.spec.at("permit");
    let (vpc_name, external_name) = (permit.at("vpc").at("name"), permit.at("external").at("name"));
    let vpc = match vpc_name.is_empty_text() {
        true => None,
        false => check.require("EPE-04", vpc_name, Kind::Vpc, vpc_name.text()),
    };
    let external = match external_name.is_empty_text() {
        true => None,
        false => check.require("EPE-05", external_name, Kind::External, external_name.text()),
    };
    if let (Some(vpc), Some(external)) = (vpc, external) {
        let (one, two) = (vpc.spec().at("ipv4Namespace"), external.spec().at("ipv4Namespace"));
        if one.text() != two.text() {
            let message = format!(
                "the VPC is in the IPv4Namespace `{}` and the external in `{}`",
                one.text(),
                two.text()
            );
            check
                .refuse("EPE-06", permit, message)
                .help("Peer a VPC and an external of the same IPv4Namespace")
                .with_object(&vpc.key, one.pointer(), "the VPC's")
                .with_object(&external.key, two.pointer(), "the external's");
        }
    }
    if let Some(vpc) = vpc {
        for subnet in permit.at("vpc").at("subnets").items() {
            super::require_subnet(check, "EPE-07", subnet, vpc);
        }
    }
}
