//! Gateway (GWY-01 to GWY-45). GWY-46 and GWY-47 ask the live cluster.

use super::super::View;
use super::super::check::Check;
use super::super::field::Field;
use super::super::object::Slot;
use super::super::readers::read_address;
use super::super::readers::read_mac;
use super::super::readers::read_prefix;
use crate::order::Map;
use crate::schema::Kind;
use std::net::IpAddr;

pub(super) fn check(check: &mut Check<'_>) {
    super::gateway_kind(check, "GWY-01", "GWY-02");
    gwy_03_workers(check);
    gwy_04_05_rate_limit(check);
    gwy_19_interfaces_are_there(check);
    for (name, interface) in check.spec.at("interfaces").entries() {
        gwy_20_21_interface_name(check, name, interface);
        gwy_25_32_device(check, name, interface);
    }
    gwy_34_38_neighbors(check);
    gwy_39_40_groups(check);
    gwy_44_45_group_members(check);
    if is_hydrated(check) {
        gwy_06_08_protocol_ip(check);
        gwy_09_13_vtep_ip(check);
        gwy_14_17_vtep_mac(check);
        gwy_18_asn(check);
        gwy_22_24_interface_addresses(check);
        gwy_33_neighbors_are_there(check);
    }
    gwy_41_43_addresses_are_free(check);
}

/// Says whether the addresses are there, which the installer can fill in.
fn is_hydrated(check: &Check<'_>) -> bool {
    let spec = check.spec;
    let interfaces = spec.at("interfaces").entries();
    let mut fields = vec![
        spec.at("protocolIP"),
        spec.at("vtepIP"),
        spec.at("vtepMAC"),
        spec.at("asn"),
        spec.at("neighbors"),
    ];
    fields.extend(interfaces.map(|(_, interface)| interface.at("ips")));
    check.is_hydrated(&fields)
}

fn gwy_03_workers(check: &mut Check<'_>) {
    let workers = check.spec.at("workers");
    if !(1..=64).contains(&workers.number()) {
        check
            .refuse(
                "GWY-03",
                workers,
                format!("a gateway has 1 to 64 workers, and this has {}", workers.number()),
            )
            .help("Write a number from 1 to 64");
    }
}

/// Cannot happen once the defaults are in.
fn gwy_04_05_rate_limit(check: &mut Check<'_>) {
    let limit = check.spec.at("logs").at("rateLimit");
    if !limit.is_there() {
        return;
    }
    for (code, key) in [("GWY-04", "burst"), ("GWY-05", "replenishPerSecond")] {
        if limit.at(key).number() == 0 {
            check.refuse(code, limit.at(key), format!("`{key}` must be above 0")).help("Write 1 or more");
        }
    }
}

fn gwy_06_08_protocol_ip(check: &mut Check<'_>) {
    host_prefix(check, check.spec.at("protocolIP"), ["GWY-06", "GWY-07", "GWY-08"]);
}

/// Checks an IPv4 address with /32. The codes: no prefix, no /32, not IPv4.
fn host_prefix(check: &mut Check<'_>, field: Field<'_>, codes: [&'static str; 3]) -> Option<IpAddr> {
    let [malformed, not_32, not_v4] = codes;
    let Some(prefix) = read_prefix(field.text()) else {
        let message = match field.text() {
            "" => format!("the gateway has no `{}`", field.last_key()),
            text => format!("`{text}` is not an address with /32"),
        };
        check.refuse(malformed, field, message).help("Write an address with /32, such as 172.30.8.200/32");
        return None;
    };
    if prefix.bits != 32 {
        check.refuse(not_32, field, format!("`{prefix}` is not a /32")).help("Write /32 as the length");
    }
    if !prefix.is_v4() {
        check.refuse(not_v4, field, format!("`{prefix}` is not an IPv4 address")).help("Use an IPv4 address");
    }
    Some(prefix.address)
}

/// GWY-13 is part of GWY-12: 127.0.0.0/8 is loopback.
fn gwy_09_13_vtep_ip(check: &mut Check<'_>) {
    let field = check.spec.at("vtepIP");
    let Some(address) = host_prefix(check, field, ["GWY-09", "GWY-10", "GWY-11"]) else { return };
    if address.is_multicast() || address.is_loopback() || address.is_unspecified() {
        check
            .refuse("GWY-12", field, format!("{address} is not the address of one host"))
            .help("Use an address that is neither multicast, loopback nor zero");
    }
    if address.is_ipv4() && address.is_loopback() {
        check
            .refuse("GWY-13", field, format!("{address} is a loopback address"))
            .help("Use an address of the VTEP subnet");
    }
}

fn gwy_14_17_vtep_mac(check: &mut Check<'_>) {
    let field = check.spec.at("vtepMAC");
    if field.is_empty_text() {
        check
            .refuse("GWY-14", field, "the gateway has no `vtepMAC`")
            .help("Add `vtepMAC`, such as ca:fe:ba:be:02:01");
        return;
    }
    let Some(mac) = read_mac(field.text()) else {
        check
            .refuse("GWY-15", field, format!("`{}` is not a hardware address", field.text()))
            .help("Write it as ca:fe:ba:be:02:01");
        return;
    };
    if mac.0.iter().all(|&byte| byte == 0) {
        check
            .refuse("GWY-16", field, "the hardware address is all zeros")
            .help("Give it a hardware address of its own");
    }
    if mac.0.first().is_some_and(|first| first & 1 == 1) {
        check
            .refuse("GWY-17", field, format!("`{mac}` is a multicast hardware address"))
            .help("Let its first byte be even");
    }
}

fn gwy_18_asn(check: &mut Check<'_>) {
    let asn = check.spec.at("asn");
    if asn.number() == 0 {
        check.refuse("GWY-18", asn, "the gateway has no ASN").help("Add `asn`, 65534 by default");
    }
}

fn gwy_19_interfaces_are_there(check: &mut Check<'_>) {
    let interfaces = check.spec.at("interfaces");
    if interfaces.count() == 0 {
        check
            .refuse("GWY-19", interfaces, "a gateway needs an interface")
            .help("Add an entry to `interfaces`");
    }
}

/// Says whether `name` has the form of an interface name: 2 to 10 characters,
/// a letter first and a letter or digit last.
fn is_interface_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (2..=10).contains(&name.len())
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && name.bytes().last().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && name.bytes().all(inner)
}

const INTERFACE_HELP: &str =
    "Use 2 to 10 letters, digits, `_`, `.` and `-`, a letter first and a letter or digit last";

fn gwy_20_21_interface_name(check: &mut Check<'_>, name: &str, interface: Field<'_>) {
    if name.len() > 15 {
        let message =
            format!("the interface name `{name}` has {} characters, and 15 are allowed", name.len());
        check.refuse("GWY-20", interface, message).about_key().help(INTERFACE_HELP);
    }
    if !is_interface_name(name) {
        check
            .refuse("GWY-21", interface, format!("`{name}` is not the name of an interface"))
            .about_key()
            .help(INTERFACE_HELP);
    }
}

fn gwy_22_24_interface_addresses(check: &mut Check<'_>) {
    for (name, interface) in check.spec.at("interfaces").entries() {
        let ips = interface.at("ips");
        if ips.count() == 0 {
            check
                .refuse("GWY-22", ips, format!("the interface `{name}` has no address"))
                .help("Add `ips`, such as 172.30.128.21/31");
        }
        for ip in ips.items() {
            match read_prefix(ip.text()) {
                None => {
                    check
                        .refuse("GWY-23", ip, format!("`{}` is not an address with a length", ip.text()))
                        .help("Write it as 172.30.128.21/31");
                }
                Some(prefix) if !prefix.is_v4() => {
                    check
                        .refuse("GWY-24", ip, format!("`{prefix}` is not an IPv4 address"))
                        .help("Use an IPv4 address");
                }
                Some(_) => {}
            }
        }
    }
}

fn gwy_25_32_device(check: &mut Check<'_>, name: &str, interface: Field<'_>) {
    let (pci, kernel) = (interface.at("pci"), interface.at("kernel"));
    if !pci.is_empty_text() && !kernel.is_empty_text() {
        check
            .refuse("GWY-25", kernel, format!("the interface `{name}` has `pci` and `kernel`"))
            .help("Remove one of the two")
            .with_field(pci.pointer(), "the other");
    }
    if !pci.is_empty_text() {
        gwy_26_30_pci(check, pci);
    }
    if kernel.is_empty_text() {
        return;
    }
    if !is_interface_name(kernel.text()) {
        check
            .refuse("GWY-31", kernel, format!("`{}` is not the name of an interface", kernel.text()))
            .help(INTERFACE_HELP);
    }
    if kernel.text() == name {
        check
            .refuse("GWY-32", kernel, "the kernel's name is the name of the interface")
            .help("Give the interface another name than the kernel does");
    }
}

/// A PCI address is `dddd:bb:dd.f` in 12 characters.
fn gwy_26_30_pci(check: &mut Check<'_>, field: Field<'_>) {
    const HELP: &str = "Write it as 0000:01:00.0";
    let text = field.text();
    let parts = text.split_once('.').and_then(|(front, function)| {
        let mut parts = front.split(':');
        let parts = (parts.next()?, parts.next()?, parts.next()?, function, parts.next());
        (parts.4.is_none() && text.len() == 12 && !function.contains('.')).then_some(parts)
    });
    let Some((domain, bus, device, function, _)) = parts else {
        check.refuse("GWY-26", field, format!("`{text}` is not a PCI address")).help(HELP);
        return;
    };
    let is_within = |digits: &str, radix, most| {
        digits.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && u32::from_str_radix(digits, radix).is_ok_and(|number| number <= most)
    };
    let checks = [
        ("GWY-27", "function", is_within(function, 10, 7), "0 to 7"),
        ("GWY-28", "domain", is_within(domain, 16, 0xFFFF), "0 to ffff"),
        ("GWY-29", "bus", is_within(bus, 16, 0xFF), "0 to ff"),
        ("GWY-30", "device", is_within(device, 16, 0x1F), "0 to 1f"),
    ];
    for (code, part, is_good, range) in checks {
        if !is_good {
            check
                .refuse(code, field, format!("the {part} of the PCI address `{text}` is not within {range}"))
                .help(HELP);
        }
    }
}

fn gwy_33_neighbors_are_there(check: &mut Check<'_>) {
    let neighbors = check.spec.at("neighbors");
    if neighbors.count() == 0 {
        check
            .refuse("GWY-33", neighbors, "a gateway needs a BGP neighbor")
            .help("Add an entry to `neighbors`");
    }
}

fn gwy_34_38_neighbors(check: &mut Check<'_>) {
    for neighbor in check.spec.at("neighbors").items() {
        let (ip, asn) = (neighbor.at("ip"), neighbor.at("asn"));
        gwy_34_37_neighbor_address(check, ip);
        if asn.number() == 0 {
            check.refuse("GWY-38", asn, "the neighbor has no ASN").help("Add `asn`");
        }
    }
}

fn gwy_34_37_neighbor_address(check: &mut Check<'_>, ip: Field<'_>) {
    if ip.is_empty_text() {
        check.refuse("GWY-34", ip, "the neighbor has no address").help("Add `ip`");
        return;
    }
    match read_address(ip.text()) {
        None => {
            check
                .refuse("GWY-35", ip, format!("`{}` is not an IP address", ip.text()))
                .help("Write an address such as 172.30.128.20");
        }
        Some(address) => {
            if !address.is_ipv4() {
                check
                    .refuse("GWY-36", ip, format!("{address} is not an IPv4 address"))
                    .help("Use an IPv4 address");
            }
            if address.is_multicast() || address.is_unspecified() {
                check
                    .refuse("GWY-37", ip, format!("{address} is not the address of one host"))
                    .help("Use an address that is neither multicast nor zero");
            }
        }
    }
}

fn gwy_39_40_groups(check: &mut Check<'_>) {
    let groups = check.spec.at("groups");
    if groups.count() == 0 {
        // Cannot happen once the defaults are in.
        check.refuse("GWY-39", groups, "the gateway is in no group").help("Add a group");
    }
    let mut seen: Map<&str, Field<'_>> = Map::new();
    for group in groups.items() {
        let name = group.at("name");
        if let Some(first) = seen.insert(name.text(), name) {
            check
                .refuse("GWY-40", name, format!("the group `{}` is named twice", name.text()))
                .help("Remove one of the two")
                .with_field(first.pointer(), "named here too");
        }
    }
}

fn gwy_41_43_addresses_are_free(check: &mut Check<'_>) {
    let mac = read_mac(check.spec.at("vtepMAC").text()).map(|mac| mac.to_string());
    let values = [
        ("GWY-41", Slot::ProtocolIp, "protocolIP", check.spec.at("protocolIP").text().to_owned()),
        ("GWY-42", Slot::VtepIp, "vtepIP", check.spec.at("vtepIP").text().to_owned()),
        ("GWY-43", Slot::VtepMac, "vtepMAC", mac.unwrap_or_default()),
    ];
    for (code, slot, key, value) in values {
        if value.is_empty() {
            continue;
        }
        for other in check.sharing(slot, &value) {
            let message =
                format!("`{value}` is already used by the {} `{}`", other.key.kind.name(), other.name());
            let field = check.spec.at(key);
            check.refuse(code, field, message).help("Choose another one").with_object(
                &other.key,
                other.spec().at(key).pointer(),
                "used here",
            );
        }
    }
}

/// The group `default` is made by the controller.
fn gwy_44_45_group_members(check: &mut Check<'_>) {
    for group in check.spec.at("groups").items() {
        let name = group.at("name");
        super::require_gateway_group(check, "GWY-44", name);
        let communities = &check.settings().gateway_communities;
        let members = check.referrers(Kind::GatewayGroup, name.text(), Kind::Gateway).len();
        if members >= communities.value {
            let message = format!(
                "the group `{}` already has {members} gateways, and {} are allowed",
                name.text(),
                communities.value
            );
            check.refuse("GWY-45", name, message).help("Use another group").assuming(communities.assumed);
        }
    }
}

/// Says whether a group counts as there although no file makes it.
pub(super) fn is_default_group(check: &Check<'_>, name: &str) -> bool {
    check.view() == View::Files && name == "default"
}
