//! What the fabric's mutating webhooks fill in, and the labels they make.
//!
//! Lists that a webhook sorts stay in the order of the file: no rule depends
//! on the order, and so positions still lead back to the file.
//!
//! **Invariant:** a path into the defaulted value that exists in the file
//! means the same field there.

use super::endpoints::Endpoints;
use super::endpoints::Flavour;
use super::field::Field;
use super::metadata::Label;
use super::readers::read_prefix;
use super::rules;
use crate::model::Pointer;
use crate::model::Value;
use crate::model::is_same;
use crate::schema::Kind;
use crate::schema::Schema;
use crate::schema::Type;
use std::net::IpAddr;

/// Fills in what the webhook of `kind` fills in.
///
/// Returns a field that was filled in below a map's empty key, if there is one.
/// The patch that the webhook answers with cannot name it, and the object is
/// refused.
pub(super) fn apply(value: &mut Value, kind: Kind, schema: &Schema) -> Option<Pointer> {
    if !kind.has_webhook() {
        return None;
    }
    // Without labels of its own the object gets some, or an empty map of them,
    // so it changes for certain and needs no comparing.
    let has_labels = Field::root(value).at("metadata").at("labels").is_there();
    let changes = cleans_labels(kind) && !has_labels;
    let before = (!changes || has_empty_key(value)).then(|| value.clone());
    default_text(value.get_mut("metadata"), "namespace", "default");
    clean_labels(value, kind);
    match kind {
        Kind::Vpc => vpc(spec(value)),
        Kind::VpcAttachment => vpc_attachment(spec(value)),
        Kind::External => default_text(spec(value), "ipv4Namespace", "default"),
        Kind::VlanNamespace => vlan_namespace(spec(value)),
        Kind::Switch => switch(spec(value)),
        Kind::Gateway => gateway(spec(value)),
        Kind::GatewayPeering => gateway_peering(spec(value)),
        _ => {}
    }
    let is_other = |before: &Value| before != value || is_label_news(Field::root(before), value, kind);
    if !changes && !before.as_ref().is_some_and(is_other) {
        return None;
    }
    // The webhook answers with the whole object as Go writes it, so the fields
    // that Go always writes are there from now on.
    fill(value, schema);
    below_empty_key(Field::root(value), Field::root(&before?))
}

/// Says whether the webhook of a kind drops the labels that the fabric makes
/// itself, before it makes them anew.
fn cleans_labels(kind: Kind) -> bool {
    let keeps = [Kind::SwitchProfile, Kind::Gateway, Kind::GatewayGroup, Kind::GatewayPeering, Kind::VpcInfo];
    !keeps.contains(&kind)
}

/// Drops those labels. Where there are none, the webhook makes an empty map of
/// them, which is a change too.
fn clean_labels(value: &mut Value, kind: Kind) {
    let labels = value.get_mut("metadata").and_then(|metadata| metadata.get_mut("labels"));
    if let (true, Some(Value::Map(entries))) = (cleans_labels(kind), labels) {
        entries.retain(|(key, _)| !key.contains("fabric.githedgehog.com/"));
    }
}

/// Says whether the labels that are made are news for the object.
fn is_label_news(before: Field<'_>, value: &Value, kind: Kind) -> bool {
    let there = before.at("metadata").at("labels");
    let is_new = |label: &Label<'_>| {
        let there = there.entries().find(|(key, _)| label.is_key(key));
        there.is_none_or(|(_, there)| there.value().as_str() != Some(label.value))
    };
    // The webhook of SwitchProfile makes an annotation with a summary of ports.
    labels(Field::root(value), kind).iter().any(is_new) || kind == Kind::SwitchProfile
}

/// Returns the `spec`, made if it is not there: Go always has one.
fn spec(value: &mut Value) -> Option<&mut Value> {
    make(value, "spec", Value::Map(Vec::new()))
}

/// Returns the field `key` of a map, made of `new` if it is not there.
fn make<'a>(value: &'a mut Value, key: &str, new: Value) -> Option<&'a mut Value> {
    if value.get(key).is_none_or(Value::is_null) {
        set(value, key, new);
    }
    value.get_mut(key)
}

fn set(value: &mut Value, key: &str, new: Value) {
    remove(value, key);
    if let Value::Map(entries) = value {
        entries.push((key.to_owned(), new));
    }
}

fn remove(value: &mut Value, key: &str) {
    if let Value::Map(entries) = value {
        entries.retain(|(name, _)| !is_same(name, key));
    }
}

/// Returns the values of a map or a list.
fn values(value: Option<&mut Value>) -> Vec<&mut Value> {
    match value {
        Some(Value::Map(entries)) => entries.iter_mut().map(|(_, value)| value).collect(),
        Some(Value::List(items)) => items.iter_mut().collect(),
        _ => Vec::new(),
    }
}

fn default_text(holder: Option<&mut Value>, key: &str, default: &str) {
    if let Some(holder) = holder
        && Field::root(holder).at(key).is_empty_text()
    {
        set(holder, key, default.into());
    }
}

fn default_address(holder: &mut Value, key: &str, default: Option<IpAddr>) {
    if Field::root(holder).at(key).is_empty_text() {
        let default = default.map(|address| address.to_string());
        set(holder, key, Value::String(default.unwrap_or_default()));
    }
}

fn default_number(holder: Option<&mut Value>, key: &str, default: i128) {
    if let Some(holder) = holder
        && Field::root(holder).at(key).number() == 0
    {
        set(holder, key, Value::Int(default));
    }
}

fn vpc(spec: Option<&mut Value>) {
    let Some(spec) = spec else { return };
    default_text(Some(spec), "ipv4Namespace", "default");
    default_text(Some(spec), "vlanNamespace", "default");
    for subnet in values(spec.get_mut("subnets")) {
        vpc_subnet(subnet);
    }
}

/// A subnet whose CIDR does not parse is left alone, as is DHCP in one that is
/// longer than /30.
fn vpc_subnet(subnet: &mut Value) {
    let Some(prefix) = read_prefix(Field::root(subnet).at("subnet").text()) else { return };
    if !Field::root(subnet).at("hostBGP").flag() {
        default_address(subnet, "gateway", prefix.nth(1));
    }
    if prefix.bits > 30 {
        return;
    }
    let Some(dhcp) = make(subnet, "dhcp", Value::Map(Vec::new())) else { return };
    if !Field::root(dhcp).at("enable").flag() {
        // Q6: the user loses these without a word; VPC-21 says so.
        remove(dhcp, "range");
        remove(dhcp, "options");
        return;
    }
    let range = make(dhcp, "range", Value::Map(Vec::new()));
    if let Some(range) = range {
        default_address(range, "start", prefix.nth(2));
        default_address(range, "end", Some(prefix.last()));
    }
    let is_empty = dhcp.get("options").and_then(Value::as_map).is_some_and(is_all_zero);
    if is_empty {
        remove(dhcp, "options");
    }
    default_number(dhcp.get_mut("options"), "interfaceMTU", 9036);
    default_number(dhcp.get_mut("options"), "leaseTimeSeconds", 3600);
}

/// Says whether every entry is what Go takes for nothing.
fn is_all_zero(entries: &[(String, Value)]) -> bool {
    entries.iter().all(|(_, value)| match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::String(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => is_all_zero(entries),
        number => number.as_int() == Some(0),
    })
}

fn vpc_attachment(spec: Option<&mut Value>) {
    let Some(spec) = spec else { return };
    let subnet = Field::root(spec).at("subnet").text();
    if !subnet.is_empty() && !subnet.contains('/') {
        let subnet = format!("{subnet}/default");
        set(spec, "subnet", Value::String(subnet));
    }
}

/// Q1: ranges that are invalid are all dropped, and the namespace is accepted
/// without any.
fn vlan_namespace(spec: Option<&mut Value>) {
    let Some(spec) = spec else { return };
    if !rules::vlan_namespace::ranges_are_sound(Field::root(spec).at("ranges")) {
        remove(spec, "ranges");
    }
    for range in values(spec.get_mut("ranges")) {
        let from = Field::root(range).at("from").number();
        default_number(Some(range), "to", from);
    }
}

fn switch(spec: Option<&mut Value>) {
    let Some(spec) = spec else { return };
    if Field::root(spec).at("vlanNamespaces").count() == 0 {
        set(spec, "vlanNamespaces", Value::List(vec!["default".into()]));
    }
    let group = Field::root(spec).at("redundancy").at("group").text().to_owned();
    let groups = Field::root(spec).at("groups");
    if !group.is_empty()
        && !groups.items().any(|item| item.text() == group)
        && let Some(Value::List(groups)) = make(spec, "groups", Value::List(Vec::new()))
    {
        groups.push(Value::String(group));
    }
    for speeds in ["portSpeeds", "portGroupSpeeds"] {
        for speed in values(spec.get_mut(speeds)) {
            if let Value::String(text) = speed
                && let Some(rest) = text.strip_prefix("SPEED_")
            {
                *text = rest.to_owned();
            }
        }
    }
}

fn gateway(spec: Option<&mut Value>) {
    let Some(spec) = spec else { return };
    default_number(Some(spec), "workers", 4);
    if let Some(logs) = make(spec, "logs", Value::Map(Vec::new())) {
        default_text(Some(logs), "default", "info");
        if Field::root(logs).at("tags").count() == 0 {
            set(logs, "tags", Value::Map(vec![("all".to_owned(), "info".into())]));
        }
        default_number(logs.get_mut("rateLimit"), "burst", 50);
        default_number(logs.get_mut("rateLimit"), "replenishPerSecond", 5);
    }
    if Field::root(spec).at("groups").count() == 0 {
        let group = vec![("name".to_owned(), "default".into()), ("priority".to_owned(), Value::Int(0))];
        set(spec, "groups", Value::List(vec![Value::Map(group)]));
    }
}

/// Does nothing unless there are exactly two sides.
fn gateway_peering(spec: Option<&mut Value>) {
    let Some(spec) = spec.filter(|spec| Field::root(spec).at("peering").count() == 2) else { return };
    default_text(Some(spec), "gatewayGroup", "default");
    for side in values(spec.get_mut("peering")) {
        for expose in values(side.get_mut("expose")) {
            let Some(nat) = expose.get_mut("nat") else { continue };
            default_text(nat.get_mut("masquerade"), "idleTimeout", "2m0s");
            default_text(nat.get_mut("portForward"), "idleTimeout", "2m0s");
        }
    }
    let Some(acl) = spec.get_mut("acl") else { return };
    default_text(Some(acl), "default", "deny-unless-exposed");
    for rule in values(acl.get_mut("rules")) {
        default_text(Some(rule), "scope", "flow");
    }
}

/// Fills in what Go always writes: required fields as nothing, and empty
/// items of lists.
fn fill(value: &mut Value, schema: &Schema) {
    let missing: Vec<(String, Value)> = match value {
        Value::Map(entries) => {
            let is_missing = |name: &&String| !entries.iter().any(|(key, _)| is_same(key, name));
            let missing = schema.required.iter().filter(is_missing);
            let filled = missing.filter_map(|name| Some((name.clone(), nothing(schema.property(name)?)?)));
            filled.collect()
        }
        _ => Vec::new(),
    };
    if let Value::Map(entries) = value {
        entries.extend(missing);
        for (key, value) in entries.iter_mut() {
            if let Some(schema) = schema.property(key) {
                fill(value, schema);
            }
        }
    }
    if let (Value::List(items), Some(schema)) = (value, schema.items.as_deref()) {
        for item in items {
            if item.is_null() {
                *item = nothing(schema).unwrap_or_default();
            }
            fill(item, schema);
        }
    }
}

/// Returns what Go writes for nothing. None where nothing is no value: it
/// reads better as missing.
fn nothing(schema: &Schema) -> Option<Value> {
    let nothing = match schema.kind {
        Type::Object => Value::Map(Vec::new()),
        Type::Text => Value::String(String::new()),
        Type::Flag => Value::Bool(false),
        Type::Unsigned(_) => Value::Int(0),
        _ => return None,
    };
    (schema.one_of.is_empty() || schema.one_of.contains(&nothing)).then_some(nothing)
}

fn has_empty_key(value: &Value) -> bool {
    match value {
        Value::Map(entries) => entries.iter().any(|(key, value)| key.is_empty() || has_empty_key(value)),
        Value::List(items) => items.iter().any(has_empty_key),
        _ => false,
    }
}

/// Finds a field below an empty key that was not there before.
fn below_empty_key(after: Field<'_>, before: Field<'_>) -> Option<Pointer> {
    for (key, field) in after.entries() {
        if key.is_empty() && field.value() != before.at(key).value() {
            return Some(field.pointer());
        }
        if let Some(found) = below_empty_key(field, before.at(key)) {
            return Some(found);
        }
    }
    after.items().zip(before.items()).find_map(|(after, before)| below_empty_key(after, before))
}

/// Returns the labels that the webhook of `kind` makes out of fields.
pub(super) fn labels(root: Field<'_>, kind: Kind) -> Vec<Label<'_>> {
    let spec = root.at("spec");
    let mut labels = Labels::default();
    match kind {
        Kind::Vpc => {
            labels.of_field("ipv4ns", spec.at("ipv4Namespace"));
            labels.of_field("vlanns", spec.at("vlanNamespace"));
        }
        Kind::External => labels.of_field("ipv4ns", spec.at("ipv4Namespace")),
        Kind::VpcAttachment => {
            let field = spec.at("subnet");
            if let Some((vpc, subnet)) = field.text().split_once('/').filter(|(vpc, _)| !vpc.is_empty()) {
                labels.add(FABRIC, "vpc", vpc, field);
                labels.add(FABRIC, "subnet", subnet, field);
            }
            labels.of_field("connection", spec.at("connection"));
            if spec.at("nativeVLAN").flag() {
                labels.add(FABRIC, "nativevlan", "true", spec.at("nativeVLAN"));
            }
        }
        Kind::VpcPeering => {
            if let Some([first, second]) = rules::vpc_peering::sides(spec) {
                for (name, field) in [first, second] {
                    labels.add("vpc.fabric.githedgehog.com", name, "true", field);
                }
                labels.add(FABRIC, "vpc1", first.0, first.1);
                labels.add(FABRIC, "vpc2", second.0, second.1);
            }
        }
        Kind::ExternalAttachment => {
            labels.of_field("connection", spec.at("connection"));
            labels.of_field("external", spec.at("external"));
        }
        Kind::ExternalPeering => {
            let permit = spec.at("permit");
            labels.of_field("vpc", permit.at("vpc").at("name"));
            labels.of_field("external", permit.at("external").at("name"));
        }
        Kind::Connection => labels.connection(spec),
        Kind::Switch => {
            for group in spec.at("groups").items() {
                labels.add("switchgroup.fabric.githedgehog.com", group.text(), "true", group);
            }
            for namespace in spec.at("vlanNamespaces").items() {
                labels.add("vlanns.fabric.githedgehog.com", namespace.text(), "true", namespace);
            }
            labels.of_field("profile", spec.at("profile"));
        }
        Kind::GatewayPeering if spec.at("peering").count() == 2 => {
            for (side, field) in spec.at("peering").entries() {
                labels.add("vpc.gateway.githedgehog.com", side, "true", field);
            }
        }
        _ => {}
    }
    labels.0
}

/// What stands before the slash of most labels.
const FABRIC: &str = "fabric.githedgehog.com";

#[derive(Default)]
struct Labels<'a>(Vec<Label<'a>>);

impl<'a> Labels<'a> {
    fn add(&mut self, prefix: &'static str, name: &'a str, value: &'a str, from: Field<'a>) {
        self.0.push(Label { prefix, name, value, from });
    }

    /// Makes a label of what a field says.
    fn of_field(&mut self, name: &'static str, field: Field<'a>) {
        self.add(FABRIC, name, field.text(), field);
    }

    fn connection(&mut self, spec: Field<'a>) {
        let endpoints = Endpoints::read(spec);
        let flavour = match endpoints.flavour {
            // None for MCLAG, which the webhook leaves alone.
            Some(flavour) if flavour.is_mclag() => return,
            Some(flavour) => flavour,
            // CON-04 reports it. The webhook makes a label of it that is none.
            None => return,
        };
        self.add(FABRIC, "connection-type", flavour.name(), spec);
        if endpoints.problems.iter().any(|problem| !problem.comes_late) {
            return;
        }
        for (switch, field) in &endpoints.switches {
            self.add("switch.fabric.githedgehog.com", switch, "true", *field);
        }
        for (server, field) in &endpoints.servers {
            self.add("server.fabric.githedgehog.com", server, "true", *field);
        }
        let vpc = spec.at("staticExternal").at("withinVPC");
        if flavour == Flavour::StaticExternal && !vpc.is_empty_text() {
            self.of_field("vpc", vpc);
        }
    }
}
