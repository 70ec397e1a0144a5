//! VPCPeering (VPE-01 to VPE-08).

use super::super::check::Check;
use super::super::field::Field;
use super::super::finding::FixEdit;
use super::super::object::Object;
use crate::order::Map;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    vpe_01_switched_off(check);
    vpe_02_remote(check);
    vpe_03_04_two_vpcs(check);
    let vpcs = vpe_05_vpcs_exist(check);
    vpe_06_07_same_namespaces(check, &vpcs);
    vpe_08_subnets_exist(check, &vpcs);
}

/// Returns the VPCs that the permit entries name, each once, by name.
pub(crate) fn named_vpcs(spec: Field<'_>) -> Map<&str, Field<'_>> {
    let entries = spec.at("permit").items().flat_map(Field::entries);
    let mut vpcs = Map::new();
    for (name, field) in entries {
        vpcs.entry(name).or_insert(field);
    }
    vpcs
}

/// Returns the two VPCs of a peering, sorted by name; none unless each entry
/// names two and all the same two.
pub(crate) fn sides(spec: Field<'_>) -> Option<[(&str, Field<'_>); 2]> {
    if spec.at("permit").items().any(|entry| entry.count() != 2) {
        return None;
    }
    <[_; 2]>::try_from(named_vpcs(spec).into_iter().collect::<Vec<_>>()).ok()
}

fn vpe_01_switched_off(check: &mut Check<'_>) {
    let disabled = &check.settings().vpc_peering_disabled;
    if disabled.value {
        check
            .refuse("VPE-01", check.spec, "peerings between VPCs are switched off in this fabric")
            .help("Remove the peering, or use a GatewayPeering")
            .assuming(disabled.assumed);
    }
}

fn vpe_02_remote(check: &mut Check<'_>) {
    let remote = check.spec.at("remote");
    if !remote.is_empty_text() {
        check
            .refuse("VPE-02", remote, "remote peering is no longer supported")
            .help("Remove `remote`")
            .fix("Remove `remote`", vec![FixEdit::Remove { field: remote.pointer() }]);
    }
}

fn vpe_03_04_two_vpcs(check: &mut Check<'_>) {
    let permit = check.spec.at("permit");
    for entry in permit.items().filter(|entry| entry.count() != 2) {
        check
            .refuse(
                "VPE-03",
                entry,
                format!("a permit entry names two VPCs, and this names {}", entry.count()),
            )
            .help("Name both VPCs; write `{}` after one to permit all its subnets");
    }
    let count = named_vpcs(check.spec).len();
    if count != 2 {
        check
            .refuse("VPE-04", permit, format!("a peering joins exactly two VPCs, and this names {count}"))
            .help("Name the same two VPCs in every entry");
    }
}

fn vpe_05_vpcs_exist<'a>(check: &mut Check<'a>) -> Map<&'a str, &'a Object> {
    let mut vpcs = Map::new();
    for (name, field) in named_vpcs(check.spec) {
        let count = check.findings.len();
        if let Some(vpc) = check.require("VPE-05", field, Kind::Vpc, name) {
            vpcs.insert(name, vpc);
        }
        check.findings.iter_mut().skip(count).for_each(|finding| {
            finding.about_key();
        });
    }
    vpcs
}

fn vpe_06_07_same_namespaces(check: &mut Check<'_>, vpcs: &Map<&str, &Object>) {
    let mut vpcs = vpcs.values();
    let Some(first) = vpcs.next() else { return };
    for other in vpcs {
        for (code, key) in [("VPE-06", "ipv4Namespace"), ("VPE-07", "vlanNamespace")] {
            let (one, two) = (first.spec().at(key), other.spec().at(key));
            if one.text() == two.text() {
                continue;
            }
            let message = format!(
                "the VPC `{}` is in {key} `{}` and the VPC `{}` in `{}`",
                first.name(),
                one.text(),
                other.name(),
                two.text()
            );
            let permit = check.spec.at("permit");
            check
                .refuse(code, permit, message)
                .help("Peer VPCs of the same namespaces only, or use a GatewayPeering")
                .with_object(&first.key, one.pointer(), "one namespace")
                .with_object(&other.key, two.pointer(), "the other");
        }
    }
}

fn vpe_08_subnets_exist(check: &mut Check<'_>, vpcs: &Map<&str, &Object>) {
    for (name, side) in check.spec.at("permit").items().flat_map(Field::entries) {
        let Some(vpc) = vpcs.get(name) else { continue };
        for subnet in side.at("subnets").items() {
            super::require_subnet(check, "VPE-08", subnet, vpc);
        }
    }
}
