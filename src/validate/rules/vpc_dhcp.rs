//! DHCP in the subnets of a VPC (VPC-18 to VPC-54, VPC-68).

use super::super::check::Check;
use super::super::field::Field;
use super::super::finding::Finding;
use super::super::finding::FixEdit;
use super::super::finding::Stage;
use super::super::readers::read_address;
use super::super::readers::read_mac;
use super::super::readers::read_prefix;
use super::vpc::Subnet;
use crate::diagnostic::Severity;
use crate::order::Map;
use crate::schema::Kind;
use std::net::IpAddr;

pub(super) fn check(check: &mut Check<'_>, subnet: Subnet<'_>) {
    let dhcp = subnet.field.at("dhcp");
    vpc_18_20_relay(check, dhcp);
    vpc_68_relay_vpc(check, dhcp);
    if dhcp.at("enable").flag() {
        vpc_22_33_range(check, subnet, dhcp);
        vpc_34_43_options(check, subnet, dhcp);
        vpc_44_52_static_leases(check, subnet, dhcp);
    } else {
        vpc_53_54_without_dhcp(check, dhcp);
    }
}

/// VPC-21 and Q6: with DHCP off, the fabric drops the options without a word.
pub(super) fn vpc_21_options_that_go(spec: Field<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, subnet) in spec.at("subnets").entries() {
        let dhcp = subnet.at("dhcp");
        if dhcp.at("enable").flag() {
            continue;
        }
        for (key, option) in dhcp.at("options").entries() {
            let message = format!("DHCP is off here, so the fabric drops the option `{key}`");
            let mut finding = Finding::error("VPC-21", Stage::Webhook, option.pointer(), message);
            finding.severity(Severity::Warning).about_key().help("Turn DHCP on, or remove the option");
            findings.push(finding);
        }
    }
    findings
}

fn vpc_18_20_relay(check: &mut Check<'_>, dhcp: Field<'_>) {
    let (relay, relay_vpc) = (dhcp.at("relay"), dhcp.at("relayVPC"));
    if relay.is_empty_text() {
        if !relay_vpc.is_empty_text() {
            check
                .refuse("VPC-20", relay_vpc, "`relayVPC` needs `relay`")
                .help("Add `relay` with the address of the DHCP server, or remove `relayVPC`");
        }
        return;
    }
    if dhcp.at("enable").flag() {
        check
            .refuse("VPC-18", relay, "a subnet has a DHCP server or a DHCP relay, not both")
            .help("Remove `relay`, or turn DHCP off")
            .with_field(dhcp.at("enable").pointer(), "the server is on here");
    }
    if read_prefix(relay.text()).is_none() {
        check
            .refuse("VPC-19", relay, format!("`{}` is not an address with a length", relay.text()))
            .help("Write the address of the DHCP server with a length, such as 10.0.9.5/32");
    }
}

fn vpc_68_relay_vpc(check: &mut Check<'_>, dhcp: Field<'_>) {
    let vpc = dhcp.at("relayVPC");
    if !vpc.is_empty_text() && vpc.text() != check.name {
        check.require("VPC-68", vpc, Kind::Vpc, vpc.text());
    }
}

/// One end of a DHCP range and its codes.
struct EndCodes {
    /// The field.
    key: &'static str,
    empty: &'static str,
    not_an_address: &'static str,
    network: &'static str,
    gateway: &'static str,
    outside: &'static str,
}

const START: EndCodes = EndCodes {
    key: "start",
    empty: "VPC-23",
    not_an_address: "VPC-24",
    network: "VPC-25",
    gateway: "VPC-26",
    outside: "VPC-27",
};

const END: EndCodes = EndCodes {
    key: "end",
    empty: "VPC-28",
    not_an_address: "VPC-29",
    network: "VPC-30",
    gateway: "VPC-31",
    outside: "VPC-32",
};

fn vpc_22_33_range(check: &mut Check<'_>, subnet: Subnet<'_>, dhcp: Field<'_>) {
    let range = dhcp.at("range");
    if !range.is_there() {
        // Cannot happen once the defaults are in.
        check.refuse("VPC-22", range, "the DHCP range is missing").help("Add `range` with `start` and `end`");
        return;
    }
    let start = range_end(check, subnet, range.at("start"), &START);
    let end = range_end(check, subnet, range.at("end"), &END);
    if let (Some(start), Some(end)) = (start, end)
        && start >= end
    {
        check
            .refuse(
                "VPC-33",
                range.at("start"),
                format!("the DHCP range starts at {start}, which is not before its end {end}"),
            )
            .help("Let `start` be an address before `end`")
            .with_field(range.at("end").pointer(), "the end");
    }
}

/// Checks one end of the range. The last address of the subnet is fine.
fn range_end(
    check: &mut Check<'_>,
    subnet: Subnet<'_>,
    field: Field<'_>,
    codes: &EndCodes,
) -> Option<IpAddr> {
    let end = codes.key;
    if field.is_empty_text() {
        check
            .refuse(codes.empty, field, format!("the DHCP range has no `{end}`"))
            .help(format!("Add `{end}` with an address of the subnet"));
        return None;
    }
    let Some(address) = read_address(field.text()) else {
        check
            .refuse(
                codes.not_an_address,
                field,
                format!("the {end} of the DHCP range, `{}`, is not an IP address", field.text()),
            )
            .help("Write an address such as 10.0.1.10");
        return None;
    };
    if address == subnet.prefix.first() {
        check
            .refuse(
                codes.network,
                field,
                format!("the {end} of the DHCP range, {address}, is the network address"),
            )
            .help("Use an address behind the network address");
    }
    let gateway = subnet.field.at("gateway");
    if read_address(gateway.text()) == Some(address) {
        check
            .refuse(codes.gateway, field, format!("the {end} of the DHCP range, {address}, is the gateway"))
            .help("Use an address that is not the gateway's")
            .with_field(gateway.pointer(), "the gateway");
    }
    if !subnet.prefix.contains(address) {
        check
            .refuse(
                codes.outside,
                field,
                format!("the {end} of the DHCP range, {address}, lies outside {}", subnet.prefix),
            )
            .help("Use an address of the subnet")
            .with_field(subnet.field.at("subnet").pointer(), "the subnet");
    }
    Some(address)
}

fn vpc_34_43_options(check: &mut Check<'_>, subnet: Subnet<'_>, dhcp: Field<'_>) {
    let options = dhcp.at("options");
    if !options.is_there() {
        return;
    }
    for (code, key, what) in
        [("VPC-34", "dnsServers", "DNS server"), ("VPC-35", "timeServers", "time server")]
    {
        for server in options.at(key).items().filter(|server| read_address(server.text()).is_none()) {
            check
                .refuse(code, server, format!("the {what} `{}` is not an IP address", server.text()))
                .help("Write an address such as 1.1.1.1");
        }
    }
    let mtu = options.at("interfaceMTU");
    if mtu.number() < 96 {
        check
            .refuse("VPC-36", mtu, format!("the MTU {} is too small; 96 is the least", mtu.number()))
            .help("Write a number from 96 to 9036");
    }
    if mtu.number() > 9036 {
        check
            .refuse("VPC-37", mtu, format!("the MTU {} is too big; 9036 is the greatest", mtu.number()))
            .help("Write a number from 96 to 9036");
    }
    let lease = options.at("leaseTimeSeconds");
    if lease.number() < 1 {
        // Cannot happen once the defaults are in.
        check.refuse("VPC-38", lease, "the lease time is too short").help("Write 1 or more seconds");
    }
    for route in options.at("advertisedRoutes").items() {
        vpc_39_43_advertised_route(check, subnet, route);
    }
}

fn vpc_39_43_advertised_route(check: &mut Check<'_>, subnet: Subnet<'_>, route: Field<'_>) {
    let (destination, gateway) = (route.at("destination"), route.at("gateway"));
    if destination.is_empty_text() {
        check
            .refuse("VPC-39", destination, "the advertised route has no destination")
            .help("Add `destination`, such as 10.9.0.0/16");
    } else if read_prefix(destination.text()).is_none() {
        check
            .refuse("VPC-41", destination, format!("the destination `{}` is not a CIDR", destination.text()))
            .help("Write an address and a length, such as 10.9.0.0/16");
    }
    if gateway.is_empty_text() {
        check
            .refuse("VPC-40", gateway, "the advertised route has no gateway")
            .help("Add `gateway` with an address of the subnet");
        return;
    }
    match read_address(gateway.text()) {
        None => {
            check
                .refuse("VPC-42", gateway, format!("the gateway `{}` is not an IP address", gateway.text()))
                .help("Write an address such as 10.0.1.1");
        }
        Some(address) if !subnet.prefix.contains(address) => {
            check
                .refuse("VPC-43", gateway, format!("the gateway {address} lies outside {}", subnet.prefix))
                .help("Use an address of the subnet")
                .with_field(subnet.field.at("subnet").pointer(), "the subnet");
        }
        Some(_) => {}
    }
}

/// Whether addresses are used twice is a matter of their text, as upstream
/// compares them.
fn vpc_44_52_static_leases(check: &mut Check<'_>, subnet: Subnet<'_>, dhcp: Field<'_>) {
    let mut taken: Map<&str, (String, Field<'_>)> = Map::new();
    for (mac, lease) in dhcp.at("static").entries() {
        let ip = lease.at("ip");
        let hardware = vpc_45_46_mac(check, mac, lease);
        if ip.is_empty_text() {
            check
                .refuse("VPC-44", ip, format!("the lease of `{mac}` has no address"))
                .help("Add `ip` with an address of the subnet");
            continue;
        }
        vpc_47_51_lease_address(check, subnet, ip);
        if let Some((other, first)) = taken.get(ip.text()).filter(|(other, _)| *other != hardware) {
            check
                .refuse("VPC-52", ip, format!("the address {} is given twice, to {other} too", ip.text()))
                .help("Give one of the two another address")
                .with_field(first.pointer(), "given here too");
        }
        taken.entry(ip.text()).or_insert((hardware, ip));
    }
}

/// Returns the hardware address the way the fabric writes it: two spellings
/// of one are one.
fn vpc_45_46_mac(check: &mut Check<'_>, mac: &str, lease: Field<'_>) -> String {
    if mac.is_empty() {
        check
            .refuse("VPC-45", lease, "a static lease has no hardware address")
            .about_key()
            .help("Write the hardware address as the key, such as 00:11:22:33:44:55");
        return String::new();
    }
    match read_mac(mac) {
        Some(mac) => mac.to_string(),
        None => {
            check
                .refuse("VPC-46", lease, format!("`{mac}` is not a hardware address"))
                .about_key()
                .help("Write it as 00:11:22:33:44:55");
            mac.to_owned()
        }
    }
}

fn vpc_47_51_lease_address(check: &mut Check<'_>, subnet: Subnet<'_>, ip: Field<'_>) {
    let Some(address) = read_address(ip.text()) else {
        check
            .refuse("VPC-47", ip, format!("`{}` is not an IP address", ip.text()))
            .help("Write an address such as 10.0.1.5");
        return;
    };
    if !subnet.prefix.contains(address) {
        check
            .refuse("VPC-48", ip, format!("the address {address} lies outside {}", subnet.prefix))
            .help("Use an address of the subnet")
            .with_field(subnet.field.at("subnet").pointer(), "the subnet");
    }
    if address == subnet.prefix.first() {
        check
            .refuse("VPC-49", ip, format!("{address} is the network address"))
            .help("Use another address of the subnet");
    }
    let gateway = subnet.field.at("gateway");
    if ip.text() == gateway.text() {
        check
            .refuse("VPC-50", ip, format!("{address} is the gateway"))
            .help("Use another address of the subnet")
            .with_field(gateway.pointer(), "the gateway");
    }
    if ip.text() == subnet.prefix.last().to_string() {
        check
            .refuse("VPC-51", ip, format!("{address} is the broadcast address"))
            .help("Use another address of the subnet");
    }
}

fn vpc_53_54_without_dhcp(check: &mut Check<'_>, dhcp: Field<'_>) {
    for end in ["start", "end"] {
        let field = dhcp.at("range").at(end);
        if !field.is_empty_text() {
            // Cannot happen once the defaults are in.
            check
                .refuse("VPC-53", field, "there is a DHCP range, and DHCP is off")
                .help("Turn DHCP on, or remove `range`");
        }
    }
    let leases = dhcp.at("static");
    if leases.count() > 0 {
        let edit =
            FixEdit::Set { field: dhcp.at("enable").pointer(), value: crate::model::Value::Bool(true) };
        check
            .refuse("VPC-54", leases, "there are static leases, and DHCP is off")
            .help("Turn DHCP on, or remove `static`")
            .fix("Turn DHCP on", vec![edit]);
    }
}
