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

pub(super) mod vlan_namespace;
pub(super) mod vpc;
mod vpc_dhcp;
pub(super) mod vpc_peering;

use super::View;
use super::check::Check;
use super::field::Field;
use super::finding::Finding;
use super::object::Object;
use crate::schema::Kind;

/// Checks an object that is created or updated, and that all of a fabric's
/// files hold.
pub(super) fn check(check: &mut Check<'_>) {
    meta_02_namespace(check);
    match check.object.key.kind {
        Kind::Vpc => vpc::check(check),
        Kind::VpcPeering => vpc_peering::check(check),
        Kind::VlanNamespace => vlan_namespace::check(check),
        _ => {}
    }
}

/// Checks what an update may not change.
pub(super) fn update(check: &mut Check<'_>, old: &Object) {
    match check.object.key.kind {
        Kind::VlanNamespace => vlan_namespace::update(check, old),
        _ => {}
    }
}

/// Checks whether an object may go.
pub(super) fn delete(check: &mut Check<'_>) {
    match check.object.key.kind {
        Kind::Vpc => vpc::delete(check),
        Kind::VlanNamespace => vlan_namespace::delete(check),
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
    for user in users {
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
