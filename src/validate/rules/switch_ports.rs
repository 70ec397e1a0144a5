//! Ports of a Switch against its profile (SWI-17 to SWI-32, SWI-37 to SWI-40).

use super::super::check::Check;
use super::super::field::Field;
use super::super::object::Object;
use super::super::ports::Port;
use super::super::ports::Ports;

pub(super) fn check(check: &mut Check<'_>, profile: &Object) {
    let ports = Ports::new(check.spec, profile.spec());
    swi_17_20_group_speeds(check, profile, ports);
    swi_21_24_speeds(check, profile, ports);
    swi_25_28_breakouts(check, profile, ports);
    if swi_29_31_37_profile_is_sound(check, profile, ports) {
        swi_30_auto_negotiation(check, profile, ports);
        swi_32_fec(check, profile, ports);
        swi_38_40_number_of_ports(check, profile, ports);
    }
}

/// Refuses a speed that is not among those of a port profile.
fn supported_speed(
    check: &mut Check<'_>,
    code: &'static str,
    field: Field<'_>,
    port_profile: Field<'_>,
    profile: &Object,
) {
    let supported = port_profile.at("speed").at("supported");
    if !supported.items().any(|speed| speed.text() == field.text()) {
        let speeds: Vec<&str> = supported.items().map(Field::text).collect();
        check
            .refuse(code, field, format!("the speed `{}` is not supported here", field.text()))
            .help(format!("Write one of `{}`", speeds.join("`, `")))
            .with_object(&profile.key, supported.pointer(), "the speeds of the profile");
    }
}

fn swi_17_20_group_speeds(check: &mut Check<'_>, profile: &Object, ports: Ports<'_>) {
    for (name, speed) in check.spec.at("portGroupSpeeds").entries() {
        let Some(group) = ports.group(name) else {
            check
                .refuse("SWI-17", speed, format!("a `{}` has no port group `{name}`", profile.name()))
                .about_key()
                .help("Name a port group of the profile")
                .with_object(&profile.key, profile.spec().at("portGroups").pointer(), "its port groups");
            continue;
        };
        let Some(port_profile) = ports.port_profile(group.at("profile").text()) else {
            check
                .refuse("SWI-18", speed, format!("the port group `{name}` has no port profile"))
                .about_key()
                .help("Mend the switch profile");
            continue;
        };
        if !port_profile.at("speed").is_there() {
            check
                .refuse("SWI-19", speed, format!("the port group `{name}` has no speeds"))
                .about_key()
                .help("Remove the entry");
            continue;
        }
        supported_speed(check, "SWI-20", speed, port_profile, profile);
    }
}

/// Refuses a port that the profile does not have.
fn known_port<'a>(
    check: &mut Check<'_>,
    code: &'static str,
    name: &str,
    field: Field<'_>,
    profile: &Object,
    ports: Ports<'a>,
) -> Option<Field<'a>> {
    let port = ports.entry(name);
    if port.is_none() {
        check
            .refuse(code, field, format!("a `{}` has no port `{name}`", profile.name()))
            .about_key()
            .help("Name a port of the profile, such as `E1/1`")
            .with_object(&profile.key, profile.spec().at("ports").pointer(), "its ports");
    }
    port
}

fn swi_21_24_speeds(check: &mut Check<'_>, profile: &Object, ports: Ports<'_>) {
    for (name, speed) in check.spec.at("portSpeeds").entries() {
        let Some(port) = known_port(check, "SWI-21", name, speed, profile, ports) else { continue };
        let Some(port_profile) = ports.port_profile(port.at("profile").text()) else {
            let message = match port.at("group").text() {
                "" => format!("the speed of the port `{name}` cannot be set"),
                group => format!("the speed of the port `{name}` is that of its port group `{group}`"),
            };
            check
                .refuse("SWI-22", speed, message)
                .about_key()
                .help("Use `portGroupSpeeds` for the group, or remove the entry");
            continue;
        };
        if !port_profile.at("speed").is_there() {
            check
                .refuse("SWI-23", speed, format!("the port `{name}` has breakouts and no speed"))
                .about_key()
                .help("Use `portBreakouts` for it");
            continue;
        }
        supported_speed(check, "SWI-24", speed, port_profile, profile);
    }
}

fn swi_25_28_breakouts(check: &mut Check<'_>, profile: &Object, ports: Ports<'_>) {
    for (name, mode) in check.spec.at("portBreakouts").entries() {
        let Some(port) = known_port(check, "SWI-25", name, mode, profile, ports) else { continue };
        let Some(port_profile) = ports.port_profile(port.at("profile").text()) else {
            check
                .refuse("SWI-26", mode, format!("the port `{name}` cannot be broken out"))
                .about_key()
                .help("Remove the entry");
            continue;
        };
        let breakout = port_profile.at("breakout");
        if !breakout.is_there() {
            check
                .refuse("SWI-27", mode, format!("the port `{name}` has no breakouts"))
                .about_key()
                .help("Remove the entry, or use `portSpeeds`");
            continue;
        }
        let supported = breakout.at("supported");
        if !supported.entries().any(|(known, _)| known == mode.text()) {
            let modes: Vec<&str> = supported.entries().map(|(mode, _)| mode).collect();
            check
                .refuse("SWI-28", mode, format!("the breakout `{}` is not supported here", mode.text()))
                .help(format!("Write one of `{}`", modes.join("`, `")))
                .with_object(&profile.key, supported.pointer(), "the breakouts of the profile");
        }
    }
}

/// A built-in profile never contradicts itself; a breakout that is not
/// supported has been said at SWI-28.
fn swi_29_31_37_profile_is_sound(check: &mut Check<'_>, profile: &Object, ports: Ports<'_>) -> bool {
    let Some((name, port)) = ports.unresolved(profile) else { return true };
    let field = check.spec.at("profile");
    let code = match ports.kind(port) {
        Some(_) => "SWI-37",
        None if check.spec.at("portAutoNegs").count() > 0 => "SWI-29",
        None if check.spec.at("portFECs").count() > 0 => "SWI-31",
        None => "SWI-37",
    };
    check
        .refuse(
            code,
            field,
            format!("the port `{name}` of the profile `{}` cannot be worked out", profile.name()),
        )
        .help("Mend the breakouts of the switch, or the profile")
        .with_object(&profile.key, port.pointer(), "the port");
    false
}

/// Returns the port profile that says whether a port may negotiate: of a
/// breakout port, by lane.
fn negotiating<'a>(ports: Ports<'a>, name: &str) -> Option<Field<'a>> {
    match ports.entry(name) {
        Some(port) => match ports.kind(port)? {
            Port::Direct { port_profile } | Port::Grouped { port_profile } => Some(port_profile),
            Port::Management | Port::Breakout { .. } => None,
        },
        None => ports.lane(name),
    }
}

fn swi_30_auto_negotiation(check: &mut Check<'_>, profile: &Object, ports: Ports<'_>) {
    for (name, value) in check.spec.at("portAutoNegs").entries() {
        if !negotiating(ports, name).is_some_and(|port_profile| port_profile.at("autoNegAllowed").flag()) {
            check
                .refuse(
                    "SWI-30",
                    value,
                    format!("auto-negotiation cannot be set for the port `{name}` of a `{}`", profile.name()),
                )
                .about_key()
                .help("Remove the entry; a port with breakouts is named by lane, such as `E1/1/1`");
        }
    }
}

/// A port broken out into several lanes is named by lane, one with a single
/// lane by either name.
fn has_fec(ports: Ports<'_>, name: &str) -> bool {
    match ports.entry(name) {
        Some(port) => match ports.kind(port) {
            Some(Port::Breakout { port_profile }) => ports.lanes(name, port_profile) == Some(1),
            Some(Port::Direct { .. } | Port::Grouped { .. }) => true,
            Some(Port::Management) | None => false,
        },
        None => ports.lane(name).is_some(),
    }
}

fn swi_32_fec(check: &mut Check<'_>, profile: &Object, ports: Ports<'_>) {
    for (name, value) in check.spec.at("portFECs").entries() {
        if !has_fec(ports, name) {
            check
                .refuse(
                    "SWI-32",
                    value,
                    format!("FEC cannot be set for the port `{name}` of a `{}`", profile.name()),
                )
                .about_key()
                .help(
                    "Name a port of the profile; one with several lanes is named by lane, such as `E1/1/1`",
                );
        }
    }
}

fn swi_38_40_number_of_ports(check: &mut Check<'_>, profile: &Object, ports: Ports<'_>) {
    let (all, pipelines) = ports.counts();
    let breakouts = check.spec.at("portBreakouts");
    let field = if breakouts.is_there() { breakouts } else { check.spec.at("profile") };
    let most = profile.spec().at("maxPorts");
    if most.number() > 0 && all as i128 > most.number() {
        check
            .refuse(
                "SWI-38",
                field,
                format!("the switch has {all} ports, and a `{}` may have {}", profile.name(), most.number()),
            )
            .help("Break out fewer ports")
            .with_object(&profile.key, most.pointer(), "the most of the profile");
    }
    let known = profile.spec().at("pipelines");
    for (name, count) in pipelines {
        let Some((_, pipeline)) = known.entries().find(|(known, _)| *known == name) else {
            check
                .refuse(
                    "SWI-40",
                    check.spec.at("profile"),
                    format!("the profile `{}` has no pipeline `{name}`", profile.name()),
                )
                .help("Mend the switch profile");
            continue;
        };
        let most = pipeline.at("maxPorts");
        if count as i128 > most.number() {
            check
                .refuse(
                    "SWI-39",
                    field,
                    format!("the pipeline `{name}` has {count} ports, and may have {}", most.number()),
                )
                .help("Break out fewer ports of that pipeline")
                .with_object(&profile.key, most.pointer(), "the most of the profile");
        }
    }
}
