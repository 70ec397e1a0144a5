//! ExternalAttachment (EAT-01 to EAT-34).

use super::super::check::Check;
use super::super::endpoints::Endpoints;
use super::super::endpoints::Flavour;
use super::super::field::Field;
use super::super::object::Object;
use super::super::readers::read_address;
use super::super::readers::read_cidr;
use super::super::readers::read_ip;
use crate::order::Map;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    eat_01_02_names(check);
    if is_static(check.spec) {
        eat_08_09_bgp_settings(check);
        eat_10_13_static(check);
    } else {
        eat_03_07_bgp(check);
    }
    eat_14_28_acl(check);
    eat_29_31_external(check);
    eat_32_33_connection(check);
    eat_34_vlan_is_free(check);
}

fn is_static(spec: Field<'_>) -> bool {
    spec.at("static").is_there()
}

fn eat_01_02_names(check: &mut Check<'_>) {
    for (code, key) in [("EAT-01", "external"), ("EAT-02", "connection")] {
        let field = check.spec.at(key);
        if field.is_empty_text() {
            check.refuse(code, field, format!("the attachment names no {key}")).help(format!("Add `{key}`"));
        }
    }
}

fn eat_03_07_bgp(check: &mut Check<'_>) {
    let ip = check.spec.at("switch").at("ip");
    if ip.is_empty_text() {
        check
            .refuse("EAT-03", ip, "the switch has no address on this link")
            .help("Add `switch.ip` with a length, such as 100.1.10.1/24");
    } else if read_cidr(ip.text()).is_none() {
        check
            .refuse("EAT-04", ip, format!("`{}` is not an address with a length", ip.text()))
            .help("Write it as 100.1.10.1/24");
    }
    let neighbor = check.spec.at("neighbor");
    if neighbor.at("asn").number() == 0 {
        check.refuse("EAT-05", neighbor.at("asn"), "the neighbor has no ASN").help("Add `neighbor.asn`");
    }
    let ip = neighbor.at("ip");
    if ip.is_empty_text() {
        check
            .refuse("EAT-06", ip, "the neighbor has no address")
            .help("Add `neighbor.ip`, such as 100.1.10.6");
    } else if read_ip(ip.text()).is_none() {
        check
            .refuse("EAT-07", ip, format!("`{}` is not an IP address", ip.text()))
            .help("Write an address such as 100.1.10.6");
    }
}

fn eat_08_09_bgp_settings(check: &mut Check<'_>) {
    let given = check.spec.at("static").pointer();
    let (switch, neighbor) = (check.spec.at("switch"), check.spec.at("neighbor"));
    let settings =
        [("EAT-08", switch.at("ip"), switch.at("vlan")), ("EAT-09", neighbor.at("ip"), neighbor.at("asn"))];
    for (code, text, number) in settings {
        for field in [text, number] {
            if !field.is_empty_text() || field.number() != 0 {
                check
                    .refuse(
                        code,
                        field,
                        format!("`{}` is for BGP, and this attachment is static", field.label()),
                    )
                    .help("Remove it, or remove `static`")
                    .with_field(given.clone(), "static is given here");
            }
        }
    }
}

fn eat_10_13_static(check: &mut Check<'_>) {
    let settings = check.spec.at("static");
    let remote = settings.at("remoteIP");
    if remote.is_empty_text() {
        check
            .refuse("EAT-10", remote, "the static attachment has no remote address")
            .help("Add `static.remoteIP`");
    } else if read_address(remote.text()).is_none() {
        check
            .refuse("EAT-11", remote, format!("`{}` is not an IP address", remote.text()))
            .help("Write an address such as 192.0.2.1");
    }
    let (ip, proxy) = (settings.at("ip"), settings.at("proxy"));
    if ip.is_empty_text() != proxy.flag() {
        let message = match proxy.flag() {
            true => "the attachment has an address and proxy, and one of them is needed",
            false => "the attachment has neither an address nor proxy, and one of them is needed",
        };
        check.refuse("EAT-12", settings, message).help("Give either `static.ip` or `static.proxy: true`");
    }
    if !ip.is_empty_text() && read_cidr(ip.text()).is_none() {
        check
            .refuse("EAT-13", ip, format!("`{}` is not an address with a length", ip.text()))
            .help("Write it as 192.0.2.2/24");
    }
}

fn eat_14_28_acl(check: &mut Check<'_>) {
    let mut seen: Map<i128, Field<'_>> = Map::new();
    for statement in check.spec.at("inboundACL").at("statements").items() {
        let seq = statement.at("seq");
        if seq.number() < 10 {
            check
                .refuse(
                    "EAT-14",
                    seq,
                    format!("ACL numbers below 10 are reserved, and this is {}", seq.number()),
                )
                .help("Number the statement with 10 or more");
        }
        if let Some(first) = seen.insert(seq.number(), seq) {
            check
                .refuse("EAT-15", seq, format!("the ACL number {} is given twice", seq.number()))
                .help("Give one of the two another number")
                .with_field(first.pointer(), "given here too");
        }
        eat_16_17_words(check, statement);
        eat_18_21_prefixes(check, statement);
        eat_22_24_tcp_flags(check, statement);
        eat_25_28_icmp_and_ports(check, statement);
    }
}

fn eat_16_17_words(check: &mut Check<'_>, statement: Field<'_>) {
    let words: [(&str, &str, &[&str]); 2] = [
        ("EAT-16", "action", &["permit", "deny", "discard", "transit"]),
        ("EAT-17", "protocol", &["ip", "tcp", "udp", "icmp"]),
    ];
    for (code, key, known) in words {
        let field = statement.at(key);
        if !known.contains(&field.text()) {
            check
                .refuse(code, field, format!("there is no ACL {key} `{}`", field.text()))
                .help(format!("Write one of `{}`", known.join("`, `")));
        }
    }
}

fn eat_18_21_prefixes(check: &mut Check<'_>, statement: Field<'_>) {
    for (empty, malformed, key) in [("EAT-18", "EAT-19", "srcPrefix"), ("EAT-20", "EAT-21", "dstPrefix")] {
        let field = statement.at(key);
        if field.is_empty_text() {
            check
                .refuse(empty, field, format!("the ACL statement has no `{key}`"))
                .help(format!("Add `{key}`; `any` is all"));
        } else if field.text() != "any" && read_cidr(field.text()).is_none() {
            check
                .refuse(malformed, field, format!("`{}` is neither `any` nor a CIDR", field.text()))
                .help("Write `any`, or an address and a length");
        }
    }
}

fn eat_22_24_tcp_flags(check: &mut Check<'_>, statement: Field<'_>) {
    let filters = statement.at("tcpFilters");
    if !filters.is_there() {
        return;
    }
    if statement.at("protocol").text() != "tcp" {
        check
            .refuse("EAT-22", filters, "TCP flags need the protocol `tcp`")
            .help("Write `protocol: tcp`, or remove `tcpFilters`")
            .with_field(statement.at("protocol").pointer(), "the protocol");
    }
    let set = |key: &&str| filters.at(key).flag();
    let flags = ["syn", "ack", "fin", "rst", "psh", "urg"];
    let negations = ["notSyn", "notAck", "notFin", "notRst", "notPsh", "notUrg"];
    if filters.at("established").flag() && flags.iter().chain(&negations).any(set) {
        check
            .refuse(
                "EAT-23",
                filters.at("established"),
                "`established` stands alone, and other flags are given",
            )
            .help("Remove `established`, or the other flags");
    }
    for (flag, negation) in flags.iter().zip(&negations) {
        if set(flag) && set(negation) {
            check
                .refuse(
                    "EAT-24",
                    filters.at(negation),
                    format!("`{flag}` and `{negation}` contradict each other"),
                )
                .help("Remove one of the two")
                .with_field(filters.at(flag).pointer(), "the other");
        }
    }
}

fn eat_25_28_icmp_and_ports(check: &mut Check<'_>, statement: Field<'_>) {
    let protocol = statement.at("protocol").text();
    for key in ["icmpType", "icmpCode"] {
        // 0 is a type of its own, so it counts when it is written.
        if statement.at(key).is_there() && protocol != "icmp" {
            check
                .refuse("EAT-25", statement.at(key), format!("`{key}` needs the protocol `icmp`"))
                .help(format!("Write `protocol: icmp`, or remove `{key}`"));
        }
    }
    let (begin, end) = (statement.at("portRangeBegin"), statement.at("portRangeEnd"));
    let is_given = begin.number() != 0 || end.number() != 0;
    if is_given && !matches!(protocol, "tcp" | "udp") {
        let field = if begin.number() != 0 { begin } else { end };
        check
            .refuse("EAT-26", field, "ports need the protocol `tcp` or `udp`")
            .help("Write `protocol: tcp` or `udp`, or remove the ports");
    }
    if end.number() != 0 && begin.number() == 0 {
        check.refuse("EAT-27", begin, "the port range has no start").help("Add `portRangeBegin`");
    }
    if begin.number() > end.number() {
        check
            .refuse(
                "EAT-28",
                begin,
                format!("the port range goes from {} down to {}", begin.number(), end.number()),
            )
            .help("Let `portRangeBegin` be at most `portRangeEnd`; for one port write it twice");
    }
}

fn eat_29_31_external(check: &mut Check<'_>) {
    let field = check.spec.at("external");
    if field.is_empty_text() {
        return;
    }
    let Some(external) = check.require("EAT-29", field, Kind::External, field.text()) else { return };
    let place = external.spec().at("static").pointer();
    match (is_static(check.spec), is_static(external.spec())) {
        (true, false) => {
            check
                .refuse(
                    "EAT-30",
                    check.spec.at("static"),
                    format!("the attachment is static, and the external `{}` is not", field.text()),
                )
                .help("Remove `static` and give BGP settings, or name a static external")
                .with_object(&external.key, place, "the external");
        }
        (false, true) => {
            check
                .refuse(
                    "EAT-31",
                    field,
                    format!("the external `{}` is static, and the attachment is not", field.text()),
                )
                .help("Give `static` in place of the BGP settings, or name a BGP external")
                .with_object(&external.key, place, "static is given here");
        }
        _ => {}
    }
}

fn eat_32_33_connection(check: &mut Check<'_>) {
    let field = check.spec.at("connection");
    if field.is_empty_text() {
        return;
    }
    let Some(connection) = check.require("EAT-32", field, Kind::Connection, field.text()) else { return };
    let flavour = Endpoints::read(connection.spec()).flavour;
    if !connection.spec().at("external").is_there() {
        let is = flavour.map_or("of no type", Flavour::name);
        check
            .refuse("EAT-33", field, format!("the connection `{}` is not external but {is}", field.text()))
            .help("Name a connection of type external")
            .with_object(&connection.key, connection.spec().pointer(), "the connection");
    }
}

/// Returns the field with the VLAN that counts.
fn vlan(spec: Field<'_>) -> Field<'_> {
    match is_static(spec) {
        true => spec.at("static").at("vlan"),
        false => spec.at("switch").at("vlan"),
    }
}

/// No VLAN is a VLAN here: two attachments without one clash.
fn eat_34_vlan_is_free(check: &mut Check<'_>) {
    let own = vlan(check.spec);
    let connection = check.spec.at("connection").text();
    let others: Vec<&Object> = check.referrers(Kind::Connection, connection, Kind::ExternalAttachment);
    for other in others.into_iter().filter(|other| vlan(other.spec()).number() == own.number()) {
        let message =
            format!("the VLAN {} of this connection is already used by `{}`", own.number(), other.name());
        check.refuse("EAT-34", own, message).help("Choose another VLAN").with_object(
            &other.key,
            vlan(other.spec()).pointer(),
            "used here",
        );
    }
}
