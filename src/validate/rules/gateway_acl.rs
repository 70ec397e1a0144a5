//! The access list of a GatewayPeering (GPE-22 to GPE-35, GPE-43 to GPE-46).

use super::super::check::Check;
use super::super::field::Field;
use super::super::metadata::is_dns_subdomain;
use super::super::readers::is_port_range;
use super::super::readers::read_prefix;
use super::gateway_peering::Side;

pub(super) fn check(check: &mut Check<'_>, sides: &[Side<'_>]) {
    let acl = check.spec.at("acl");
    if !acl.is_there() {
        return;
    }
    gpe_22_default(check, acl.at("default"));
    for rule in acl.at("rules").items() {
        gpe_23_25_name_and_action(check, rule);
        gpe_26_28_direction(check, rule, sides);
        gpe_29_34_match(check, rule.at("match"));
        gpe_35_protocol(check, rule.at("match").at("proto"));
        gpe_43_46_subnets(check, rule, sides);
    }
}

fn gpe_22_default(check: &mut Check<'_>, default: Field<'_>) {
    if !matches!(default.text(), "deny" | "deny-unless-exposed") {
        check
            .refuse("GPE-22", default, format!("there is no default action `{}`", default.text()))
            .help("Write `deny` or `deny-unless-exposed`");
    }
}

fn gpe_23_25_name_and_action(check: &mut Check<'_>, rule: Field<'_>) {
    let (name, action) = (rule.at("name"), rule.at("action"));
    if !name.is_empty_text() && !is_dns_subdomain(name.text()) {
        check
            .refuse("GPE-23", name, format!("`{}` is not the name of a rule", name.text()))
            .help("Use lower-case letters, digits, `-` and `.`");
    }
    if name.text().len() > 64 {
        check
            .refuse(
                "GPE-24",
                name,
                format!("the name of a rule has at most 64 characters, and this has {}", name.text().len()),
            )
            .help("Shorten the name");
    }
    if !matches!(action.text(), "allow" | "deny") {
        check
            .refuse("GPE-25", action, format!("there is no action `{}`", action.text()))
            .help("Write `allow` or `deny`");
    }
}

fn gpe_26_28_direction(check: &mut Check<'_>, rule: Field<'_>, sides: &[Side<'_>]) {
    let (from, to) = (rule.at("from"), rule.at("to"));
    if from.is_empty_text() && to.is_empty_text() {
        check
            .refuse("GPE-26", rule, "the rule has no direction")
            .help("Add `from` or `to` with a side of the peering");
    }
    for (code, field) in [("GPE-27", from), ("GPE-28", to)] {
        if !field.is_empty_text() && !sides.iter().any(|side| side.name == field.text()) {
            let names: Vec<&str> = sides.iter().map(|side| side.name).collect();
            check
                .refuse(code, field, format!("`{}` is not a side of this peering", field.text()))
                .help(format!("Write one of `{}`", names.join("`, `")));
        }
    }
}

fn gpe_29_34_match(check: &mut Check<'_>, matched: Field<'_>) {
    let ends = [("src", ["GPE-29", "GPE-30", "GPE-31"]), ("dst", ["GPE-32", "GPE-33", "GPE-34"])];
    for (key, [both, malformed, bad_port]) in ends {
        for entry in matched.at(key).items() {
            let (cidr, subnet) = (entry.at("cidr"), entry.at("vpcSubnet"));
            if !cidr.is_empty_text() && !subnet.is_empty_text() {
                check
                    .refuse(both, subnet, "the entry has `cidr` and `vpcSubnet`")
                    .help("Remove one of the two")
                    .with_field(cidr.pointer(), "the other");
            }
            if !cidr.is_empty_text() && read_prefix(cidr.text()).is_none() {
                check
                    .refuse(malformed, cidr, format!("`{}` is not a CIDR", cidr.text()))
                    .help("Write an address and a length, such as 10.0.1.0/24");
            }
            for port in entry.at("ports").items().filter(|port| !is_port_range(port.text())) {
                check
                    .refuse(
                        bad_port,
                        port,
                        format!("`{}` is neither a port nor a range of ports", port.text()),
                    )
                    .help("Write a number from 1 to 65535, or two with a dash, such as 8000-8010");
            }
        }
    }
}

/// The range of a number is not checked.
fn gpe_35_protocol(check: &mut Check<'_>, proto: Field<'_>) {
    let text = proto.text();
    let is_number = text.parse::<i64>().is_ok();
    if !matches!(text, "" | "tcp" | "udp") && !is_number {
        check
            .refuse("GPE-35", proto, format!("there is no protocol `{text}`"))
            .help("Write `tcp`, `udp` or the number of a protocol, or leave it out for all");
    }
}

/// A direction that is left out is the other side of the one that is given.
fn gpe_43_46_subnets(check: &mut Check<'_>, rule: Field<'_>, sides: &[Side<'_>]) {
    let (from, to) = (rule.at("from").text(), rule.at("to").text());
    let side_of = |name: &str, opposite: &str| match name {
        "" => sides.iter().find(|side| side.name != opposite),
        name => sides.iter().find(|side| side.name == name),
    };
    let ends =
        [("src", side_of(from, to), "GPE-43", "GPE-44"), ("dst", side_of(to, from), "GPE-45", "GPE-46")];
    for (key, side, external, unknown) in ends {
        let Some(side) = side else { continue };
        let entries = rule.at("match").at(key).items().map(|entry| entry.at("vpcSubnet"));
        for subnet in entries.filter(|subnet| !subnet.is_empty_text()) {
            if side.is_external() {
                check
                    .refuse(
                        external,
                        subnet,
                        format!("`{}` is an external, which has no VPC subnets", side.name),
                    )
                    .help("Write a `cidr` in its place");
            } else if let Some(vpc) = side.vpc {
                super::require_subnet(check, unknown, subnet, vpc);
            }
        }
    }
}
