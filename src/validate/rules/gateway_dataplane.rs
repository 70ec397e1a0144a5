//! What the gateway's dataplane refuses of a GatewayPeering (DP rules).
//!
//! The cluster asks a program of its own about them (GWY-47, GPE-49), which
//! is not here. These are the ones that files can decide and that people get
//! wrong most; being told second hand, they are warnings, in files only.

use super::super::View;
use super::super::check::Check;
use super::super::field::Field;
use super::super::object::Object;
use super::super::readers::Prefix;
use super::super::readers::read_prefix;
use super::gateway_peering::Side;
use crate::order::Map;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>, sides: &[Side<'_>]) {
    if check.view() != View::Files {
        return;
    }
    dp_02_pair_is_new(check, sides);
    for side in sides {
        let exposes = side.field.at("expose");
        dp_05_06_exposes(check, side, exposes);
        let mut earlier: Vec<Exposed<'_>> = Vec::new();
        for expose in exposes.items() {
            let exposed = Exposed::read(expose, side.vpc);
            dp_07_one_version(check, &exposed, earlier.first());
            dp_09_special_ranges(check, &exposed);
            dp_10_static_sizes(check, &exposed);
            dp_11_port_forwarding(check, &exposed);
            dp_13_exposes_lie_apart(check, &exposed, &earlier);
            earlier.push(exposed);
        }
    }
    dp_18_rules(check);
}

/// The addresses of one list of an expose.
#[derive(Default)]
struct Addresses<'a> {
    prefixes: Vec<(Field<'a>, Prefix)>,
    /// What is left out of them.
    exclusions: Vec<Prefix>,
    /// Whether some of them are not known here.
    has_gaps: bool,
}

impl<'a> Addresses<'a> {
    fn read(list: Field<'a>, vpc: Option<&Object>) -> Addresses<'a> {
        let mut addresses = Addresses::default();
        for entry in list.items() {
            let subnet = entry.at("vpcSubnet");
            if let Some(excluded) = read_prefix(entry.at("not").text()) {
                addresses.exclusions.push(excluded);
            } else if let Some(prefix) = read_prefix(entry.at("cidr").text()) {
                addresses.prefixes.push((entry.at("cidr"), prefix));
            } else {
                let found = vpc.and_then(|vpc| vpc.spec().at("subnets").entry(subnet.text()));
                match found.and_then(|found| read_prefix(found.at("subnet").text())) {
                    Some(prefix) => addresses.prefixes.push((subnet, prefix)),
                    None => addresses.has_gaps = true,
                }
            }
        }
        addresses
    }

    /// Counts the addresses; none if it cannot be known.
    fn count(&self) -> Option<u128> {
        let all = self.prefixes.iter().try_fold(0u128, |sum, (_, prefix)| sum.checked_add(prefix.size()?));
        let covered = |excluded: &&Prefix| self.prefixes.iter().any(|(_, prefix)| prefix.covers(**excluded));
        let out = self
            .exclusions
            .iter()
            .filter(covered)
            .try_fold(0u128, |sum, prefix| sum.checked_add(prefix.size()?));
        if self.has_gaps { None } else { all?.checked_sub(out?) }
    }
}

/// One entry of `expose`.
struct Exposed<'a> {
    field: Field<'a>,
    inside: Addresses<'a>,
    /// What the other side sees under NAT.
    outside: Addresses<'a>,
}

impl<'a> Exposed<'a> {
    fn read(field: Field<'a>, vpc: Option<&Object>) -> Exposed<'a> {
        Exposed {
            field,
            inside: Addresses::read(field.at("ips"), vpc),
            outside: Addresses::read(field.at("as"), None),
        }
    }

    fn nat(&self, mode: &'a str) -> Field<'a> {
        self.field.at("nat").at(mode)
    }

    fn prefixes(&self) -> impl Iterator<Item = (Field<'a>, Prefix)> {
        self.inside.prefixes.iter().chain(&self.outside.prefixes).copied()
    }
}

fn dp_02_pair_is_new(check: &mut Check<'_>, sides: &[Side<'_>]) {
    let [one, two] = sides else { return };
    let (kind, name) = match one.name.strip_prefix("ext.") {
        Some(external) => (Kind::External, external),
        None => (Kind::Vpc, one.name),
    };
    let same = |other: &&Object| {
        let peering = other.spec().at("peering");
        peering.count() == 2 && peering.entry(one.name).is_some() && peering.entry(two.name).is_some()
    };
    // One of the two is enough to be told.
    let others = check.referrers(kind, name, Kind::GatewayPeering);
    let Some(other) = others.into_iter().filter(|other| other.name() < check.name).find(same) else { return };
    let field = check.spec.at("peering");
    check
        .warn("DP-02", field, format!("`{}` already joins these two sides", other.name()))
        .help("Put both together in one peering")
        .with_object(&other.key, other.spec().at("peering").pointer(), "the other peering");
}

fn dp_05_06_exposes(check: &mut Check<'_>, side: &Side<'_>, exposes: Field<'_>) {
    if exposes.count() == 0 {
        check
            .warn("DP-05", exposes, format!("the side `{}` exposes nothing", side.name))
            .help("Add `expose` with the addresses that the other side may reach");
    }
    let mut defaults = exposes.items().map(|expose| expose.at("default")).filter(|default| default.flag());
    if let (Some(first), Some(second)) = (defaults.next(), defaults.next()) {
        check
            .warn("DP-06", second, format!("the side `{}` has two default exposes", side.name))
            .help("Keep one of them")
            .with_field(first.pointer(), "the other");
    }
}

fn dp_07_one_version(check: &mut Check<'_>, exposed: &Exposed<'_>, first: Option<&Exposed<'_>>) {
    let first = first.unwrap_or(exposed).prefixes().next();
    let Some((first_field, first)) = first else { return };
    if let Some((field, prefix)) = exposed.prefixes().find(|(_, prefix)| prefix.is_v4() != first.is_v4()) {
        check
            .warn("DP-07", field, format!("`{prefix}` and `{first}` are of different IP versions"))
            .help("Expose addresses of one IP version")
            .with_field(first_field.pointer(), "the other");
    }
}

/// Ranges that nobody routes.
const SPECIAL: [&str; 9] = [
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "fe80::/10",
    "ff00::/8",
];

fn dp_09_special_ranges(check: &mut Check<'_>, exposed: &Exposed<'_>) {
    for (field, prefix) in exposed.prefixes() {
        let mut special = SPECIAL
            .into_iter()
            .filter(|range| read_prefix(range).is_some_and(|range| range.overlaps(prefix)));
        if let Some(range) = special.next() {
            let help = match prefix.bits {
                0 => "Write `default: true` in place of the addresses to expose all",
                _ => "Expose other addresses",
            };
            check
                .warn("DP-09", field, format!("`{prefix}` overlaps {range}, which is not routed"))
                .help(help);
        }
    }
}

fn dp_10_static_sizes(check: &mut Check<'_>, exposed: &Exposed<'_>) {
    if !exposed.nat("static").is_there() {
        return;
    }
    if let (Some(inside), Some(outside)) = (exposed.inside.count(), exposed.outside.count())
        && inside != outside
    {
        check
            .warn("DP-10", exposed.field.at("as"), format!("static NAT maps {inside} addresses to {outside}"))
            .help("Let `ips` and `as` have the same number of addresses")
            .with_field(exposed.field.at("ips").pointer(), "the addresses inside");
    }
}

fn dp_11_port_forwarding(check: &mut Check<'_>, exposed: &Exposed<'_>) {
    if !exposed.nat("portForward").is_there() {
        return;
    }
    for (key, addresses) in [("ips", &exposed.inside), ("as", &exposed.outside)] {
        if addresses.prefixes.len() > 1 || !addresses.exclusions.is_empty() {
            check
                .warn(
                    "DP-11",
                    exposed.field.at(key),
                    format!("port forwarding takes one prefix in `{key}`, and no exclusions"),
                )
                .help("Make an expose of its own for each prefix");
        }
    }
    if let (Some(inside), Some(outside)) = (exposed.inside.count(), exposed.outside.count())
        && inside != outside
    {
        check
            .warn(
                "DP-11",
                exposed.field.at("as"),
                format!("port forwarding maps {inside} addresses to {outside}"),
            )
            .help("Let `ips` and `as` have the same number of addresses")
            .with_field(exposed.field.at("ips").pointer(), "the addresses inside");
    }
}

/// Masquerade and port forwarding may share addresses, as may port forwarding
/// of different protocols; who forwards ports is not compared.
fn dp_13_exposes_lie_apart(check: &mut Check<'_>, exposed: &Exposed<'_>, earlier: &[Exposed<'_>]) {
    if exposed.nat("portForward").is_there() {
        return;
    }
    for other in earlier.iter().filter(|other| !other.nat("portForward").is_there()) {
        let pairs = [(&exposed.inside, &other.inside), (&exposed.outside, &other.outside)];
        let clash = pairs.into_iter().find_map(|(own, theirs)| {
            own.prefixes.iter().find_map(|(field, prefix)| {
                let is_out = own.exclusions.iter().chain(&theirs.exclusions).any(|out| out.overlaps(*prefix));
                let (place, _) =
                    theirs.prefixes.iter().find(|(_, other)| !is_out && other.overlaps(*prefix))?;
                Some((*field, *prefix, *place))
            })
        });
        if let Some((field, prefix, place)) = clash {
            check
                .warn("DP-13", field, format!("`{prefix}` overlaps addresses of another expose of this side"))
                .help("Expose each address once")
                .with_field(place.pointer(), "overlaps this");
            return;
        }
    }
}

fn dp_18_rules(check: &mut Check<'_>) {
    let acl = check.spec.at("acl");
    let rules = acl.at("rules");
    if acl.is_there() && rules.count() == 0 {
        check
            .warn("DP-18", acl, "the access list has no rules")
            .about_key()
            .help("Add `rules`, or remove `acl`");
    }
    let mut seen: Map<&str, Field<'_>> = Map::new();
    for name in rules.items().map(|rule| rule.at("name")).filter(|name| !name.is_empty_text()) {
        if let Some(first) = seen.insert(name.text(), name) {
            check
                .warn("DP-18", name, format!("two rules are called `{}`", name.text()))
                .help("Give one of the two another name")
                .with_field(first.pointer(), "the other");
        }
    }
}
