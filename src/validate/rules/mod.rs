//! The rules of the fabric, a file a kind.
//!
//! Each file has up to three entry points: `check` for what must hold of the
//! object and its neighbours, `update` for what may not change, `delete` for
//! what may not go. Below them stands one function for each rule or tight
//! group, which names the ids it is about. To find a rule, search for its id.
//!
//! A rule reads fields (`Field`), asks the cluster (`Check`), and calls
//! `check.refuse(id, field, what is).help(what to do)`. Where the fabric takes
//! what is wrong, the rule says `refuse_in_files`, with the reason in a
//! comment.

mod advice;
mod connection;
mod connection_addresses;
mod external;
mod external_attachment;
mod external_peering;
mod gateway;
mod gateway_acl;
mod gateway_dataplane;
mod gateway_group;
mod gateway_peering;
mod ipv4_namespace;
mod server;
mod switch;
mod switch_addresses;
mod switch_ports;
mod switch_profile;
mod switch_profile_ports;
pub(super) mod vlan_namespace;
pub(super) mod vpc;
mod vpc_attachment;
mod vpc_dhcp;
mod vpc_info;
pub(super) mod vpc_peering;

use super::Scope;
use super::View;
use super::check::Check;
use super::field::Field;
use super::finding::Finding;
use super::object::Object;
use super::readers::Prefix;
use crate::order::Map;
use crate::schema::Kind;

/// Checks an object that is created or updated, and that all of a fabric's
/// files hold.
pub(super) fn check(check: &mut Check<'_>) {
    meta_02_namespace(check);
    advice::check(check);
    match check.object.key.kind {
        Kind::Vpc => vpc::check(check),
        Kind::VpcAttachment => vpc_attachment::check(check),
        Kind::VpcPeering => vpc_peering::check(check),
        Kind::External => external::check(check),
        Kind::ExternalAttachment => external_attachment::check(check),
        Kind::ExternalPeering => external_peering::check(check),
        Kind::Ipv4Namespace => ipv4_namespace::check(check),
        Kind::Connection => connection::check(check),
        Kind::Switch => switch::check(check),
        Kind::VlanNamespace => vlan_namespace::check(check),
        Kind::SwitchProfile => switch_profile::check(check),
        Kind::Gateway => gateway::check(check),
        Kind::GatewayGroup => gateway_group::check(check),
        Kind::GatewayPeering => gateway_peering::check(check),
        Kind::VpcInfo => vpc_info::check(check),
        // Nothing but the namespace is held against these.
        Kind::Server | Kind::SwitchGroup | Kind::ServerProfile => {}
    }
}

/// Checks what an update may not change.
pub(super) fn update(check: &mut Check<'_>, old: &Object) {
    match check.object.key.kind {
        Kind::Ipv4Namespace => ipv4_namespace::update(check, old),
        Kind::Connection => connection::update(check, old),
        Kind::Switch => switch::update(check, old),
        Kind::VlanNamespace => vlan_namespace::update(check, old),
        _ => {}
    }
}

/// Checks whether an object may go.
pub(super) fn delete(check: &mut Check<'_>) {
    match check.object.key.kind {
        Kind::Vpc => vpc::delete(check),
        Kind::External => external::delete(check),
        Kind::Ipv4Namespace => ipv4_namespace::delete(check),
        Kind::Connection => connection::delete(check),
        Kind::Server => server::delete(check),
        Kind::Switch => switch::delete(check),
        Kind::VlanNamespace => vlan_namespace::delete(check),
        Kind::SwitchProfile => switch_profile::delete(check),
        // The fabric lets the others go, used or not.
        _ => {}
    }
}

/// Finds what the defaults are about to hide.
pub(super) fn before_defaults(kind: Kind, root: Field<'_>, view: View) -> Vec<Finding> {
    match kind {
        Kind::Vpc => vpc_dhcp::vpc_21_options_that_go(root.at("spec")),
        Kind::VlanNamespace => vlan_namespace::before_defaults(root.at("spec"), view),
        _ => Vec::new(),
    }
}

/// META-02: one namespace only. The gateway kinds have a rule of their own
/// for it; SwitchGroup and ServerProfile have no webhook, so nobody but the
/// installer tells (Q11).
fn meta_02_namespace(check: &mut Check<'_>) {
    let kind = check.object.key.kind;
    let namespace = check.metadata("namespace");
    if kind.group().starts_with("gateway.") || matches!(namespace.text(), "" | "default") {
        return;
    }
    let message = format!("the namespace is `{}`, and the fabric only uses `default`", namespace.text());
    let finding = match kind.has_webhook() {
        true => check.refuse("META-02", namespace, message),
        false => check.refuse_in_files("META-02", namespace, message),
    };
    finding.help("Write `default`, or leave the namespace out");
}

/// Refuses a delete while objects of kind `by` name the object.
fn still_used_by(check: &mut Check<'_>, code: &'static str, kind: Kind, name: &str, by: Kind) {
    let users = check.referrers(kind, name, by);
    let Some(first) = users.first() else { return };
    let more = match users.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let message = format!("{} `{name}` is still used by {} `{}`{more}", kind.name(), by.name(), first.name());
    let field = check.metadata("name");
    let finding = check.refuse(code, field, message);
    finding.help(format!("Remove what uses it first, or keep the {}", kind.name()));
    for user in users.iter().take(8) {
        finding.with_object(&user.key, user.root().at("metadata").at("name").pointer(), "uses it");
    }
}

/// Refuses a field that names a subnet which the VPC does not have.
fn require_subnet(check: &mut Check<'_>, code: &'static str, field: Field<'_>, vpc: &Object) {
    let subnets = vpc.spec().at("subnets");
    if subnets.entries().any(|(name, _)| name == field.text()) {
        return;
    }
    let names: Vec<&str> = subnets.entries().map(|(name, _)| name).collect();
    let help = match names.is_empty() {
        true => "Add the subnet to the VPC".to_owned(),
        false => format!("Name one of `{}`, or add the subnet to the VPC", names.join("`, `")),
    };
    check
        .refuse(code, field, format!("the VPC `{}` has no subnet `{}`", vpc.name(), field.text()))
        .help(help)
        .with_object(&vpc.key, subnets.pointer(), "its subnets");
}

/// Refuses a name of more than 11 characters: it becomes part of the names of
/// interfaces.
fn name_is_short(check: &mut Check<'_>, code: &'static str) {
    let length = check.name.len();
    if length > 11 {
        let kind = check.object.key.kind.name();
        let field = check.metadata("name");
        check
            .refuse(
                code,
                field,
                format!("the name of a {kind} has at most 11 characters, and this has {length}"),
            )
            .help("Shorten the name");
    }
}

/// Refuses prefixes of one list that share addresses: each one that overlaps
/// an earlier one.
fn lie_apart(check: &mut Check<'_>, code: &'static str, prefixes: &[(Field<'_>, Prefix)]) {
    // Nearly all lists are short, and nothing overlaps.
    const FEW: usize = 32;
    let clashes = |(at, (_, prefix)): (usize, &(Field<'_>, Prefix))| {
        prefixes.iter().take(at).any(|(_, earlier)| earlier.overlaps(*prefix))
    };
    if prefixes.len() <= FEW && !prefixes.iter().enumerate().any(clashes) {
        return;
    }
    let mut earlier: Map<Prefix, Field<'_>> = Map::new();
    for (field, prefix) in prefixes {
        let masked = prefix.masked();
        let mut holding = (0..=masked.bits).filter_map(|bits| earlier.get_key_value(&masked.widened(bits)?));
        let inside = || earlier.range(masked..=masked.end()).find(|(inner, _)| masked.covers(**inner));
        if let Some((other, other_field)) = holding.next().or_else(inside) {
            check
                .refuse(code, *field, format!("`{prefix}` overlaps `{other}`"))
                .help("Let the prefixes have no address in common")
                .with_field(other_field.pointer(), "overlaps this");
        }
        earlier.entry(masked).or_insert(*field);
    }
}

/// Refuses a prefix that meets what the fabric keeps for itself.
fn outside_reserved(check: &mut Check<'_>, code: &'static str, field: Field<'_>, prefix: Prefix) {
    let reserved = &check.settings().reserved_subnets;
    for range in reserved.value.iter().filter(|range| range.overlaps(prefix)) {
        check
            .refuse(code, field, format!("`{prefix}` overlaps {range}, which the fabric keeps for itself"))
            .help("Choose a prefix outside the reserved ranges")
            .assuming(reserved.assumed);
    }
}

/// Refuses a kind of the gateways where they are off, and a namespace other
/// than the one.
fn gateway_kind(check: &mut Check<'_>, off: &'static str, namespaces: &'static str) {
    let gateways = &check.settings().gateways;
    if !gateways.value {
        let field = check.object.root().at("kind");
        match (check.view(), gateways.assumed) {
            // Files that hold gateways most likely belong to a fabric that has
            // them on; only the settings can tell.
            (View::Files, Some(setting)) => {
                check.skip(
                    off,
                    format!("whether gateways are on is not known; the setting `{setting}` is not given"),
                );
            }
            (_, assumed) => {
                check
                    .refuse(off, field, "gateways are not enabled in this fabric")
                    .help("Enable gateways in the fabric, or remove the resource")
                    .assuming(assumed);
            }
        }
    }
    let namespace = check.metadata("namespace");
    if !matches!(namespace.text(), "" | "default") {
        check
            .refuse(
                namespaces,
                namespace,
                format!("the namespace is `{}`, and the fabric only uses `default`", namespace.text()),
            )
            .help("Write `default`, or leave the namespace out");
    }
}

/// Returns whether the group that `field` names is there. The controller
/// makes the group `default`, so files need not.
fn require_gateway_group(check: &mut Check<'_>, code: &'static str, field: Field<'_>) {
    let name = field.text();
    if check.find(Kind::GatewayGroup, name).is_none() && !gateway::is_default_group(check, name) {
        check.missing(code, field, Kind::GatewayGroup, name);
    }
}

/// Refuses because something is not there in the whole fabric; in a part it
/// cannot be known.
fn absent(check: &mut Check<'_>, code: &'static str, field: Field<'_>, message: String, help: &'static str) {
    match check.scope() {
        Scope::Fabric => {
            check.refuse(code, field, message).help(help);
        }
        Scope::Part => check.skip(code, message),
    }
}
