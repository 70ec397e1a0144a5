//! Switch (SWI-01 to SWI-58): role, redundancy, namespaces. Ports are in
//! `switch_ports`, addresses and ASNs in `switch_addresses`.

use super::super::check::Check;
use super::super::field::Field;
use super::super::object::Object;
use super::super::readers::VlanRange;
use super::super::readers::read_ranges;
use super::switch_addresses;
use super::switch_ports;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    swi_01_namespaces_are_named(check);
    swi_06_spine_without_vtep(check);
    swi_07_profile_is_named(check);
    swi_08_10_redundancy(check);
    swi_11_link_flap(check);
    swi_12_13_vlan_namespaces(check);
    swi_14_15_groups(check);
    swi_35_mclag(check);
    let field = check.spec.at("profile");
    let profile = match field.is_empty_text() {
        true => None,
        false => check.require("SWI-16", field, Kind::SwitchProfile, field.text()),
    };
    if let Some(profile) = profile {
        swi_33_34_36_features(check, profile);
        switch_ports::check(check, profile);
    }
    switch_addresses::check(check);
}

pub(super) fn update(check: &mut Check<'_>, old: &Object) {
    swi_57_breakouts_with_roce(check, old);
}

pub(super) fn delete(check: &mut Check<'_>) {
    let name = check.name;
    super::still_used_by(check, "SWI-58", Kind::Switch, name, Kind::Connection);
}

/// Says whether a switch is a leaf. A `virtual-edge` is neither leaf nor spine
/// (Q12).
pub(super) fn is_leaf(spec: Field<'_>) -> bool {
    spec.at("role").text().ends_with("-leaf")
}

/// Says whether a switch is a spine.
pub(super) fn is_spine(spec: Field<'_>) -> bool {
    spec.at("role").text() == "spine"
}

/// Cannot happen once the defaults are in.
fn swi_01_namespaces_are_named(check: &mut Check<'_>) {
    let namespaces = check.spec.at("vlanNamespaces");
    if namespaces.count() == 0 {
        check
            .refuse("SWI-01", namespaces, "the switch has no VLAN namespace")
            .help("Add `vlanNamespaces: [default]`");
    }
}

fn swi_06_spine_without_vtep(check: &mut Check<'_>) {
    let vtep = check.spec.at("vtepIP");
    let role = check.spec.at("role").pointer();
    if is_spine(check.spec) && !vtep.is_empty_text() {
        check
            .refuse("SWI-06", vtep, "a spine has no VTEP address")
            .help("Remove `vtepIP`")
            .with_field(role, "the role");
    }
}

fn swi_07_profile_is_named(check: &mut Check<'_>) {
    let profile = check.spec.at("profile");
    if profile.is_empty_text() {
        check
            .refuse("SWI-07", profile, "the switch has no profile")
            .help("Add `profile` with the model of the switch");
    }
}

fn swi_08_10_redundancy(check: &mut Check<'_>) {
    let redundancy = check.spec.at("redundancy");
    let (group, kind) = (redundancy.at("group"), redundancy.at("type"));
    if !matches!(kind.text(), "" | "mclag" | "eslag") {
        check
            .refuse("SWI-08", kind, format!("there is no redundancy type `{}`", kind.text()))
            .help("Write `eslag`");
    }
    match (group.is_empty_text(), kind.is_empty_text()) {
        (false, true) => {
            check
                .refuse("SWI-09", kind, "the redundancy has a group and no type")
                .help("Add `type: eslag`, or remove the group");
        }
        (true, false) => {
            check
                .refuse("SWI-10", group, "the redundancy has a type and no group")
                .help("Add `group`, or remove the type");
        }
        _ => {}
    }
}

/// The defaults fill in what is missing, so this cannot happen.
fn swi_11_link_flap(check: &mut Check<'_>) {
    let settings = check.spec.at("linkFlapErrDisable");
    if !settings.is_there() {
        return;
    }
    for key in ["flapThreshold", "samplingInterval", "recoveryInterval"] {
        if !settings.at(key).is_there() {
            check
                .refuse("SWI-11", settings.at(key), format!("`{key}` is missing"))
                .help(format!("Add `{key}`"));
        }
    }
}

fn swi_12_13_vlan_namespaces(check: &mut Check<'_>) {
    let mut earlier: Vec<(Field<'_>, &Object, VlanRange)> = Vec::new();
    for field in check.spec.at("vlanNamespaces").items() {
        let Some(namespace) = check.require("SWI-12", field, Kind::VlanNamespace, field.text()) else {
            continue;
        };
        let ranges = namespace.spec().at("ranges");
        let meets = |range: VlanRange| earlier.iter().find(|(_, _, other)| other.overlaps(range));
        let clash = read_ranges(ranges).find_map(|(_, range)| meets(range).copied());
        if let Some((other_field, other, _)) = clash {
            check
                .refuse(
                    "SWI-13",
                    field,
                    format!("the VLANs of `{}` overlap those of `{}`", field.text(), other.name()),
                )
                .help("Remove one of the two namespaces from the switch")
                .with_field(other_field.pointer(), "overlaps this")
                .with_object(&namespace.key, ranges.pointer(), "its VLANs")
                .with_object(&other.key, other.spec().at("ranges").pointer(), "the other's VLANs");
        }
        earlier.extend(read_ranges(ranges).map(|(_, range)| (field, namespace, range)));
    }
}

/// The redundancy group is one of the groups by default.
fn swi_14_15_groups(check: &mut Check<'_>) {
    let redundancy = check.spec.at("redundancy").at("group");
    for group in check.spec.at("groups").items() {
        if group.is_empty_text() {
            check
                .refuse("SWI-14", group, "the name of the group is empty")
                .help("Name a group, or remove the item");
            continue;
        }
        let place = if group.text() == redundancy.text() { redundancy } else { group };
        check.require("SWI-15", place, Kind::SwitchGroup, group.text());
    }
}

fn swi_33_34_36_features(check: &mut Check<'_>, profile: &Object) {
    let features = profile.spec().at("features");
    let roce = check.spec.at("roce");
    let qpn = check.spec.at("ecmp").at("roceQPN");
    let redundancy = check.spec.at("redundancy").at("type");
    let wanted = [
        ("SWI-33", roce, roce.flag(), "roce", "RoCEv2"),
        ("SWI-34", qpn, qpn.flag(), "ecmpRoCEQPN", "ECMP by RoCE queue pair"),
        ("SWI-36", redundancy, redundancy.text() == "eslag", "eslag", "ESLAG"),
    ];
    for (code, field, is_wanted, feature, name) in wanted {
        if is_wanted && !features.at(feature).flag() {
            check
                .refuse(code, field, format!("a `{}` has no {name}", profile.name()))
                .help("Turn it off, or use another model of switch")
                .with_object(&profile.key, features.pointer(), "its features");
        }
    }
}

fn swi_35_mclag(check: &mut Check<'_>) {
    let kind = check.spec.at("redundancy").at("type");
    if kind.text() == "mclag" {
        check.warn("SWI-35", kind, "MCLAG is no longer supported").help("Use `eslag`");
    }
}

/// The maps are compared as they are: `{}` where there was nothing is a change
/// (Q14).
fn swi_57_breakouts_with_roce(check: &mut Check<'_>, old: &Object) {
    let (before, now) = (old.spec().at("portBreakouts"), check.spec.at("portBreakouts"));
    let has_roce = old.spec().at("roce").flag() || check.spec.at("roce").flag();
    let is_same = before.is_there() == now.is_there()
        && before.count() == now.count()
        && now.entries().all(|(key, mode)| {
            before.entries().any(|(other, before)| other == key && before.text() == mode.text())
        });
    if has_roce && !is_same {
        check
            .refuse("SWI-57", now, "breakouts cannot change while RoCE is on")
            .help("Turn RoCE off first, in a commit of its own");
    }
}
