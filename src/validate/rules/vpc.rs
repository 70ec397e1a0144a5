//! VPC: subnets, VLANs, permit policies, static routes (VPC-01 to VPC-17,
//! VPC-55 to VPC-75). DHCP is in `vpc_dhcp`.

use super::super::View;
use super::super::check::Check;
use super::super::field::Field;
use super::super::finding::FixEdit;
use super::super::object::Slot;
use super::super::readers::Prefix;
use super::super::readers::read_address;
use super::super::readers::read_prefix;
use super::super::readers::read_ranges;
use super::vpc_dhcp;
use crate::limits::Limits;
use crate::order::Map;
use crate::order::Set;
use crate::schema::Kind;

/// A subnet that has a prefix.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subnet<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its fields.
    pub field: Field<'a>,
    /// Its prefix, as it is written.
    pub prefix: Prefix,
}

impl<'a> Subnet<'a> {
    pub fn is_host_bgp(&self) -> bool {
        self.field.at("hostBGP").flag()
    }

    fn cidr(&self) -> Field<'a> {
        self.field.at("subnet")
    }
}

pub(super) fn check(check: &mut Check<'_>) {
    super::name_is_short(check, "VPC-01");
    vpc_02_name(check);
    vpc_03_04_namespaces_are_named(check);
    vpc_05_06_number_of_subnets(check);
    vpc_07_08_mode(check);
    let subnets = vpc_09_10_prefixes(check);
    for &subnet in &subnets {
        vpc_11_12_place_of_prefix(check, subnet);
        vpc_13_host_bgp_without_dhcp(check, subnet);
        vpc_14_16_gateway(check, subnet);
        vpc_dhcp::check(check, subnet);
    }
    for (_, subnet) in check.spec.at("subnets").entries() {
        vpc_17_vlan_is_there(check, subnet);
    }
    vpc_55_vlans_differ(check);
    vpc_56_subnets_lie_apart(check, &subnets);
    vpc_57_59_permit(check);
    vpc_60_63_static_routes(check);
    vpc_64_66_ipv4_namespace(check, &subnets);
    vpc_65_67_vlan_namespace(check);
    vpc_69_71_other_subnets(check, &subnets);
    vpc_70_other_vlans(check);
}

pub(super) fn delete(check: &mut Check<'_>) {
    vpc_72_75_in_use(check);
}

fn vpc_02_name(check: &mut Check<'_>) {
    let name = check.metadata("name");
    if check.name.starts_with("ext.") {
        check
            .refuse("VPC-02", name, "a name that begins with `ext.` is kept for externals")
            .help("Give the VPC another name");
    }
}

/// Neither can happen once the defaults are in.
fn vpc_03_04_namespaces_are_named(check: &mut Check<'_>) {
    for (code, key) in [("VPC-03", "ipv4Namespace"), ("VPC-04", "vlanNamespace")] {
        let field = check.spec.at(key);
        if field.is_empty_text() {
            check.refuse(code, field, format!("the VPC has no `{key}`")).help("Write `default`");
        }
    }
}

fn vpc_05_06_number_of_subnets(check: &mut Check<'_>) {
    let subnets = check.spec.at("subnets");
    match subnets.count() {
        0 => {
            check
                .refuse("VPC-05", subnets, "a VPC needs at least one subnet")
                .help("Add a subnet with a CIDR and a VLAN");
        }
        1..=20 => {}
        count => {
            check
                .refuse("VPC-06", subnets, format!("a VPC has at most 20 subnets, and this has {count}"))
                .help("Move some subnets to another VPC");
        }
    }
}

fn vpc_07_08_mode(check: &mut Check<'_>) {
    let mode = check.spec.at("mode");
    match mode.text() {
        "" | "l3vni" => {}
        "l3flat" => {
            check
                .refuse("VPC-08", mode, "the mode `l3flat` is not available yet")
                .help("Write `l3vni`, or leave the mode out");
        }
        text => {
            check
                .refuse("VPC-07", mode, format!("there is no VPC mode `{text}`"))
                .help("Write `l3vni`, or leave the mode out");
        }
    }
}

/// Returns the subnets whose prefix can be read.
fn vpc_09_10_prefixes<'a>(check: &mut Check<'a>) -> Vec<Subnet<'a>> {
    let mut subnets = Vec::new();
    for (name, field) in check.spec.at("subnets").entries() {
        let cidr = field.at("subnet");
        match read_prefix(cidr.text()) {
            Some(prefix) => subnets.push(Subnet { name, field, prefix }),
            None if cidr.is_empty_text() => {
                check
                    .refuse("VPC-09", cidr, format!("the subnet `{name}` has no CIDR"))
                    .help("Add `subnet`, such as 10.0.1.0/24");
            }
            None => {
                check
                    .refuse("VPC-10", cidr, format!("`{}` is not a CIDR", cidr.text()))
                    .help("Write an address and a length, such as 10.0.1.0/24");
            }
        }
    }
    subnets
}

fn vpc_11_12_place_of_prefix(check: &mut Check<'_>, subnet: Subnet<'_>) {
    let (cidr, prefix) = (subnet.cidr(), subnet.prefix);
    if prefix.bits > 30 {
        check
            .refuse(
                "VPC-11",
                cidr,
                format!("`{prefix}` is too small for a subnet; /30 is the longest prefix"),
            )
            .help("Use a prefix of /30 or shorter");
    }
    super::outside_reserved(check, "VPC-12", cidr, prefix);
}

fn vpc_13_host_bgp_without_dhcp(check: &mut Check<'_>, subnet: Subnet<'_>) {
    let enable = subnet.field.at("dhcp").at("enable");
    if subnet.is_host_bgp() && enable.flag() {
        check
            .refuse("VPC-13", enable, "a hostBGP subnet cannot have a DHCP server")
            .help("Turn DHCP off, or hostBGP")
            .with_field(subnet.field.at("hostBGP").pointer(), "hostBGP is on here");
    }
}

fn vpc_14_16_gateway(check: &mut Check<'_>, subnet: Subnet<'_>) {
    let gateway = subnet.field.at("gateway");
    if gateway.is_empty_text() {
        if !subnet.is_host_bgp() {
            check
                .refuse("VPC-14", gateway, format!("the subnet `{}` has no gateway", subnet.name))
                .help("Add `gateway` with an address of the subnet");
        }
        return;
    }
    if subnet.is_host_bgp() {
        return;
    }
    match read_address(gateway.text()) {
        None => {
            check
                .refuse("VPC-15", gateway, format!("the gateway `{}` is not an IP address", gateway.text()))
                .help("Write an address such as 10.0.1.1");
        }
        Some(address) if !subnet.prefix.contains(address) => {
            check
                .refuse("VPC-16", gateway, format!("the gateway {address} lies outside {}", subnet.prefix))
                .help("Use an address of the subnet")
                .with_field(subnet.cidr().pointer(), "the subnet");
        }
        Some(_) => {}
    }
}

fn vpc_17_vlan_is_there(check: &mut Check<'_>, subnet: Field<'_>) {
    let vlan = subnet.at("vlan");
    if vlan.number() == 0 && !subnet.at("hostBGP").flag() {
        check
            .refuse("VPC-17", vlan, format!("the subnet `{}` has no VLAN", subnet.last_key()))
            .help("Add `vlan` with a number of the VLANNamespace");
    }
}

/// Only subnets that are not hostBGP take part.
fn vpc_55_vlans_differ(check: &mut Check<'_>) {
    let mut seen: Map<i128, Field<'_>> = Map::new();
    for (_, subnet) in check.spec.at("subnets").entries() {
        let vlan = subnet.at("vlan");
        if subnet.at("hostBGP").flag() || vlan.number() == 0 {
            continue;
        }
        if let Some(first) = seen.insert(vlan.number(), vlan) {
            check
                .refuse("VPC-55", vlan, format!("the VLAN {} is used twice in this VPC", vlan.number()))
                .help("Give one of the two another VLAN")
                .with_field(first.pointer(), "used here too");
        }
    }
}

fn vpc_56_subnets_lie_apart(check: &mut Check<'_>, subnets: &[Subnet<'_>]) {
    let prefixes: Vec<_> = subnets.iter().map(|subnet| (subnet.cidr(), subnet.prefix)).collect();
    super::lie_apart(check, "VPC-56", &prefixes);
}

fn vpc_57_59_permit(check: &mut Check<'_>) {
    let subnets = check.spec.at("subnets");
    for policy in check.spec.at("permit").items() {
        if policy.count() < 2 {
            check
                .refuse("VPC-57", policy, "a permit policy names at least two subnets")
                .help("Add a subnet, or remove the policy");
        }
        let mut seen = Set::new();
        for name in policy.items() {
            if !subnets.at(name.text()).is_there() {
                check
                    .refuse("VPC-58", name, format!("this VPC has no subnet `{}`", name.text()))
                    .help("Name a subnet of this VPC");
            }
            if !seen.insert(name.text()) {
                check
                    .refuse("VPC-59", name, format!("the policy names the subnet `{}` twice", name.text()))
                    .help("Remove one of the two")
                    .fix("Remove the second", vec![FixEdit::Remove { field: name.pointer() }]);
            }
        }
    }
}

/// The next hops are never read as addresses.
fn vpc_60_63_static_routes(check: &mut Check<'_>) {
    for route in check.spec.at("staticRoutes").items() {
        let prefix = route.at("prefix");
        match read_prefix(prefix.text()) {
            None if prefix.is_empty_text() => {
                check
                    .refuse("VPC-60", prefix, "the static route has no prefix")
                    .help("Add `prefix`, such as 10.42.0.0/24");
            }
            None => {
                check
                    .refuse("VPC-61", prefix, format!("`{}` is not a CIDR", prefix.text()))
                    .help("Write an address and a length, such as 10.42.0.0/24");
            }
            Some(read) if read.has_host_bits() => {
                let network = read.masked().to_string();
                let edit = FixEdit::Set { field: prefix.pointer(), value: network.as_str().into() };
                check
                    .refuse("VPC-62", prefix, format!("`{read}` has bits set outside its length"))
                    .help(format!("Write `{network}`"))
                    .fix(format!("Write {network}"), vec![edit]);
            }
            Some(_) => {}
        }
        if route.at("nextHops").count() == 0 {
            check
                .refuse("VPC-63", route.at("nextHops"), "the static route has no next hop")
                .help("Add `nextHops` with at least one address");
        }
    }
}

fn vpc_64_66_ipv4_namespace(check: &mut Check<'_>, subnets: &[Subnet<'_>]) {
    let field = check.spec.at("ipv4Namespace");
    let Some(namespace) = check.require("VPC-64", field, Kind::Ipv4Namespace, field.text()) else { return };
    let ranges = namespace.spec().at("subnets");
    let prefixes: Vec<Option<Prefix>> = ranges.items().map(|range| read_prefix(range.text())).collect();
    if prefixes.contains(&None) {
        let message = format!("the IPv4Namespace `{}` holds a CIDR that cannot be read", field.text());
        vpc_71_neighbour_is_broken(check, field, message);
        return;
    }
    for subnet in subnets {
        if !prefixes.iter().flatten().any(|range| range.covers(subnet.prefix)) {
            let message = format!("`{}` lies outside the IPv4Namespace `{}`", subnet.prefix, field.text());
            check
                .refuse("VPC-66", subnet.cidr(), message)
                .help("Choose a prefix of the namespace, or add one to it")
                .with_object(&namespace.key, ranges.pointer(), "the prefixes of the namespace");
        }
    }
}

/// Q5: the fabric refuses a VPC for what is wrong with its neighbour. For the
/// author of this file there is nothing to mend here.
fn vpc_71_neighbour_is_broken(check: &mut Check<'_>, field: Field<'_>, message: String) {
    match check.view() {
        View::Cluster => {
            check.refuse("VPC-71", field, message).help("Mend the other resource first");
        }
        View::Files => check.skip("VPC-71", message),
    }
}

fn vpc_65_67_vlan_namespace(check: &mut Check<'_>) {
    let field = check.spec.at("vlanNamespace");
    let Some(namespace) = check.require("VPC-65", field, Kind::VlanNamespace, field.text()) else { return };
    let ranges = namespace.spec().at("ranges");
    for (_, subnet) in check.spec.at("subnets").entries() {
        let vlan = subnet.at("vlan");
        if subnet.at("hostBGP").flag() || vlan.number() == 0 {
            continue;
        }
        if !read_ranges(ranges).any(|(_, range)| range.contains(vlan.number())) {
            let ranges_text: Vec<String> =
                read_ranges(ranges).map(|(_, range)| format!("{} to {}", range.from, range.to)).collect();
            let message =
                format!("the VLAN {} is outside the VLANNamespace `{}`", vlan.number(), field.text());
            check
                .refuse("VPC-67", vlan, message)
                .help(match ranges_text.is_empty() {
                    true => "Give the namespace ranges".to_owned(),
                    false => {
                        format!("Choose one of {}, or add a range to the namespace", ranges_text.join(", "))
                    }
                })
                .with_object(&namespace.key, ranges.pointer(), "the VLANs of the namespace");
        }
    }
}

/// Clashes whose two places are looked for: a report on files keeps no more of
/// one rule, and a thousand subnets may each clash with a thousand. What comes
/// behind is counted.
const MOST_PLACES: usize = Limits::DEFAULT.rule_findings;

fn vpc_69_71_other_subnets(check: &mut Check<'_>, subnets: &[Subnet<'_>]) {
    let field = check.spec.at("ipv4Namespace");
    let mut told = 0;
    for subnet in subnets {
        for (prefix, other) in check.overlapping(field.text(), subnet.prefix) {
            told += 1;
            let message = format!("`{}` overlaps {prefix} of the VPC `{}`", subnet.prefix, other.name());
            if check.view() == View::Files && told > MOST_PLACES {
                check.refuse("VPC-69", check.spec, message);
                continue;
            }
            let places = other.spec().at("subnets").entries().map(|(_, subnet)| subnet.at("subnet"));
            let mut places =
                places.filter(|place| read_prefix(place.text()).map(Prefix::masked) == Some(prefix));
            let place = places.next().unwrap_or(other.spec().at("subnets"));
            check
                .refuse("VPC-69", subnet.cidr(), message)
                .help("Choose a prefix that no other VPC of the IPv4Namespace uses")
                .with_object(&other.key, place.pointer(), "used here");
        }
    }
    if let Some(other) = check.sharing(Slot::BadCidr, field.text()).first() {
        let message =
            format!("the VPC `{}` of the same IPv4Namespace holds a CIDR that cannot be read", other.name());
        vpc_71_neighbour_is_broken(check, field, message);
    }
}

/// The VLANs of hostBGP subnets count, but for 0, which means none there.
fn vpc_70_other_vlans(check: &mut Check<'_>) {
    let namespace = check.spec.at("vlanNamespace").text();
    let mut told = 0;
    for (_, subnet) in check.spec.at("subnets").entries() {
        let vlan = subnet.at("vlan");
        if vlan.number() == 0 {
            continue;
        }
        for other in check.sharing(Slot::Vlan, &format!("{namespace}/{}", vlan.number())) {
            told += 1;
            let message = format!("the VLAN {} is already used by the VPC `{}`", vlan.number(), other.name());
            if check.view() == View::Files && told > MOST_PLACES {
                check.refuse("VPC-70", check.spec, message);
                continue;
            }
            let places = other.spec().at("subnets").entries().map(|(_, subnet)| subnet.at("vlan"));
            let mut places = places.filter(|place| place.number() == vlan.number());
            let place = places.next().unwrap_or(other.spec().at("subnets"));
            check
                .refuse("VPC-70", vlan, message)
                .help("Choose a VLAN that no other VPC of the VLANNamespace uses")
                .with_object(&other.key, place.pointer(), "used here");
        }
    }
}

fn vpc_72_75_in_use(check: &mut Check<'_>) {
    let name = check.name;
    let users = [
        ("VPC-72", Kind::VpcAttachment),
        ("VPC-73", Kind::VpcPeering),
        ("VPC-74", Kind::ExternalPeering),
        ("VPC-75", Kind::Connection),
    ];
    for (code, kind) in users {
        super::still_used_by(check, code, Kind::Vpc, name, kind);
    }
}
