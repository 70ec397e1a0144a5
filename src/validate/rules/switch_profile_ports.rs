//! Ports, port groups and port profiles of a SwitchProfile (SWP-09 to SWP-63).

use super::super::check::Check;
use super::super::field::Field;
use crate::order::Map;
use crate::order::Set;

pub(super) fn check(check: &mut Check<'_>) {
    let mut seen = Seen::default();
    for (name, port) in check.spec.at("ports").entries() {
        swp_09_12_names(check, name, port, &mut seen);
        if port.at("management").flag() {
            swp_13_22_management_port(check, name, port);
        } else {
            swp_23_41_data_port(check, name, port, &mut seen);
        }
    }
    for (name, group) in check.spec.at("portGroups").entries() {
        swp_42_48_group(check, name, group, &mut seen);
    }
    for (name, profile) in check.spec.at("portProfiles").entries() {
        swp_49_52_port_profile(check, name, profile, &seen);
        swp_53_57_speeds(check, profile.at("speed"));
        swp_58_63_breakouts(check, profile.at("breakout"));
    }
}

/// What ports have used.
#[derive(Default)]
struct Seen<'a> {
    nos: Map<&'a str, Field<'a>>,
    base: Map<&'a str, Field<'a>>,
    labels: Map<&'a str, Field<'a>>,
    groups: Set<&'a str>,
    profiles: Set<&'a str>,
}

/// Refuses a text that an earlier port has.
fn unique<'a>(
    check: &mut Check<'_>,
    code: &'static str,
    field: Field<'a>,
    seen: &mut Map<&'a str, Field<'a>>,
) {
    if field.is_empty_text() {
        return;
    }
    if let Some(first) = seen.insert(field.text(), field) {
        check
            .refuse(code, field, format!("`{}` is used by two ports", field.text()))
            .help("Give one of the two another one")
            .with_field(first.pointer(), "used here too");
    }
}

/// Says whether the text is a prefix and a number of at least `least`.
fn counts_from(text: &str, prefix: &str, least: i64) -> bool {
    text.strip_prefix(prefix).is_some_and(|number| is_number(number, least))
}

/// Reads a number as Go's `strconv.Atoi`: a sign and leading zeros are fine.
fn is_number(text: &str, least: i64) -> bool {
    text.parse::<i64>().is_ok_and(|number| number >= least)
}

fn swp_09_12_names<'a>(check: &mut Check<'_>, name: &str, port: Field<'a>, seen: &mut Seen<'a>) {
    if port.at("nos").is_empty_text() {
        check
            .refuse("SWP-09", port.at("nos"), format!("the port `{name}` has no NOS name"))
            .help("Add `nos`");
    }
    if name.len() < 2 {
        check
            .refuse("SWP-10", port, format!("the port name `{name}` is too short"))
            .about_key()
            .help("Name it as `E1/1` or `M1`");
    }
    unique(check, "SWP-11", port.at("nos"), &mut seen.nos);
    unique(check, "SWP-12", port.at("baseNOSName"), &mut seen.base);
}

/// Refuses a name that is not `prefix` and a number: the codes are for the
/// prefix and for the number.
fn named(
    check: &mut Check<'_>,
    [no_prefix, no_number]: [&'static str; 2],
    field: Field<'_>,
    text: &str,
    (prefix, least): (&str, i64),
) {
    let code = match text.starts_with(prefix) {
        false => no_prefix,
        true if !counts_from(text, prefix, least) => no_number,
        true => return,
    };
    check
        .refuse(code, field, format!("`{text}` is not `{prefix}` and a number"))
        .help(format!("Write it as `{prefix}{least}`"));
}

fn swp_13_22_management_port(check: &mut Check<'_>, name: &str, port: Field<'_>) {
    named(check, ["SWP-13", "SWP-14"], port, name, ("M", 1));
    named(check, ["SWP-15", "SWP-16"], port.at("nos"), port.at("nos").text(), ("Management", 0));
    let onie = port.at("oniePortName");
    match onie.is_empty_text() {
        true => {
            check
                .refuse("SWP-17", onie, "the management port has no ONIE name")
                .help("Add `oniePortName`, such as `eth0`");
        }
        false => named(check, ["SWP-18", "SWP-19"], onie, onie.text(), ("eth", 0)),
    }
    for (code, key) in [("SWP-20", "group"), ("SWP-21", "profile"), ("SWP-22", "baseNOSName")] {
        if !port.at(key).is_empty_text() {
            check
                .refuse(code, port.at(key), format!("a management port has no `{key}`"))
                .help(format!("Remove `{key}`"));
        }
    }
}

fn swp_23_41_data_port<'a>(check: &mut Check<'a>, name: &str, port: Field<'a>, seen: &mut Seen<'a>) {
    swp_23_26_data_port_name(check, name, port);
    let label = port.at("label");
    if label.is_empty_text() {
        check.refuse("SWP-27", label, format!("the port `{name}` has no label")).help("Add `label`");
    }
    unique(check, "SWP-28", label, &mut seen.labels);
    let (profile, group) = (port.at("profile"), port.at("group"));
    match (profile.is_empty_text(), group.is_empty_text()) {
        (true, true) => {
            check
                .refuse("SWP-29", port, format!("the port `{name}` has neither profile nor group"))
                .help("Add `profile` or `group`");
        }
        (false, false) => {
            check
                .refuse("SWP-30", profile, format!("the port `{name}` has a profile and a group"))
                .help("Remove one of the two");
        }
        _ => {}
    }
    seen.profiles.insert(profile.text());
    seen.groups.insert(group.text());
    let profiles = check.spec.at("portProfiles");
    let port_profile =
        profiles.entries().find(|(name, _)| *name == profile.text()).map(|(_, profile)| profile);
    if !profile.is_empty_text() && port_profile.is_none() {
        check
            .refuse("SWP-31", profile, format!("there is no port profile `{}`", profile.text()))
            .help("Name one of `portProfiles`");
    }
    if port_profile.is_some_and(|profile| profile.at("breakout").is_there()) {
        swp_32_37_breakout_port(check, port);
    } else {
        swp_38_40_other_port(check, port);
    }
    let is_known = check.spec.at("portGroups").entries().any(|(name, _)| name == group.text());
    if !group.is_empty_text() && !is_known {
        check
            .refuse("SWP-41", group, format!("there is no port group `{}`", group.text()))
            .help("Name one of `portGroups`");
    }
}

/// A data port is named `E<asic>/<port>`.
fn swp_23_26_data_port_name(check: &mut Check<'_>, name: &str, port: Field<'_>) {
    let segments: Option<Vec<&str>> = name.strip_prefix('E').map(|rest| rest.split('/').collect());
    let code = match segments.as_deref() {
        None => "SWP-23",
        Some([asic, _]) if !is_number(asic, 1) => "SWP-25",
        Some([_, number]) if !is_number(number, 1) => "SWP-26",
        Some([_, _]) => return,
        Some(_) => "SWP-24",
    };
    check
        .refuse(code, port, format!("`{name}` is not the name of a data port"))
        .about_key()
        .help("Name it as `E1/1`: the number of the ASIC and that of the port");
}

fn swp_32_37_breakout_port(check: &mut Check<'_>, port: Field<'_>) {
    let (nos, base, pipeline) = (port.at("nos"), port.at("baseNOSName"), port.at("pipeline"));
    named(check, ["SWP-32", "SWP-33"], nos, nos.text(), ("1/", i64::MIN));
    match base.is_empty_text() {
        true => {
            check
                .refuse("SWP-34", base, "a port with breakouts needs a base NOS name")
                .help("Add `baseNOSName`, such as `Ethernet0`");
        }
        false => named(check, ["SWP-35", "SWP-36"], base, base.text(), ("Ethernet", 0)),
    }
    let is_known = check.spec.at("pipelines").entries().any(|(name, _)| name == pipeline.text());
    if !pipeline.is_empty_text() && !is_known {
        check
            .refuse("SWP-37", pipeline, format!("there is no pipeline `{}`", pipeline.text()))
            .help("Name one of `pipelines`");
    }
}

fn swp_38_40_other_port(check: &mut Check<'_>, port: Field<'_>) {
    let (nos, pipeline) = (port.at("nos"), port.at("pipeline"));
    if !pipeline.is_empty_text() {
        check
            .refuse("SWP-38", pipeline, "only a port with breakouts has a pipeline")
            .help("Remove `pipeline`");
    }
    named(check, ["SWP-39", "SWP-40"], nos, nos.text(), ("Ethernet", 0));
}

fn swp_42_48_group<'a>(check: &mut Check<'a>, name: &str, group: Field<'a>, seen: &mut Seen<'a>) {
    if !seen.groups.contains(name) {
        check
            .refuse("SWP-42", group, format!("no port is in the port group `{name}`"))
            .about_key()
            .help("Remove the group, or put a port in it");
    }
    let (nos, profile) = (group.at("nos"), group.at("profile"));
    if nos.is_empty_text() {
        check.refuse("SWP-43", nos, format!("the port group `{name}` has no NOS name")).help("Add `nos`");
    } else if !is_number(nos.text(), 1) {
        check
            .refuse("SWP-44", nos, format!("`{}` is not a positive number", nos.text()))
            .help("Write a number");
    }
    if profile.is_empty_text() {
        check
            .refuse("SWP-45", profile, format!("the port group `{name}` has no profile"))
            .help("Add `profile`");
        return;
    }
    seen.profiles.insert(profile.text());
    let profiles = check.spec.at("portProfiles");
    let Some((_, port_profile)) = profiles.entries().find(|(name, _)| *name == profile.text()) else {
        check
            .refuse("SWP-46", profile, format!("there is no port profile `{}`", profile.text()))
            .help("Name one of `portProfiles`");
        return;
    };
    if !port_profile.at("speed").is_there() {
        check
            .refuse("SWP-47", profile, "a port group needs a port profile with speeds")
            .help("Name another port profile");
    }
    if port_profile.at("autoNegAllowed").flag() {
        check
            .refuse("SWP-48", profile, "the port profile of a group must not allow auto-negotiation")
            .help("Name another port profile");
    }
}

fn swp_49_52_port_profile(check: &mut Check<'_>, name: &str, profile: Field<'_>, seen: &Seen<'_>) {
    if !seen.profiles.contains(name) {
        check
            .refuse("SWP-49", profile, format!("nothing uses the port profile `{name}`"))
            .about_key()
            .help("Remove it, or use it for a port");
    }
    match (profile.at("speed").is_there(), profile.at("breakout").is_there()) {
        (false, false) => {
            check
                .refuse(
                    "SWP-50",
                    profile,
                    format!("the port profile `{name}` has neither speed nor breakout"),
                )
                .help("Add `speed` or `breakout`");
        }
        (true, true) => {
            check
                .refuse("SWP-51", profile, format!("the port profile `{name}` has speed and breakout"))
                .help("Remove one of the two");
        }
        _ => {}
    }
    let default = profile.at("autoNegDefault");
    if default.flag() && !profile.at("autoNegAllowed").flag() {
        check
            .refuse("SWP-52", default, "auto-negotiation is on by default, and not allowed")
            .help("Add `autoNegAllowed: true`, or remove `autoNegDefault`");
    }
}

const SPEEDS: [&str; 12] =
    ["1G", "2.5G", "5G", "10G", "20G", "25G", "40G", "50G", "100G", "200G", "400G", "800G"];

fn swp_53_57_speeds(check: &mut Check<'_>, speed: Field<'_>) {
    if !speed.is_there() {
        return;
    }
    let (default, supported) = (speed.at("default"), speed.at("supported"));
    if default.is_empty_text() {
        check.refuse("SWP-53", default, "the default speed is missing").help("Add `default`");
    }
    if supported.count() == 0 {
        check.refuse("SWP-54", supported, "the supported speeds are missing").help("Add `supported`");
    }
    if !supported.items().any(|speed| speed.text() == default.text()) {
        check
            .refuse("SWP-55", default, format!("the default speed `{}` is not supported", default.text()))
            .help("Add it to `supported`, or choose another");
    }
    for item in supported.items() {
        if item.is_empty_text() {
            check.refuse("SWP-56", item, "the speed is empty").help("Remove it");
        } else if !SPEEDS.contains(&item.text()) {
            check
                .refuse("SWP-57", item, format!("there is no speed `{}`", item.text()))
                .help(format!("Write one of `{}`", SPEEDS.join("`, `")));
        }
    }
}

fn swp_58_63_breakouts(check: &mut Check<'_>, breakout: Field<'_>) {
    if !breakout.is_there() {
        return;
    }
    let (default, supported) = (breakout.at("default"), breakout.at("supported"));
    if default.is_empty_text() {
        check.refuse("SWP-58", default, "the default breakout is missing").help("Add `default`");
    }
    if supported.count() == 0 {
        check.refuse("SWP-59", supported, "the supported breakouts are missing").help("Add `supported`");
    }
    if !supported.entries().any(|(mode, _)| mode == default.text()) {
        check
            .refuse("SWP-60", default, format!("the default breakout `{}` is not supported", default.text()))
            .help("Add it to `supported`, or choose another");
    }
    for (mode, body) in supported.entries() {
        if body.at("offsets").count() == 0 {
            check
                .refuse("SWP-61", body.at("offsets"), format!("the breakout `{mode}` has no offsets"))
                .help("Add `offsets`");
        }
        let is_known = mode
            .split_once('x')
            .is_some_and(|(count, speed)| ["1", "2", "4", "8"].contains(&count) && SPEEDS.contains(&speed));
        if mode.is_empty() {
            check.refuse("SWP-62", body, "the breakout has no name").about_key().help("Name it as `4x25G`");
        } else if !is_known {
            check
                .refuse("SWP-63", body, format!("there is no breakout `{mode}`"))
                .about_key()
                .help("Write 1, 2, 4 or 8, an x, and a speed, such as `4x25G`");
        }
    }
}
