//! GatewayPeering (GPE-01 to GPE-47): its sides and what they expose. The
//! access list is in `gateway_acl`. GPE-48 and GPE-49 ask the live cluster.

use super::super::View;
use super::super::check::Check;
use super::super::field::Field;
use super::super::object::Object;
use super::super::readers::Prefix;
use super::super::readers::is_port_range;
use super::super::readers::read_prefix;
use super::gateway_acl;
use super::gateway_dataplane;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    super::gateway_kind(check, "GPE-01", "GPE-02");
    gpe_03_group_is_named(check);
    gpe_04_two_sides(check);
    for (side, body) in check.spec.at("peering").entries() {
        for expose in body.at("expose").items() {
            gpe_05_06_expose(check, expose);
            gpe_07_10_ips(check, side, expose);
            gpe_11_13_as(check, expose);
            gpe_14_19_nat(check, expose);
        }
    }
    gpe_20_21_nat_on_both_sides(check);
    let sides = gpe_39_40_sides_exist(check);
    gpe_41_42_ips_belong_to_the_vpc(check, &sides);
    gateway_acl::check(check, &sides);
    gateway_dataplane::check(check, &sides);
    gpe_36_group_exists(check);
    gpe_37_38_other_peerings(check);
    gpe_47_group_is_served(check);
}

/// A side of the peering.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    /// Its name, `ext.` and all.
    pub name: &'a str,
    pub field: Field<'a>,
    /// The VPC, if it is one and there.
    pub vpc: Option<&'a Object>,
}

impl Side<'_> {
    pub fn is_external(&self) -> bool {
        self.name.starts_with("ext.")
    }
}

/// With one or three sides the defaults leave the group out, so this comes
/// before GPE-04 (Q8).
fn gpe_03_group_is_named(check: &mut Check<'_>) {
    let group = check.spec.at("gatewayGroup");
    if group.is_empty_text() {
        check
            .refuse("GPE-03", group, "the peering has no gateway group")
            .help("Add `gatewayGroup`, or give the peering two sides");
    }
}

fn gpe_04_two_sides(check: &mut Check<'_>) {
    let peering = check.spec.at("peering");
    let count = peering.count();
    if count != 2 {
        check
            .refuse(
                "GPE-04",
                peering,
                format!("a gateway peering joins exactly two sides, and this has {count}"),
            )
            .help("Name two VPCs, or a VPC and an external as `ext.name`");
    }
}

fn gpe_05_06_expose(check: &mut Check<'_>, expose: Field<'_>) {
    let (ips, default) = (expose.at("ips"), expose.at("default"));
    if default.flag() {
        let others = [ips, expose.at("as"), expose.at("nat")];
        if let Some(other) =
            others.into_iter().find(|field| field.count() > 0 || field.value().as_map().is_some())
        {
            check
                .refuse(
                    "GPE-05",
                    default,
                    format!("a default expose stands alone, and this has `{}`", other.last_key()),
                )
                .help("Make an expose of its own for it")
                .with_field(other.pointer(), "given here");
        }
    } else if ips.count() == 0 {
        check
            .refuse("GPE-06", ips, "the expose has no addresses")
            .help("Add `ips`, or write `default: true`");
    }
}

/// Refuses text that is there and is no prefix.
fn prefix_or_nothing(check: &mut Check<'_>, code: &'static str, field: Field<'_>) {
    if !field.is_empty_text() && read_prefix(field.text()).is_none() {
        check
            .refuse(code, field, format!("`{}` is not a CIDR", field.text()))
            .help("Write an address and a length, such as 10.0.1.0/24");
    }
}

fn gpe_07_10_ips(check: &mut Check<'_>, side: &str, expose: Field<'_>) {
    for entry in expose.at("ips").items() {
        let (cidr, not, subnet) = (entry.at("cidr"), entry.at("not"), entry.at("vpcSubnet"));
        prefix_or_nothing(check, "GPE-07", cidr);
        prefix_or_nothing(check, "GPE-08", not);
        if side.starts_with("ext.") && !subnet.is_empty_text() {
            check
                .refuse("GPE-09", subnet, format!("`{side}` is an external, which has no VPC subnets"))
                .help("Write a `cidr` in its place");
        }
        let given = [cidr, not, subnet].into_iter().filter(|field| !field.is_empty_text()).count();
        if given != 1 {
            check
                .refuse("GPE-10", entry, format!("the entry has {given} of cidr, not and vpcSubnet"))
                .help("Give exactly one of cidr, not and vpcSubnet");
        }
    }
}

fn gpe_11_13_as(check: &mut Check<'_>, expose: Field<'_>) {
    for entry in expose.at("as").items() {
        let (cidr, not) = (entry.at("cidr"), entry.at("not"));
        prefix_or_nothing(check, "GPE-11", cidr);
        prefix_or_nothing(check, "GPE-12", not);
        let given = [cidr, not].into_iter().filter(|field| !field.is_empty_text()).count();
        if given != 1 {
            check
                .refuse("GPE-13", entry, format!("the entry has {given} of cidr and not"))
                .help("Give exactly one of cidr and not");
        }
    }
}

fn gpe_14_19_nat(check: &mut Check<'_>, expose: Field<'_>) {
    let (nat, as_list) = (expose.at("nat"), expose.at("as"));
    match (nat.is_there(), as_list.count() > 0) {
        (true, false) => {
            check
                .refuse("GPE-14", nat, "`nat` needs `as`, the addresses that the other side sees")
                .help("Add `as`, or remove `nat`");
        }
        (false, true) => {
            check.refuse("GPE-14", as_list, "`as` needs `nat`").help("Add `nat`, or remove `as`");
        }
        _ => {}
    }
    if !nat.is_there() {
        return;
    }
    let forward = nat.at("portForward");
    let modes = [nat.at("masquerade"), nat.at("static"), forward];
    let given = modes.into_iter().filter(|mode| mode.is_there()).count();
    if given != 1 {
        check
            .refuse("GPE-15", nat, format!("`nat` has {given} modes, and needs one"))
            .help("Give exactly one of masquerade, static and portForward");
    }
    if forward.is_there() && forward.at("ports").count() == 0 {
        check.refuse("GPE-16", forward.at("ports"), "port forwarding needs a port").help("Add `ports`");
    }
    for port in forward.at("ports").items() {
        gpe_17_19_forwarded_port(check, port);
    }
}

fn gpe_17_19_forwarded_port(check: &mut Check<'_>, port: Field<'_>) {
    for (code, key) in [("GPE-17", "port"), ("GPE-18", "as")] {
        let field = port.at(key);
        if !is_port_range(field.text()) {
            check
                .refuse(code, field, format!("`{}` is neither a port nor a range of ports", field.text()))
                .help("Write a number from 1 to 65535, or two with a dash, such as 8000-8010");
        }
    }
    let proto = port.at("proto");
    if !matches!(proto.text(), "" | "tcp" | "udp") {
        check
            .refuse("GPE-19", proto, format!("there is no protocol `{}` to forward", proto.text()))
            .help("Write `tcp` or `udp`, or leave it out for both");
    }
}

/// Returns the first NAT of a side that keeps state, and the first that is
/// static.
fn nats<'a>(side: Field<'a>) -> (Option<Field<'a>>, Option<Field<'a>>) {
    let nats = side.at("expose").items().map(|expose| expose.at("nat"));
    let find = |keys: &'static [&'static str]| {
        let found = nats.clone().flat_map(|nat| keys.iter().map(move |key| nat.at(key)));
        found.into_iter().find(|field| field.is_there())
    };
    (find(&["masquerade", "portForward"]), find(&["static"]))
}

/// Q10: the user guide says that static NAT may face stateful NAT, and the
/// dataplane takes it, but the webhook does not.
fn gpe_20_21_nat_on_both_sides(check: &mut Check<'_>) {
    let sides: Vec<Field<'_>> = check.spec.at("peering").entries().map(|(_, side)| side).collect();
    let [one, two] = sides.as_slice() else { return };
    let ((stateful_one, static_one), (stateful_two, static_two)) = (nats(*one), nats(*two));
    if let (Some(one), Some(two)) = (stateful_one, stateful_two) {
        check
            .refuse("GPE-20", two, "only one side may use masquerade or port forwarding, and both do")
            .help("Remove the NAT of one side")
            .with_field(one.pointer(), "the other side");
    }
    for (fixed, stateful) in [(static_one, stateful_two), (static_two, stateful_one)] {
        if let (Some(fixed), Some(stateful)) = (fixed, stateful) {
            check
                .refuse("GPE-21", fixed, "static NAT cannot face masquerade or port forwarding")
                .help("Use static NAT on both sides, or on neither")
                .with_field(stateful.pointer(), "the other side");
        }
    }
}

fn gpe_36_group_exists(check: &mut Check<'_>) {
    let group = check.spec.at("gatewayGroup");
    if !group.is_empty_text() {
        super::require_gateway_group(check, "GPE-36", group);
    }
}

/// One thing that a side shows to the other.
#[derive(Clone, Copy)]
struct Shown<'a> {
    field: Field<'a>,
    /// None for an entry that has no `cidr`.
    prefix: Option<Prefix>,
}

/// Returns what a side shows to the other: under NAT the translated addresses.
/// A VPC's subnet is resolved where that is known.
fn shown<'a>(side: Field<'a>, vpc: Option<&Object>, view: View) -> Vec<Shown<'a>> {
    let mut all = Vec::new();
    for expose in side.at("expose").items() {
        let key = if expose.at("nat").is_there() { "as" } else { "ips" };
        for entry in expose.at(key).items() {
            let cidr = entry.at("cidr");
            let subnet = entry.at("vpcSubnet");
            if !cidr.is_empty_text() {
                all.extend(
                    read_prefix(cidr.text()).map(|prefix| Shown { field: cidr, prefix: Some(prefix) }),
                );
            } else if view == View::Cluster {
                all.push(Shown { field: entry, prefix: None });
            } else if let Some(vpc) = vpc {
                let text = vpc.spec().at("subnets").entries().find(|(name, _)| *name == subnet.text());
                let prefix = text.and_then(|(_, subnet)| read_prefix(subnet.at("subnet").text()));
                all.extend(prefix.map(|prefix| Shown { field: subnet, prefix: Some(prefix) }));
            }
        }
    }
    all
}

/// GPE-38 and Q4: the fabric reads an entry without `cidr` as one with an
/// empty `cidr`, and refuses it as soon as another peering points at the same
/// side. In files the subnet is resolved and compared.
fn gpe_37_38_other_peerings(check: &mut Check<'_>) {
    let sides: Vec<(&str, Field<'_>)> = check.spec.at("peering").entries().collect();
    let [one, two] = sides.as_slice() else { return };
    for (from, to) in [(one, two), (two, one)] {
        let own = shown(from.1, find_side(check, from.0), check.view());
        let (kind, name) = match to.0.strip_prefix("ext.") {
            Some(external) => (Kind::External, external),
            None => (Kind::Vpc, to.0),
        };
        for other in check.referrers(kind, name, Kind::GatewayPeering) {
            let others = other.spec().at("peering").entries().filter(|(side, _)| *side != to.0);
            for (side, body) in others {
                let theirs = shown(body, find_side(check, side), check.view());
                compare_shown(check, &own, other, &theirs, to.0);
            }
        }
    }
}

fn find_side<'a>(check: &mut Check<'a>, side: &str) -> Option<&'a Object> {
    if side.starts_with("ext.") { None } else { check.find(Kind::Vpc, side) }
}

fn compare_shown(check: &mut Check<'_>, own: &[Shown<'_>], other: &Object, theirs: &[Shown<'_>], to: &str) {
    if theirs.is_empty() || own.is_empty() {
        return;
    }
    let is_unread = |shown: &&Shown<'_>| shown.prefix.is_none();
    if let Some(entry) =
        own.iter().find(is_unread).or(own.first().filter(|_| theirs.iter().any(|shown| is_unread(&shown))))
    {
        check
            .refuse(
                "GPE-38",
                entry.field,
                format!("the fabric cannot compare this with the peering `{}`", other.name()),
            )
            .help("Write a `cidr` in place of `vpcSubnet` or `not`")
            .with_object(&other.key, other.spec().at("peering").pointer(), "the other peering");
    }
    for ours in own {
        let Some(one) = ours.prefix else { continue };
        let clash =
            theirs.iter().find_map(|theirs| Some((theirs, theirs.prefix.filter(|two| one.overlaps(*two))?)));
        if let Some((theirs, two)) = clash {
            let message = format!(
                "`{one}` overlaps `{two}`, which the peering `{}` already shows to `{to}`",
                other.name()
            );
            check
                .refuse("GPE-37", ours.field, message)
                .help("Show other addresses, by `as` and `nat` if need be")
                .with_object(&other.key, theirs.field.pointer(), "overlaps this");
        }
    }
}

fn gpe_39_40_sides_exist<'a>(check: &mut Check<'a>) -> Vec<Side<'a>> {
    let mut sides = Vec::new();
    for (name, field) in check.spec.at("peering").entries() {
        let count = check.findings.len();
        let vpc = match name.strip_prefix("ext.") {
            Some(external) => {
                check.require("GPE-39", field, Kind::External, external);
                None
            }
            None => check.require("GPE-40", field, Kind::Vpc, name),
        };
        check.findings.iter_mut().skip(count).for_each(|finding| {
            finding.about_key();
        });
        sides.push(Side { name, field, vpc });
    }
    sides
}

fn gpe_41_42_ips_belong_to_the_vpc(check: &mut Check<'_>, sides: &[Side<'_>]) {
    for side in sides {
        let Some(vpc) = side.vpc else { continue };
        let subnets = vpc.spec().at("subnets");
        let prefixes: Vec<Prefix> =
            subnets.entries().filter_map(|(_, subnet)| read_prefix(subnet.at("subnet").text())).collect();
        for entry in side.field.at("expose").items().flat_map(|expose| expose.at("ips").items()) {
            let (cidr, subnet) = (entry.at("cidr"), entry.at("vpcSubnet"));
            if let Some(prefix) = read_prefix(cidr.text())
                && !prefixes.iter().any(|subnet| subnet.covers(prefix))
            {
                check
                    .refuse(
                        "GPE-41",
                        cidr,
                        format!("`{prefix}` is not inside one subnet of the VPC `{}`", side.name),
                    )
                    .help("Write a prefix of one subnet of the VPC")
                    .with_object(&vpc.key, subnets.pointer(), "its subnets");
            }
            if !subnet.is_empty_text() {
                super::require_subnet(check, "GPE-42", subnet, vpc);
            }
        }
    }
}

fn gpe_47_group_is_served(check: &mut Check<'_>) {
    let group = check.spec.at("gatewayGroup");
    if group.is_empty_text() || !check.referrers(Kind::GatewayGroup, group.text(), Kind::Gateway).is_empty() {
        return;
    }
    super::absent(
        check,
        "GPE-47",
        group,
        format!("no gateway serves the group `{}`", group.text()),
        "Add a Gateway to the group, or name another",
    );
}
