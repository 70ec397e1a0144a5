//! Connection (CON-01 to CON-53): its ends and what they are on. Static
//! externals and link addresses are in `connection_addresses`; CON-04 to
//! CON-21 are found by `endpoints`.

use super::super::View;
use super::super::check::Check;
use super::super::endpoints::Device;
use super::super::endpoints::Endpoints;
use super::super::endpoints::Flavour;
use super::super::field::Field;
use super::super::object::Object;
use super::super::object::Slot;
use super::super::ports::Ports;
use super::super::readers::port_identity;
use super::super::readers::split_port;
use super::connection_addresses;
use crate::order::Map;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    let endpoints = Endpoints::read(check.spec);
    if con_01_mclag(check, &endpoints) {
        return;
    }
    con_02_03_mtu(check);
    con_04_one_type(check, &endpoints);
    con_05_21_ends(check, &endpoints);
    con_30_31_mode(check);
    let switches = con_32_switches_exist(check, &endpoints);
    con_33_39_redundancy(check, &switches);
    con_35_37_ports_exist(check, &endpoints, &switches);
    con_40_servers_exist(check, &endpoints);
    con_41_ports_are_free(check, &endpoints);
    con_42_neighbour_is_broken(check);
    connection_addresses::check(check);
    con_49_within_vpc(check);
}

pub(super) fn update(check: &mut Check<'_>, old: &Object) {
    con_50_type_stays(check, old);
    con_51_within_vpc_stays(check, old);
}

pub(super) fn delete(check: &mut Check<'_>) {
    let name = check.name;
    super::still_used_by(check, "CON-52", Kind::Connection, name, Kind::VpcAttachment);
    super::still_used_by(check, "CON-53", Kind::Connection, name, Kind::ExternalAttachment);
}

/// The fabric takes MCLAG with a warning and looks no further.
fn con_01_mclag(check: &mut Check<'_>, endpoints: &Endpoints<'_>) -> bool {
    let Some(flavour) = endpoints.flavour.filter(|flavour| flavour.is_mclag()) else { return false };
    let field = check.spec.at(flavour.field());
    check
        .warn("CON-01", field, "MCLAG is no longer supported")
        .about_key()
        .help("Use an ESLAG connection; nothing else of this one is checked");
    true
}

/// The MTU of ESLAG connections is not checked (Q9).
fn con_02_03_mtu(check: &mut Check<'_>) {
    let settings = check.settings();
    let (fabric, offset) = (&settings.fabric_mtu, &settings.server_mtu_offset);
    let most = fabric.value - offset.value;
    for (code, key) in [("CON-02", "unbundled"), ("CON-03", "bundled")] {
        let mtu = check.spec.at(key).at("mtu");
        if mtu.number() > most {
            check
                .refuse(code, mtu, format!("the MTU {} is too big; {most} is the greatest", mtu.number()))
                .help(format!("Write {most} or less"))
                .assuming(fabric.assumed.or(offset.assumed));
        }
    }
}

/// Q3: the fabric takes two types in one object and goes by the first.
fn con_04_one_type(check: &mut Check<'_>, endpoints: &Endpoints<'_>) {
    for ignored in &endpoints.ignored {
        let field = check.spec.at(ignored.field());
        let counts = endpoints.flavour.map_or("", Flavour::field);
        check
            .refuse_in_files(
                "connection-types",
                field,
                format!("the connection is already `{counts}`, so `{}` does not count", ignored.field()),
            )
            .about_key()
            .help("Keep one type");
    }
}

fn con_05_21_ends(check: &mut Check<'_>, endpoints: &Endpoints<'_>) {
    // CON-04 has been said where the schema is checked.
    for problem in endpoints.problems.iter().filter(|problem| problem.code != "CON-04") {
        check.refuse(problem.code, problem.field, problem.message.clone()).help(problem.help);
    }
}

fn con_30_31_mode(check: &mut Check<'_>) {
    let mode = &check.settings().fabric_mode;
    if mode.value == "spine-leaf" {
        return;
    }
    for (code, key) in [("CON-30", "eslag"), ("CON-31", "gateway")] {
        let field = check.spec.at(key);
        if field.is_there() {
            check
                .refuse(code, field, format!("`{key}` needs a spine-leaf fabric, and this is {}", mode.value))
                .help("Use another type of connection")
                .assuming(mode.assumed);
        }
    }
}

/// Returns the switches that are there.
fn con_32_switches_exist<'a>(check: &mut Check<'a>, endpoints: &Endpoints<'a>) -> Map<&'a str, &'a Object> {
    let mut switches = Map::new();
    for &(name, port) in endpoints.switches.iter().filter(|(name, _)| !name.is_empty()) {
        if let Some(switch) = check.require("CON-32", port, Kind::Switch, name) {
            switches.insert(name, switch);
        }
    }
    switches
}

/// A switch without redundancy is passed over as long as another one has it;
/// the fabric takes that, though the server gains nothing by the link.
fn con_33_39_redundancy(check: &mut Check<'_>, switches: &Map<&str, &Object>) {
    let eslag = check.spec.at("eslag");
    if !eslag.is_there() {
        return;
    }
    let links = eslag.at("links");
    let all = switches.values().map(|switch| (*switch, switch.spec().at("redundancy")));
    let (with, without): (Vec<_>, Vec<_>) =
        all.partition(|(_, redundancy)| !redundancy.at("group").is_empty_text());
    let Some((first_switch, first)) = with.first().copied() else {
        if let Some((switch, redundancy)) = without.first() {
            check
                .refuse("CON-38", links, "ESLAG needs switches of a redundancy group, and these have none")
                .help("Give the switches a redundancy group of type eslag, or use another type of connection")
                .with_object(&switch.key, redundancy.pointer(), "a switch of the connection");
        }
        return;
    };
    for (switch, redundancy) in with.iter().skip(1) {
        for (code, key) in [("CON-33", "group"), ("CON-34", "type")] {
            if redundancy.at(key).text() != first.at(key).text() {
                let message = format!(
                    "the switches `{}` and `{}` have different redundancy {key}s",
                    first_switch.name(),
                    switch.name()
                );
                check
                    .refuse(code, links, message)
                    .help("Link the server to switches of one redundancy group")
                    .with_object(&first_switch.key, first.pointer(), "one switch")
                    .with_object(&switch.key, redundancy.pointer(), "the other");
            }
        }
    }
    for (switch, redundancy) in &without {
        check
            .warn("CON-33", links, format!("the switch `{}` is in no redundancy group", switch.name()))
            .help("Link the server to switches of one redundancy group")
            .with_object(&switch.key, redundancy.pointer(), "the switch");
    }
    if let Some((switch, redundancy)) =
        with.iter().find(|(_, redundancy)| redundancy.at("type").text() != "eslag")
    {
        check
            .refuse(
                "CON-39",
                links,
                format!("the redundancy type of the switch `{}` is not eslag", switch.name()),
            )
            .help("Use switches with redundancy type eslag")
            .with_object(&switch.key, redundancy.pointer(), "its redundancy");
    }
}

fn con_35_37_ports_exist(check: &mut Check<'_>, endpoints: &Endpoints<'_>, switches: &Map<&str, &Object>) {
    let mut reported = Vec::new();
    for end in endpoints.ends.iter().filter(|end| end.device == Device::Switch) {
        let field = end.port;
        let Some(switch) = switches.get(end.device_name()) else { continue };
        let profile_name = switch.spec().at("profile");
        let Some(profile) = check.find(Kind::SwitchProfile, profile_name.text()) else {
            if !reported.contains(&switch.name()) {
                reported.push(switch.name());
                check.missing("CON-35", field, Kind::SwitchProfile, profile_name.text());
            }
            continue;
        };
        let ports = Ports::new(switch.spec(), profile.spec());
        if let Some((broken, _)) = ports.unresolved(profile) {
            if !reported.contains(&switch.name()) {
                reported.push(switch.name());
                con_36_ports_are_broken(check, field, switch, broken);
            }
            continue;
        }
        let Some((_, port)) = split_port(field.text()) else { continue };
        if !ports.has(port) {
            let breakouts = switch.spec().at("portBreakouts").pointer();
            check
                .refuse("CON-37", field, format!("the switch `{}` has no port `{port}`", switch.name()))
                .help(format!(
                    "Name a port of the profile `{}`; a broken-out port has its lane behind it",
                    profile.name()
                ))
                .with_object(&switch.key, breakouts, "its breakouts")
                .with_object(&switch.key, profile_name.pointer(), "its profile");
        }
    }
}

/// Q5: what is wrong is wrong at the switch, and is reported there.
fn con_36_ports_are_broken(check: &mut Check<'_>, field: Field<'_>, switch: &Object, broken: &str) {
    let message = format!("the port `{broken}` of the switch `{}` cannot be worked out", switch.name());
    match check.view() {
        View::Cluster => {
            check.refuse("CON-36", field, message).help("Mend the switch first");
        }
        View::Files => check.skip("CON-36", message),
    }
}

fn con_40_servers_exist(check: &mut Check<'_>, endpoints: &Endpoints<'_>) {
    for &(name, port) in endpoints.servers.iter().filter(|(name, _)| !name.is_empty()) {
        check.require("CON-40", port, Kind::Server, name);
    }
}

/// `leaf-01/E1/4` and `leaf-01/E1/4/1` are one port; ports of servers count
/// too.
fn con_41_ports_are_free(check: &mut Check<'_>, endpoints: &Endpoints<'_>) {
    // Where the other connections have their ports, looked up once for each.
    let mut places: Map<&str, Map<&str, Field<'_>>> = Map::new();
    for end in &endpoints.ends {
        let field = end.port;
        let identity = port_identity(field.text());
        if identity.is_empty() {
            continue;
        }
        for other in check.sharing(Slot::Port, identity) {
            let ports = places.entry(other.name()).or_insert_with(|| {
                let others = Endpoints::read(other.spec());
                others.ends.iter().map(|end| (port_identity(end.port.text()), end.port)).collect()
            });
            let place = ports.get(identity).copied().unwrap_or(other.spec());
            let message =
                format!("the port `{}` is already used by the connection `{}`", field.text(), other.name());
            check.refuse("CON-41", field, message).help("Name another port").with_object(
                &other.key,
                place.pointer(),
                "used here",
            );
        }
    }
}

/// Q5: one connection that is wrong makes the fabric refuse all others.
fn con_42_neighbour_is_broken(check: &mut Check<'_>) {
    let field = check.spec;
    let Some(other) = check.sharing(Slot::BadEnds, "").first().map(|other| other.name()) else { return };
    let message = format!("the connection `{other}` is not valid, so ports cannot be compared with it");
    match check.view() {
        View::Cluster => {
            check.refuse("CON-42", field, message).help("Mend the other connection first");
        }
        View::Files => check.skip("CON-42", message),
    }
}

fn con_49_within_vpc(check: &mut Check<'_>) {
    let vpc = check.spec.at("staticExternal").at("withinVPC");
    if !vpc.is_empty_text() {
        check.require("CON-49", vpc, Kind::Vpc, vpc.text());
    }
}

/// MCLAG counts as no type.
fn con_50_type_stays(check: &mut Check<'_>, old: &Object) {
    let flavour_of = |spec| {
        let flavours = Flavour::ALL.into_iter().filter(|flavour| !flavour.is_mclag());
        flavours.into_iter().find(|flavour| Field::at(spec, flavour.field()).is_there())
    };
    let (before, now) = (flavour_of(old.spec()), flavour_of(check.spec));
    if before != now {
        let name = |flavour: Option<Flavour>| flavour.map_or("none", Flavour::name);
        let field = now.map_or(check.spec, |now| check.spec.at(now.field()));
        check
            .refuse(
                "CON-50",
                field,
                format!("the type of a connection cannot change from {} to {}", name(before), name(now)),
            )
            .help("Remove the connection and make a new one");
    }
}

fn con_51_within_vpc_stays(check: &mut Check<'_>, old: &Object) {
    let within = |spec: Field<'_>| spec.at("staticExternal").at("withinVPC").text().to_owned();
    let (before, now) = (within(old.spec()), within(check.spec));
    let both = old.spec().at("staticExternal").is_there() && check.spec.at("staticExternal").is_there();
    if both && before != now {
        let field = check.spec.at("staticExternal").at("withinVPC");
        check
            .refuse("CON-51", field, format!("`withinVPC` cannot change from `{before}` to `{now}`"))
            .help("Remove the connection and make a new one");
    }
}
