//! Turns a resource into what it claims, needs and gives: the part of its
//! meaning that another change can contradict.
//!
//! **Invariant:** a resource that cannot be read as its kind gives fewer
//! facts, never wrong ones.

use crate::model::Pointer;
use crate::model::ResourceId;
use crate::model::Value;
use std::net::IpAddr;

/// One fact, and the field that says it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fact {
    pub what: What,
    pub field: Pointer,
    /// What the fact is about, the same however it changes.
    pub about: String,
}

/// What a fact says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// This value is taken in this space; nobody else may have it.
    Claims { space: String, extent: Extent, words: &'static str },
    /// A thing of this name must be there.
    Needs { thing: String },
    /// Here is the thing of this name.
    Gives { thing: String },
    /// This extent must lie in one that holds the space.
    Held { space: String, extent: Extent, words: &'static str },
    /// Here is room in the space.
    Holds { space: String, extent: Extent },
}

/// A stretch of addresses or numbers, or one text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Extent {
    Text(String),
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
    let mut facts = Facts { id, facts: Vec::new() };
    let root = Pointer::root();
    facts.gives(&root, format!("{} {}", id.kind, id.name));
    let spec = At { value: value.get("spec"), path: root.key("spec") };
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

/// A value that may be missing, with its path.
struct At<'v> {
    value: Option<&'v Value>,
    path: Pointer,
}

impl<'v> At<'v> {
    fn key(&self, key: &str) -> At<'v> {
        At { value: self.value.and_then(|value| value.get(key)), path: self.path.key(key) }
    }

    fn text(&self) -> Option<&'v str> {
        self.value.and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    fn text_or(&self, default: &'v str) -> &'v str {
        self.text().unwrap_or(default)
    }

    fn entries(&self) -> impl Iterator<Item = (&'v str, At<'v>)> {
        let entries = self.value.and_then(Value::as_map).unwrap_or_default();
        entries
            .iter()
            .map(|(key, value)| (key.as_str(), At { value: Some(value), path: self.path.key(key.as_str()) }))
    }

    fn items(&self) -> impl Iterator<Item = At<'v>> {
        let items = self.value.and_then(Value::as_list).unwrap_or_default();
        items.iter().enumerate().map(|(index, value)| At { value: Some(value), path: self.path.index(index) })
    }

    fn number(&self) -> Option<Extent> {
        Extent::number(self.value?)
    }
}

struct Facts<'i> {
    id: &'i ResourceId,
    facts: Vec<Fact>,
}

impl Facts<'_> {
    fn push(&mut self, what: What, field: &Pointer, about: String) {
        let about = format!("{} {about}", self.id);
        self.facts.push(Fact { what, field: field.clone(), about });
    }

    fn gives(&mut self, field: &Pointer, thing: String) {
        self.push(What::Gives { thing: thing.clone() }, field, thing);
    }

    fn needs(&mut self, at: &At<'_>, kind: &str) {
        if let Some(name) = at.text() {
            self.needs_named(&at.path, format!("{kind} {name}"));
        }
    }

    fn needs_named(&mut self, field: &Pointer, thing: String) {
        self.push(What::Needs { thing: thing.clone() }, field, format!("{field} {thing}"));
    }

    fn claims(
        &mut self,
        at: &At<'_>,
        space: impl Into<String>,
        extent: Option<Extent>,
        words: &'static str,
        about: String,
    ) {
        if let Some(extent) = extent {
            self.push(What::Claims { space: space.into(), extent, words }, &at.path, about);
        }
    }

    fn claims_text(&mut self, at: &At<'_>, space: &str, words: &'static str) {
        let extent = at.text().map(|text| Extent::Text(text.to_owned()));
        self.claims(at, space, extent, words, at.path.to_string());
    }

    fn held(&mut self, at: &At<'_>, space: String, extent: Option<Extent>, words: &'static str) {
        if let Some(extent) = extent {
            let about = format!("{} in {space}", at.path);
            self.push(What::Held { space, extent, words }, &at.path, about);
        }
    }

    fn holds(&mut self, at: &At<'_>, space: String, extent: Option<Extent>) {
        if let Some(extent) = extent {
            let about = format!("{} holds {space}", at.path);
            self.push(What::Holds { space, extent }, &at.path, about);
        }
    }

    fn vpc(&mut self, spec: &At<'_>) {
        let name = self.id.name.clone();
        let networks = spec.key("ipv4Namespace").text_or("default").to_owned();
        let vlans = spec.key("vlanNamespace").text_or("default").to_owned();
        self.needs(&spec.key("ipv4Namespace"), "IPv4Namespace");
        self.needs(&spec.key("vlanNamespace"), "VLANNamespace");
        for (subnet, at) in spec.key("subnets").entries() {
            self.gives(&at.path, format!("subnet {name}/{subnet}"));
            let network = at.key("subnet");
            let extent = network.text().and_then(Extent::network);
            let space = format!("networks of {networks}");
            self.claims(&network, space, extent.clone(), "overlap", format!("{subnet} network"));
            self.held(&network, format!("room of {networks}"), extent.clone(), "is outside its namespace");
            let room = format!("subnet {name}/{subnet}");
            self.holds(&network, room.clone(), extent);
            let vlan = at.key("vlan");
            let extent = vlan.number().filter(|extent| *extent != Extent::Range(0, 0, false));
            self.claims(
                &vlan,
                format!("vlans of {vlans}"),
                extent.clone(),
                "share a VLAN",
                format!("{subnet} vlan"),
            );
            self.held(&vlan, format!("vlan room of {vlans}"), extent, "is outside its namespace");
            let gateway = at.key("gateway");
            self.held(
                &gateway,
                room.clone(),
                gateway.text().and_then(Extent::address),
                "is outside its subnet",
            );
            let range = at.key("dhcp").key("range");
            for end in [range.key("start"), range.key("end")] {
                self.held(&end, room.clone(), end.text().and_then(Extent::address), "is outside its subnet");
            }
            for (_, host) in at.key("dhcp").key("static").entries() {
                let ip = host.key("ip");
                let extent = ip.text().and_then(Extent::address);
                self.held(&ip, room.clone(), extent.clone(), "is outside its subnet");
                let space = format!("leases of {name}/{subnet}");
                self.claims(&ip, space, extent, "share an address", ip.path.to_string());
            }
            self.needs(&at.key("dhcp").key("relayVPC"), "VPC");
        }
        for group in spec.key("permit").items() {
            for member in group.items() {
                if let Some(subnet) = member.text() {
                    self.needs_named(&member.path, format!("subnet {name}/{subnet}"));
                }
            }
        }
    }

    fn vpc_attachment(&mut self, spec: &At<'_>) {
        let (subnet, connection) = (spec.key("subnet"), spec.key("connection"));
        self.needs(&subnet, "subnet");
        self.needs(&connection, "Connection");
        if let (Some(subnet_name), Some(name)) = (subnet.text(), connection.text()) {
            let extent = Some(Extent::Text(format!("{name} {subnet_name}")));
            self.claims(
                &subnet,
                "attachments",
                extent,
                "attach one subnet to one connection",
                "attachment".to_owned(),
            );
            let native = spec.key("nativeVLAN");
            if native.value.and_then(Value::as_bool) == Some(true) {
                let extent = Some(Extent::Text(name.to_owned()));
                self.claims(
                    &native,
                    "native vlans",
                    extent,
                    "both are the native VLAN of one connection",
                    "native".to_owned(),
                );
            }
        }
    }

    fn vpc_peering(&mut self, spec: &At<'_>) {
        for entry in spec.key("permit").items() {
            for (vpc, side) in entry.entries() {
                self.needs_named(&side.path, format!("VPC {vpc}"));
                self.subnets_of(vpc, &side.key("subnets"));
            }
        }
    }

    fn subnets_of(&mut self, vpc: &str, list: &At<'_>) {
        for subnet in list.items() {
            if let Some(name) = subnet.text() {
                self.needs_named(&subnet.path, format!("subnet {vpc}/{name}"));
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
            let space = format!("vlans on {name}");
            self.claims(&vlan, space, vlan.number(), "share a VLAN on one connection", "vlan".to_owned());
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
        for (end, at) in link.entries() {
            let port = at.key("port");
            if let Some((device, _)) = port.text().and_then(|port| port.split_once('/')) {
                let kind = match end {
                    "server" => "Server",
                    "gateway" => "Gateway",
                    _ => "Switch",
                };
                self.needs_named(&port.path, format!("{kind} {device}"));
            }
            let extent = port.text().map(|port| Extent::Text(same_port(port).to_owned()));
            self.claims(&port, "ports", extent, "use one port", port.path.to_string());
            let ip = at.key("ip");
            let extent = ip.text().and_then(|ip| Extent::address(ip.split('/').next().unwrap_or(ip)));
            self.claims(&ip, "link addresses", extent, "use one address", ip.path.to_string());
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
        self.claims(&ip, "switch addresses", host, "use one address", "ip".to_owned());
        self.claims_text(&spec.key("protocolIP"), "protocol addresses", "use one address");
        if redundancy.key("type").text() != Some("mclag") {
            self.claims_text(&spec.key("vtepIP"), "tunnel addresses", "use one address");
            if spec.key("role").text().is_some_and(|role| role.ends_with("leaf")) {
                let asn = spec.key("asn");
                self.claims(&asn, "leaf numbers", asn.number(), "use one ASN", "asn".to_owned());
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
            let name = self.id.name.clone();
            self.holds(&range, format!("vlan room of {name}"), extent.clone());
            let about = format!("range {extent:?}");
            self.claims(&range, format!("ranges of {name}"), extent, "overlap", about);
        }
    }

    fn ipv4_namespace(&mut self, spec: &At<'_>) {
        for network in spec.key("subnets").items() {
            let extent = network.text().and_then(Extent::network);
            let name = self.id.name.clone();
            self.holds(&network, format!("room of {name}"), extent.clone());
            let about = format!("network {extent:?}");
            self.claims(&network, format!("prefixes of {name}"), extent, "overlap", about);
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
                Some(external) => self.needs_named(&at.path, format!("External {external}")),
                None => self.needs_named(&at.path, format!("VPC {side}")),
            }
            for expose in at.key("expose").items() {
                for ip in expose.key("ips").items() {
                    let subnet = ip.key("vpcSubnet");
                    if let Some(name) = subnet.text() {
                        self.needs_named(&subnet.path, format!("subnet {side}/{name}"));
                    }
                }
            }
        }
    }
}

/// `E1/4` and `E1/4/1` are one port.
fn same_port(port: &str) -> &str {
    match port.strip_suffix("/1") {
        Some(shorter) if shorter.matches('/').count() == 2 => shorter,
        _ => port,
    }
}
