//! Addresses on a Connection: static externals (CON-22 to CON-29) and links of
//! the fabric (CON-43 to CON-48).
//!
//! Each type that is there is checked, even one that does not count (Q3).

use super::super::check::Check;
use super::super::field::Field;
use super::super::finding::FixEdit;
use super::super::object::Slot;
use super::super::readers::Prefix;
use super::super::readers::read_cidr;
use super::super::readers::read_ip;
use super::super::readers::read_prefix;
use crate::order::Map;

pub(super) fn check(check: &mut Check<'_>) {
    let external = check.spec.at("staticExternal");
    if external.is_there() {
        let switch = external.at("link").at("switch");
        con_22_24_next_hop(check, switch);
        con_25_29_subnets(check, switch.at("subnets"));
    }
    con_43_48_links(check);
}

fn con_22_24_next_hop(check: &mut Check<'_>, switch: Field<'_>) {
    let (ip, next_hop) = (switch.at("ip"), switch.at("nextHop"));
    let network = read_cidr(ip.text());
    if network.is_none() {
        check
            .refuse(
                "CON-22",
                ip,
                match ip.text() {
                    "" => "the static external has no address".to_owned(),
                    text => format!("`{text}` is not an address with a length"),
                },
            )
            .help("Write `ip` with a length, such as 10.70.0.1/24");
    }
    let Some(address) = read_ip(next_hop.text()) else {
        check
            .refuse(
                "CON-23",
                next_hop,
                match next_hop.text() {
                    "" => "the static external has no next hop".to_owned(),
                    text => format!("`{text}` is not an IP address"),
                },
            )
            .help("Write `nextHop`, such as 10.70.0.2");
        return;
    };
    if let Some(network) = network
        && !network.contains(address)
    {
        check
            .refuse("CON-24", next_hop, format!("the next hop {address} lies outside {}", network.masked()))
            .help("Use an address of the network of `ip`")
            .with_field(ip.pointer(), "the address of the switch");
    }
}

fn con_25_29_subnets(check: &mut Check<'_>, subnets: Field<'_>) {
    let mut prefixes: Vec<(Field<'_>, Prefix)> = Vec::new();
    for field in subnets.items() {
        let Some(prefix) = read_prefix(field.text()) else {
            check
                .refuse("CON-25", field, format!("`{}` is not a CIDR", field.text()))
                .help("Write an address and a length, such as 10.71.0.0/24");
            continue;
        };
        let is_default = field.text() == "0.0.0.0/0";
        if is_default && subnets.count() > 1 {
            check
                .refuse("CON-26", field, "the default route stands alone, and other subnets are given")
                .help("Remove the default route, or the other subnets");
        }
        if prefix.has_host_bits() {
            let network = prefix.masked().to_string();
            let edit = FixEdit::Set { field: field.pointer(), value: network.as_str().into() };
            check
                .refuse("CON-27", field, format!("`{prefix}` has bits set outside its length"))
                .help(format!("Write `{network}`"))
                .fix(format!("Write {network}"), vec![edit]);
        }
        if !is_default {
            super::outside_reserved(check, "CON-29", field, prefix);
        }
        prefixes.push((field, prefix));
    }
    super::lie_apart(check, "CON-28", &prefixes);
}

/// Links with both addresses given. With one, nothing is checked (Q9).
fn con_43_48_links(check: &mut Check<'_>) {
    let fabric = &check.settings().fabric_subnet;
    let subnet = read_prefix(&fabric.value);
    let ends = [("fabric", "spine", "leaf"), ("mesh", "leaf1", "leaf2"), ("gateway", "switch", "gateway")];
    if subnet.is_none() && ends.iter().any(|(key, _, _)| check.spec.at(key).is_there()) {
        let message = format!("the setting `fabricSubnet`, `{}`, is not a CIDR", fabric.value);
        check.refuse("CON-43", check.spec, message).help("Mend the settings of the fabric");
    }
    let mut own: Map<String, Field<'_>> = Map::new();
    for (key, one, two) in ends {
        for link in check.spec.at(key).at("links").items() {
            let (one, two) = (link.at(one).at("ip"), link.at(two).at("ip"));
            if one.is_empty_text() || two.is_empty_text() {
                continue;
            }
            let prefixes = [one, two].map(|field| con_44_47_address(check, field, subnet, &mut own));
            if let [Some(first), Some(second)] = prefixes
                && first.masked() != second.masked()
            {
                check
                    .refuse("CON-48", two, format!("`{first}` and `{second}` are not in one network"))
                    .help("Give both ends addresses of one /31")
                    .with_field(one.pointer(), "the other end");
            }
        }
    }
}

fn con_44_47_address<'a>(
    check: &mut Check<'a>,
    field: Field<'a>,
    subnet: Option<Prefix>,
    own: &mut Map<String, Field<'a>>,
) -> Option<Prefix> {
    let Some(prefix) = read_prefix(field.text()) else {
        check
            .refuse("CON-44", field, format!("`{}` is not an address with a length", field.text()))
            .help("Write it as 172.30.128.0/31");
        return None;
    };
    if prefix.bits != 31 {
        check.refuse("CON-45", field, format!("`{prefix}` is not a /31")).help("Write /31 as the length");
    }
    if let Some(subnet) = subnet
        && !subnet.contains(prefix.address)
    {
        let assumed = check.settings().fabric_subnet.assumed;
        check
            .refuse("CON-46", field, format!("{} lies outside the fabric subnet {subnet}", prefix.address))
            .help("Use an address of the fabric subnet")
            .assuming(assumed);
    }
    let address = prefix.address.to_string();
    for other in check.sharing(Slot::LinkIp, &address) {
        check
            .refuse(
                "CON-47",
                field,
                format!("the address {address} is already used by the connection `{}`", other.name()),
            )
            .help("Use another /31")
            .with_object(&other.key, other.spec().pointer(), "used here");
    }
    if let Some(first) = own.insert(address.clone(), field) {
        check
            .refuse("CON-47", field, format!("the address {address} is used twice in this connection"))
            .help("Use another /31")
            .with_field(first.pointer(), "used here too");
    }
    Some(prefix)
}
