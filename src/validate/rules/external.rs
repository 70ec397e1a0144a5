//! External (EXT-01 to EXT-11).

use super::super::check::Check;
use super::super::field::Field;
use super::super::readers::Prefix;
use super::super::readers::is_community;
use super::super::readers::read_prefix;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    super::name_is_short(check, "EXT-01");
    ext_02_namespace_is_named(check);
    if check.spec.at("static").is_there() {
        ext_05_no_communities(check);
        ext_06_08_static_prefixes(check);
    } else {
        ext_03_04_communities(check);
    }
    ext_09_namespace_exists(check);
}

pub(super) fn delete(check: &mut Check<'_>) {
    let name = check.name;
    super::still_used_by(check, "EXT-10", Kind::External, name, Kind::ExternalAttachment);
    super::still_used_by(check, "EXT-11", Kind::External, name, Kind::ExternalPeering);
}

/// Cannot happen once the defaults are in.
fn ext_02_namespace_is_named(check: &mut Check<'_>) {
    let field = check.spec.at("ipv4Namespace");
    if field.is_empty_text() {
        check.refuse("EXT-02", field, "the external has no `ipv4Namespace`").help("Write `default`");
    }
}

const COMMUNITIES: [(&str, &str); 2] = [("EXT-03", "inboundCommunity"), ("EXT-04", "outboundCommunity")];

fn ext_03_04_communities(check: &mut Check<'_>) {
    for (code, key) in COMMUNITIES {
        let field = check.spec.at(key);
        if !field.is_empty_text() && !is_community(field.text()) {
            check
                .refuse(code, field, format!("`{}` is not a BGP community", field.text()))
                .help("Write two numbers from 0 to 65535 with a colon, such as 65102:5000");
        }
    }
}

fn ext_05_no_communities(check: &mut Check<'_>) {
    let given = check.spec.at("static").pointer();
    for (_, key) in COMMUNITIES {
        let field = check.spec.at(key);
        if !field.is_empty_text() {
            check
                .refuse("EXT-05", field, "a static external has no communities; they are for BGP")
                .help(format!("Remove `{key}`, or `static`"))
                .with_field(given.clone(), "static is given here");
        }
    }
}

fn ext_06_08_static_prefixes(check: &mut Check<'_>) {
    let list = check.spec.at("static").at("prefixes");
    if list.count() == 0 {
        check
            .refuse("EXT-06", list, "a static external needs a prefix")
            .help("Add `prefixes`, such as 0.0.0.0/0");
    }
    let mut prefixes: Vec<(Field<'_>, Prefix)> = Vec::new();
    for field in list.items() {
        match read_prefix(field.text()) {
            Some(prefix) => prefixes.push((field, prefix)),
            None => {
                check
                    .refuse("EXT-07", field, format!("`{}` is not a CIDR", field.text()))
                    .help("Write an address and a length, such as 10.99.0.0/24");
            }
        }
    }
    super::lie_apart(check, "EXT-08", &prefixes);
}

fn ext_09_namespace_exists(check: &mut Check<'_>) {
    let field = check.spec.at("ipv4Namespace");
    check.require("EXT-09", field, Kind::Ipv4Namespace, field.text());
}
