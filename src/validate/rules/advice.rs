//! What the fabric takes and nobody means: warnings of our own, in files only.
//!
//! Their codes are ours, in kebab-case; the fabric has no ids for them.

use super::super::View;
use super::super::check::Check;
use super::super::endpoints::Endpoints;
use super::super::field::Field;
use super::super::readers::read_address;
use super::super::readers::read_prefix;
use super::vpc_peering;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    if check.view() != View::Files {
        return;
    }
    match check.object.key.kind {
        Kind::Vpc => next_hop_malformed(check),
        Kind::VpcPeering => peering_repeated(check),
        Kind::ExternalPeering => prefix_malformed(check),
        Kind::ExternalAttachment => {
            let spec = check.spec;
            vlan_out_of_range(check, spec.at("switch").at("vlan"));
            vlan_out_of_range(check, spec.at("static").at("vlan"));
        }
        Kind::Ipv4Namespace => namespace_empty(check),
        Kind::Connection => {
            let vlan = check.spec.at("staticExternal").at("link").at("switch").at("vlan");
            vlan_out_of_range(check, vlan);
            eslag_on_one_switch(check);
            gateway_missing(check);
        }
        Kind::GatewayPeering => rule_between_one_side(check),
        _ => {}
    }
}

fn next_hop_malformed(check: &mut Check<'_>) {
    for hop in check.spec.at("staticRoutes").items().flat_map(|route| route.at("nextHops").items()) {
        if read_address(hop.text()).is_none() {
            check
                .warn(
                    "next-hop-malformed",
                    hop,
                    format!("the next hop `{}` is not an IP address", hop.text()),
                )
                .help("Write an address such as 10.0.1.7");
        }
    }
}

fn peering_repeated(check: &mut Check<'_>) {
    let Some([first, second]) = vpc_peering::sides(check.spec) else { return };
    for other in check.referrers(Kind::Vpc, first.0, Kind::VpcPeering) {
        let joins_the_same =
            vpc_peering::sides(other.spec()).is_some_and(|[one, two]| (one.0, two.0) == (first.0, second.0));
        // One of the two is enough to be told.
        if joins_the_same && other.name() < check.name {
            let permit = check.spec.at("permit");
            check
                .warn("peering-repeated", permit, format!("`{}` already peers these two VPCs", other.name()))
                .help("Put the permits together in one peering")
                .with_object(&other.key, other.spec().at("permit").pointer(), "the other peering");
        }
    }
}

fn prefix_malformed(check: &mut Check<'_>) {
    for entry in check.spec.at("permit").at("external").at("prefixes").items() {
        let prefix = entry.at("prefix");
        if !prefix.is_empty_text() && read_prefix(prefix.text()).is_none() {
            check
                .warn("prefix-malformed", prefix, format!("`{}` is not a CIDR", prefix.text()))
                .help("Write an address and a length, such as 0.0.0.0/0");
        }
    }
}

fn vlan_out_of_range(check: &mut Check<'_>, vlan: Field<'_>) {
    if vlan.number() > 4094 {
        check
            .warn("vlan-out-of-range", vlan, format!("{} is not a VLAN", vlan.number()))
            .help("Write a number from 1 to 4094");
    }
}

/// `vlan_namespace` says it of VLANs, before the defaults empty the list.
fn namespace_empty(check: &mut Check<'_>) {
    let list = check.spec.at("subnets");
    if list.count() == 0 {
        check
            .warn("namespace-empty", list, "the namespace has no subnets, so no VPC fits in it")
            .help("Add `subnets`");
    }
}

fn eslag_on_one_switch(check: &mut Check<'_>) {
    let links = check.spec.at("eslag").at("links");
    if links.is_there() && Endpoints::read(check.spec).switches.len() == 1 {
        check
            .warn("eslag-on-one-switch", links, "all links of this ESLAG connection go to one switch")
            .help("Let the links go to two switches, or make the connection bundled");
    }
}

fn gateway_missing(check: &mut Check<'_>) {
    for link in check.spec.at("gateway").at("links").items() {
        let port = link.at("gateway").at("port");
        let name = port.text().split_once('/').map_or("", |(device, _)| device);
        if !name.is_empty() && check.find(Kind::Gateway, name).is_none() {
            let message = format!("there is no Gateway `{name}`");
            let count = check.findings.len();
            super::absent(check, "gateway-missing", port, message, "Create it, or name one that is there");
            check.findings.iter_mut().skip(count).for_each(|finding| {
                finding.severity(crate::diagnostic::Severity::Warning);
            });
        }
    }
}

fn rule_between_one_side(check: &mut Check<'_>) {
    for rule in check.spec.at("acl").at("rules").items() {
        let (from, to) = (rule.at("from"), rule.at("to"));
        if !from.is_empty_text() && from.text() == to.text() {
            check
                .warn("acl-rule-one-side", to, format!("the rule goes from `{}` to itself", from.text()))
                .help("Name the other side in `from` or `to`")
                .with_field(from.pointer(), "the same side");
        }
    }
}
