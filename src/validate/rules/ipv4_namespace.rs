//! IPv4Namespace (INS-01 to INS-08).

use super::super::check::Check;
use super::super::field::Field;
use super::super::object::Object;
use super::super::readers::Prefix;
use super::super::readers::read_prefix;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    super::name_is_short(check, "INS-01");
    let prefixes = ins_02_prefixes(check);
    ins_03_number(check);
    ins_04_subnets_lie_apart(check, &prefixes);
    ins_05_reserved(check, &prefixes);
}

pub(super) fn update(check: &mut Check<'_>, _old: &Object) {
    ins_06_vpcs_still_fit(check);
}

pub(super) fn delete(check: &mut Check<'_>) {
    let name = check.name;
    super::still_used_by(check, "INS-07", Kind::Ipv4Namespace, name, Kind::Vpc);
    super::still_used_by(check, "INS-08", Kind::Ipv4Namespace, name, Kind::External);
}

/// Returns the prefixes that can be read. Host bits and IPv6 are taken.
fn ins_02_prefixes<'a>(check: &mut Check<'a>) -> Vec<(Field<'a>, Prefix)> {
    let mut prefixes = Vec::new();
    for subnet in check.spec.at("subnets").items() {
        match read_prefix(subnet.text()) {
            Some(prefix) => prefixes.push((subnet, prefix)),
            None => {
                check
                    .refuse("INS-02", subnet, format!("`{}` is not a CIDR", subnet.text()))
                    .help("Write an address and a length, such as 10.0.0.0/16");
            }
        }
    }
    prefixes
}

/// The schema alone would allow 20.
fn ins_03_number(check: &mut Check<'_>) {
    let subnets = check.spec.at("subnets");
    let count = subnets.count();
    if count > 10 {
        check
            .refuse(
                "INS-03",
                subnets,
                format!("an IPv4Namespace has at most 10 subnets, and this has {count}"),
            )
            .help("Put neighbouring subnets together, or make a second namespace");
    }
}

fn ins_04_subnets_lie_apart(check: &mut Check<'_>, prefixes: &[(Field<'_>, Prefix)]) {
    super::lie_apart(check, "INS-04", prefixes);
}

fn ins_05_reserved(check: &mut Check<'_>, prefixes: &[(Field<'_>, Prefix)]) {
    for &(field, prefix) in prefixes {
        super::outside_reserved(check, "INS-05", field, prefix);
    }
}

/// In files VPC-66 says it, at the VPC.
fn ins_06_vpcs_still_fit(check: &mut Check<'_>) {
    let subnets = check.spec.at("subnets");
    let ranges: Vec<Prefix> = subnets.items().filter_map(|subnet| read_prefix(subnet.text())).collect();
    let name = check.name;
    for vpc in check.referrers(Kind::Ipv4Namespace, name, Kind::Vpc) {
        for (_, subnet) in vpc.spec().at("subnets").entries() {
            let cidr = subnet.at("subnet");
            let Some(prefix) = read_prefix(cidr.text()) else { continue };
            if ranges.iter().any(|range| range.covers(prefix)) {
                continue;
            }
            check
                .refuse(
                    "INS-06",
                    subnets,
                    format!("`{prefix}` of the VPC `{}` would fall outside", vpc.name()),
                )
                .help("Keep the subnets that VPCs use")
                .with_object(&vpc.key, cidr.pointer(), "used here");
        }
    }
}
