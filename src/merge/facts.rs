//! Turns a resource into what it claims, needs and gives: the part of its
//! meaning that another change can contradict.
//!
//! **Invariant:** a resource that cannot be read as its kind gives fewer
//! facts, never wrong ones.

use super::hash;
use crate::model::Pointer;
use crate::model::ResourceId;
use crate::model::Step;
use crate::model::Value;
use std::fmt;
use std::net::IpAddr;
use std::rc::Rc;

/// One fact, and the field that says it.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub what: What,
    field: Rc<Trail>,
    /// The number of what the fact is about, the same however it changes.
    pub about: u64,
}

impl Fact {
    /// Returns the field that says it.
    pub fn field(&self) -> Pointer {
        self.field.pointer()
    }
}

/// What a fact says. Spaces are numbers of what they are called: they are
/// compared, and never told.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// This value is taken in this space; nobody else may have it.
    Claims { space: u64, extent: Extent, words: &'static str },
    /// A thing of this name must be there.
    Needs(Thing),
    /// Here is the thing of this name.
    Gives(Thing),
    /// This extent must lie in one that holds the space.
    Held { space: u64, extent: Extent, words: &'static str },
    /// Here is room in the space.
    Holds { space: u64, extent: Extent },
}

/// Something that others refer to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Thing {
    kind: &'static str,
    name: String,
}

impl Thing {
    /// Returns its number: the same name, the same number.
    pub fn number(&self) -> u64 {
        named(self.kind, &self.name)
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// A stretch of addresses or numbers, or the number of one text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Extent {
    Text(u64),
    /// First and last, and whether they are IPv6 addresses.
    Range(u128, u128, bool),
}

impl Extent {
    /// Says whether two extents share anything.
    pub fn meets(&self, other: &Extent) -> bool {
        match (self, other) {
            (Extent::Range(a, b, kind), Extent::Range(c, d, other)) => kind == other && a <= d && c <= b,
            _ => self == other,
        }
    }

    /// Says whether the other lies inside.
    pub fn holds(&self, other: &Extent) -> bool {
        match (self, other) {
            (Extent::Range(a, b, kind), Extent::Range(c, d, other)) => kind == other && a <= c && d <= b,
            _ => self == other,
        }
    }

    fn text(text: &str) -> Extent {
        Extent::Text(hash::of_text(text))
    }

    /// Returns a number of the extent.
    pub fn number_of(self) -> u64 {
        match self {
            Extent::Text(number) => number,
            Extent::Range(first, last, kind) => {
                let halves = [first, last].into_iter().flat_map(|end| [end as u64, (end >> 64) as u64]);
                hash::of_list(halves.chain([u64::from(kind)]))
            }
        }
    }

    fn network(text: &str) -> Option<Extent> {
        let (address, bits) = text.split_once('/')?;
        let (start, width) = number(address)?;
        let bits: u32 = bits.parse().ok().filter(|&bits| bits <= width)?;
        let host = width - bits;
        let mask = if host >= 128 { u128::MAX } else { (1_u128 << host) - 1 };
        Some(Extent::Range(start & !mask, start | mask, width == 128))
    }

    fn address(text: &str) -> Option<Extent> {
        let (start, width) = number(text)?;
        Some(Extent::Range(start, start, width == 128))
    }

    fn number(value: &Value) -> Option<Extent> {
        let number = u128::try_from(value.as_int()?).ok()?;
        Some(Extent::Range(number, number, false))
    }
}

fn number(address: &str) -> Option<(u128, u32)> {
    Some(match address.parse().ok()? {
        IpAddr::V4(address) => (u32::from(address).into(), 32),
        IpAddr::V6(address) => (address.into(), 128),
    })
}

/// Returns the facts of a resource.
pub(super) fn of(id: &ResourceId, value: &Value) -> Vec<Fact> {
    if !id.group.ends_with("githedgehog.com") {
        return Vec::new();
    }
    let mut facts = Facts { id, number: hash::of_resource(id), facts: Vec::new() };
    let root = Rc::new(Trail { parent: None, leg: Leg::Index(0), number: 0 });
    if let Some(kind) = KINDS.iter().find(|kind| **kind == id.kind) {
        facts.gives(&root, Thing { kind, name: id.name.clone() });
    }
    let spec = At { value: Some(value), trail: root }.key("spec");
    match id.kind.as_str() {
        "VPC" => facts.vpc(&spec),
        "VPCAttachment" => facts.vpc_attachment(&spec),
        "VPCPeering" => facts.vpc_peering(&spec),
        "ExternalAttachment" => facts.external_attachment(&spec),
        "ExternalPeering" => facts.external_peering(&spec),
        "Connection" => facts.connection(&spec),
        "Switch" => facts.switch(&spec),
        "VLANNamespace" => facts.vlan_namespace(&spec),
        "IPv4Namespace" => facts.ipv4_namespace(&spec),
        "Gateway" => facts.gateway(&spec),
        "GatewayPeering" => facts.gateway_peering(&spec),
        _ => {}
    }
    facts.facts
}

/// The kinds that others refer to.
const KINDS: [&str; 10] = [
    "VPC",
    "IPv4Namespace",
    "VLANNamespace",
    "Connection",
    "External",
    "Switch",
    "Server",
    "SwitchGroup",
    "Gateway",
    "GatewayGroup",
];

/// Returns the number of something of a sort with a name.
fn named(sort: &str, name: &str) -> u64 {
    hash::mix(hash::of_text(sort), hash::of_text(name))
}

/// A path from the root, which places below share.
#[derive(Debug)]
struct Trail {
    parent: Option<Rc<Trail>>,
    leg: Leg,
    number: u64,
}

#[derive(Debug)]
enum Leg {
    Known(&'static str),
    Key(String),
    Index(usize),
}

impl Trail {
    fn below(self: &Rc<Trail>, leg: Leg) -> Rc<Trail> {
        let step = match &leg {
            Leg::Known(key) => hash::of_text(key),
            Leg::Key(key) => hash::of_text(key),
            Leg::Index(index) => *index as u64,
        };
        Rc::new(Trail { parent: Some(self.clone()), leg, number: hash::mix(self.number, step) })
    }

    fn pointer(&self) -> Pointer {
        let mut steps = Vec::new();
        let mut at = self;
        while let Some(parent) = &at.parent {
            steps.push(match &at.leg {
                Leg::Known(key) => Step::Key((*key).to_owned()),
                Leg::Key(key) => Step::Key(key.clone()),
                Leg::Index(index) => Step::Index(*index),
            });
            at = parent;
        }
        steps.reverse();
        Pointer(steps)
    }
}

/// A value that may be missing, with its path.
struct At<'v> {
    value: Option<&'v Value>,
    trail: Rc<Trail>,
}

impl<'v> At<'v> {
    fn key(&self, key: &'static str) -> At<'v> {
        let value = self.value.and_then(|value| value.get(key));
        At { value, trail: self.trail.below(Leg::Known(key)) }
    }

    fn text(&self) -> Option<&'v str> {
        self.value.and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    fn text_or(&self, default: &'v str) -> &'v str {
        self.text().unwrap_or(default)
    }

    fn entries(&self) -> impl Iterator<Item = (&'v str, At<'v>)> {
        let entries = self.value.and_then(Value::as_map).unwrap_or_default();
        entries.iter().map(|(key, value)| {
            (key.as_str(), At { value: Some(value), trail: self.trail.below(Leg::Key(key.clone())) })
        })
    }

    fn items(&self) -> impl Iterator<Item = At<'v>> {
        let items = self.value.and_then(Value::as_list).unwrap_or_default();
        let at = |(index, value)| At { value: Some(value), trail: self.trail.below(Leg::Index(index)) };
        items.iter().enumerate().map(at)
    }

    fn number(&self) -> Option<Extent> {
        Extent::number(self.value?)
    }
}

struct Facts<'i> {
    id: &'i ResourceId,
    /// Of the resource.
    number: u64,
    facts: Vec<Fact>,
}

impl Facts<'_> {
    fn push(&mut self, what: What, field: &Rc<Trail>, about: u64) {
        let about = hash::mix(self.number, about);
        self.facts.push(Fact { what, field: field.clone(), about });
    }

    fn gives(&mut self, field: &Rc<Trail>, thing: Thing) {
        let about = thing.number();
        self.push(What::Gives(thing), field, about);
    }

    fn needs(&mut self, at: &At<'_>, kind: &'static str) {
        if let Some(name) = at.text() {
            self.needs_named(&at.trail, Thing { kind, name: name.to_owned() });
        }
    }

    fn needs_named(&mut self, field: &Rc<Trail>, thing: Thing) {
        let about = hash::mix(field.number, thing.number());
        self.push(What::Needs(thing), field, about);
    }

    fn claims(&mut self, at: &At<'_>, space: u64, extent: Option<Extent>, words: &'static str, about: u64) {
        if let Some(extent) = extent {
            self.push(What::Claims { space, extent, words }, &at.trail, about);
        }
    }

    fn claims_text(&mut self, at: &At<'_>, space: &str, words: &'static str) {
        let extent = at.text().map(Extent::text);
        self.claims(at, hash::of_text(space), extent, words, at.trail.number);
    }

    fn held(&mut self, at: &At<'_>, space: u64, extent: Option<Extent>, words: &'static str) {
        if let Some(extent) = extent {
            let about = hash::mix(at.trail.number, space);
            self.push(What::Held { space, extent, words }, &at.trail, about);
        }
    }

    fn holds(&mut self, at: &At<'_>, space: u64, extent: Option<Extent>) {
        if let Some(extent) = extent {
            let about = hash::mix(space, at.trail.number);
            self.push(What::Holds { space, extent }, &at.trail, about);
        }
    }

    fn vpc(&mut self, spec: &At<'_>) {
        let name = self.id.name.clone();
        let networks = spec.key("ipv4Namespace").text_or("default").to_owned();
        let vlans = spec.key("vlanNamespace").text_or("default").to_owned();
        self.needs(&spec.key("ipv4Namespace"), "IPv4Namespace");
        self.needs(&spec.key("vlanNamespace"), "VLANNamespace");
        for (subnet, at) in spec.key("subnets").entries() {
            self.gives(&at.trail, subnet_of(&name, subnet));
            let network = at.key("subnet");
            let extent = network.text().and_then(Extent::network);
            let space = named("networks", &networks);
            self.claims(&network, space, extent, "overlap", named("network", subnet));
            self.held(&network, named("room", &networks), extent, "is outside its namespace");
            let room = subnet_of(&name, subnet).number();
            self.holds(&network, room, extent);
            let vlan = at.key("vlan");
            let extent = vlan.number().filter(|extent| *extent != Extent::Range(0, 0, false));
            self.claims(&vlan, named("vlans", &vlans), extent, "share a VLAN", named("vlan", subnet));
            self.held(&vlan, named("vlan room", &vlans), extent, "is outside its namespace");
            let gateway = at.key("gateway");
            self.held(&gateway, room, gateway.text().and_then(Extent::address), "is outside its subnet");
            let range = at.key("dhcp").key("range");
            for end in [range.key("start"), range.key("end")] {
                self.held(&end, room, end.text().and_then(Extent::address), "is outside its subnet");
            }
            for (_, host) in at.key("dhcp").key("static").entries() {
                let ip = host.key("ip");
                let extent = ip.text().and_then(Extent::address);
                self.held(&ip, room, extent, "is outside its subnet");
                let space = hash::mix(named("leases", &name), hash::of_text(subnet));
                self.claims(&ip, space, extent, "share an address", ip.trail.number);
            }
            self.needs(&at.key("dhcp").key("relayVPC"), "VPC");
        }
        for group in spec.key("permit").items() {
            for member in group.items() {
                if let Some(subnet) = member.text() {
                    self.needs_named(&member.trail, subnet_of(&name, subnet));
                }
            }
        }
    }

    fn vpc_attachment(&mut self, spec: &At<'_>) {
        let (subnet, connection) = (spec.key("subnet"), spec.key("connection"));
        self.needs(&subnet, "subnet");
        self.needs(&connection, "Connection");
        if let (Some(subnet_name), Some(name)) = (subnet.text(), connection.text()) {
            let extent = Some(Extent::Text(named(name, subnet_name)));
            self.claims(
                &subnet,
                hash::of_text("attachments"),
                extent,
                "attach one subnet to one connection",
                hash::of_text("attachment"),
            );
            let native = spec.key("nativeVLAN");
            if native.value.and_then(Value::as_bool) == Some(true) {
                let extent = Some(Extent::text(name));
                self.claims(
                    &native,
                    hash::of_text("native vlans"),
                    extent,
                    "both are the native VLAN of one connection",
                    hash::of_text("native"),
                );
            }
        }
    }

    fn vpc_peering(&mut self, spec: &At<'_>) {
        for entry in spec.key("permit").items() {
            for (vpc, side) in entry.entries() {
                self.needs_named(&side.trail, Thing { kind: "VPC", name: vpc.to_owned() });
                self.subnets_of(vpc, &side.key("subnets"));
            }
        }
    }

    fn subnets_of(&mut self, vpc: &str, list: &At<'_>) {
        for subnet in list.items() {
            if let Some(name) = subnet.text() {
                self.needs_named(&subnet.trail, subnet_of(vpc, name));
            }
        }
    }

    fn external_attachment(&mut self, spec: &At<'_>) {
        self.needs(&spec.key("external"), "External");
        let connection = spec.key("connection");
        self.needs(&connection, "Connection");
        let vlan = match spec.key("static").value {
            Some(_) => spec.key("static").key("vlan"),
            None => spec.key("switch").key("vlan"),
        };
        if let Some(name) = connection.text() {
            let space = named("vlans on", name);
            self.claims(&vlan, space, vlan.number(), "share a VLAN on one connection", hash::of_text("vlan"));
        }
    }

    fn external_peering(&mut self, spec: &At<'_>) {
        let permit = spec.key("permit");
        self.needs(&permit.key("external").key("name"), "External");
        let vpc = permit.key("vpc");
        self.needs(&vpc.key("name"), "VPC");
        if let Some(name) = vpc.key("name").text() {
            self.subnets_of(name, &vpc.key("subnets"));
        }
    }

    fn connection(&mut self, spec: &At<'_>) {
        for (_, flavour) in spec.entries() {
            self.needs(&flavour.key("withinVPC"), "VPC");
            self.link(&flavour.key("link"));
            for list in ["links", "peerLinks", "sessionLinks"] {
                for link in flavour.key(list).items() {
                    self.link(&link);
                }
            }
        }
    }

    fn link(&mut self, link: &At<'_>) {
        let ends: Vec<(&str, At<'_>)> = link.entries().collect();
        for (end, at) in &ends {
            let port = at.key("port");
            if let Some((device, _)) = port.text().and_then(|port| port.split_once('/')) {
                let kind = match *end {
                    "server" => "Server",
                    "gateway" => "Gateway",
                    _ => "Switch",
                };
                self.needs_named(&port.trail, Thing { kind, name: device.to_owned() });
            }
            // A link is the same wherever it stands in the list, and an end of
            // it is the one across the other.
            let across = ends.iter().filter(|(other, _)| other != end);
            let across: Vec<u64> =
                across.filter_map(|(_, at)| Some(hash::of_text(at.key("port").text()?))).collect();
            let about = match across.is_empty() {
                true => at.trail.number,
                false => hash::mix(hash::of_text(end), hash::of_list(across.into_iter())),
            };
            let extent = port.text().map(|port| Extent::text(same_port(port)));
            self.claims(&port, hash::of_text("ports"), extent, "use one port", hash::mix(about, 1));
            let ip = at.key("ip");
            let extent = ip.text().and_then(|ip| Extent::address(ip.split('/').next().unwrap_or(ip)));
            self.claims(&ip, hash::of_text("link addresses"), extent, "use one address", hash::mix(about, 2));
        }
    }

    fn switch(&mut self, spec: &At<'_>) {
        for group in spec.key("groups").items() {
            self.needs(&group, "SwitchGroup");
        }
        for namespace in spec.key("vlanNamespaces").items() {
            self.needs(&namespace, "VLANNamespace");
        }
        let redundancy = spec.key("redundancy");
        self.needs(&redundancy.key("group"), "SwitchGroup");
        let ip = spec.key("ip");
        let host = ip.text().and_then(|ip| Extent::address(ip.split('/').next().unwrap_or(ip)));
        self.claims(&ip, hash::of_text("switch addresses"), host, "use one address", hash::of_text("ip"));
        self.claims_text(&spec.key("protocolIP"), "protocol addresses", "use one address");
        if redundancy.key("type").text() != Some("mclag") {
            self.claims_text(&spec.key("vtepIP"), "tunnel addresses", "use one address");
            if spec.key("role").text().is_some_and(|role| role.ends_with("leaf")) {
                let asn = spec.key("asn");
                self.claims(
                    &asn,
                    hash::of_text("leaf numbers"),
                    asn.number(),
                    "use one ASN",
                    hash::of_text("asn"),
                );
            }
        }
    }

    fn vlan_namespace(&mut self, spec: &At<'_>) {
        for range in spec.key("ranges").items() {
            let extent = match (range.key("from").number(), range.key("to").number()) {
                (Some(Extent::Range(from, _, _)), Some(Extent::Range(to, _, _))) => {
                    Some(Extent::Range(from, to, false))
                }
                _ => None,
            };
            let name = self.id.name.as_str();
            let about = extent.map_or(0, Extent::number_of);
            let (room, ranges) = (named("vlan room", name), named("ranges", name));
            self.holds(&range, room, extent);
            self.claims(&range, ranges, extent, "overlap", about);
        }
    }

    fn ipv4_namespace(&mut self, spec: &At<'_>) {
        for network in spec.key("subnets").items() {
            let extent = network.text().and_then(Extent::network);
            let name = self.id.name.as_str();
            let about = extent.map_or(0, Extent::number_of);
            let (room, prefixes) = (named("room", name), named("prefixes", name));
            self.holds(&network, room, extent);
            self.claims(&network, prefixes, extent, "overlap", about);
        }
    }

    fn gateway(&mut self, spec: &At<'_>) {
        for group in spec.key("groups").items() {
            self.needs(&group.key("name"), "GatewayGroup");
        }
        self.claims_text(&spec.key("protocolIP"), "protocol addresses", "use one address");
        self.claims_text(&spec.key("vtepIP"), "tunnel addresses", "use one address");
        self.claims_text(&spec.key("vtepMAC"), "tunnel MACs", "use one MAC");
    }

    fn gateway_peering(&mut self, spec: &At<'_>) {
        self.needs(&spec.key("gatewayGroup"), "GatewayGroup");
        for (side, at) in spec.key("peering").entries() {
            match side.strip_prefix("ext.") {
                Some(external) => {
                    self.needs_named(&at.trail, Thing { kind: "External", name: external.to_owned() })
                }
                None => self.needs_named(&at.trail, Thing { kind: "VPC", name: side.to_owned() }),
            }
            for expose in at.key("expose").items() {
                for ip in expose.key("ips").items() {
                    let subnet = ip.key("vpcSubnet");
                    if let Some(name) = subnet.text() {
                        self.needs_named(&subnet.trail, subnet_of(side, name));
                    }
                }
            }
        }
    }
}

/// Returns the subnet of a VPC.
fn subnet_of(vpc: &str, subnet: &str) -> Thing {
    Thing { kind: "subnet", name: format!("{vpc}/{subnet}") }
}

/// `E1/4` and `E1/4/1` are one port.
fn same_port(port: &str) -> &str {
    match port.strip_suffix("/1") {
        Some(shorter) if shorter.matches('/').count() == 2 => shorter,
        _ => port,
    }
}
