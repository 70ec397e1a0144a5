//! An object as it stands in the cluster: decoded, defaulted, indexed.

use super::endpoints::Endpoints;
use super::endpoints::Flavour;
use super::endpoints::Joined;
use super::field::Field;
use super::finding::Key;
use super::ports::Ports;
use super::readers::Prefix;
use super::readers::port_identity;
use super::readers::read_mac;
use super::readers::read_prefix;
use super::rules;
use crate::model::Value;
use crate::schema::Kind;
use std::cell::OnceCell;

/// What a value is shared for: two objects with the same value of the same
/// slot may clash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// `vlan-namespace/vlan` of a VPC subnet.
    Vlan,
    /// A VPC that holds a CIDR which does not parse, by its IPv4Namespace.
    BadCidr,
    /// A Connection whose ends are not in order; the value is empty.
    BadEnds,
    /// A port of a device.
    Port,
    /// The address of a link end.
    LinkIp,
    /// A switch's management address.
    ManagementIp,
    /// The protocol address of a switch or gateway, as text.
    ProtocolIp,
    /// The VTEP address of a switch or gateway, as text.
    VtepIp,
    /// The ASN of a leaf.
    LeafAsn,
    /// The VTEP hardware address of a gateway.
    VtepMac,
    /// Whether an object has what the installer can fill in: [`HAS`] or
    /// [`LACKS`].
    Hydration,
}

/// The object has addresses.
pub(super) const HAS: &str = "has";
/// The object has none of its addresses.
pub(super) const LACKS: &str = "lacks";

/// An object as it stands in the cluster.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its identity.
    pub key: Key,
    /// Its value with defaults applied.
    pub value: Value,
    /// Of a SwitchProfile, whether its ports can be worked out. Filled when
    /// first asked for.
    ports_resolve: OnceCell<bool>,
    /// Of a Connection, what it joins. Filled when first asked for.
    joined: OnceCell<Joined>,
}

impl Object {
    /// Makes an object of a defaulted value.
    pub(super) fn new(key: Key, value: Value) -> Object {
        Object { key, value, ports_resolve: OnceCell::new(), joined: OnceCell::new() }
    }

    /// Tells what others may ask about it; some things more than once.
    pub(super) fn each(&self, tell: &mut dyn FnMut(Fact<'_>)) {
        Index { tell }.read(self.key.kind, self.root());
    }

    /// Returns its fields.
    pub fn root(&self) -> Field<'_> {
        Field::root(&self.value)
    }

    /// Returns its `spec`.
    pub fn spec(&self) -> Field<'_> {
        self.root().at("spec")
    }

    /// Says of a SwitchProfile whether all its ports can be worked out, with
    /// the breakouts it has by itself.
    pub(super) fn ports_resolve(&self) -> bool {
        let resolves = || Ports::new(Field::root(&Value::Null), self.spec()).first_unresolved().is_none();
        *self.ports_resolve.get_or_init(resolves)
    }

    /// Returns what the object joins if it is a Connection.
    pub(super) fn joined(&self) -> &Joined {
        self.joined.get_or_init(|| Joined::read(self.spec()))
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.key.name
    }
}

/// Something about an object that others may ask about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fact<'a> {
    /// It names an object.
    Names(Kind, &'a str),
    /// It has a value that it may share with others.
    Has(Slot, &'a str),
    /// It is a VPC and takes a prefix from an IPv4Namespace.
    Takes(&'a str, Prefix),
}

struct Index<'t> {
    tell: &'t mut dyn FnMut(Fact<'_>),
}

impl Index<'_> {
    fn refer(&mut self, kind: Kind, name: &str) {
        if !name.is_empty() {
            (self.tell)(Fact::Names(kind, name));
        }
    }

    fn slot(&mut self, slot: Slot, text: &str) {
        (self.tell)(Fact::Has(slot, text));
    }

    /// Notes whether any of the fields is there that the installer fills in.
    fn hydration<'a>(&mut self, mut fields: impl Iterator<Item = Field<'a>>) {
        let has = fields.any(|field| field.is_there());
        self.slot(Slot::Hydration, if has { HAS } else { LACKS });
    }

    fn read(&mut self, kind: Kind, root: Field<'_>) {
        let spec = root.at("spec");
        match kind {
            Kind::Vpc => self.vpc(spec),
            Kind::VpcAttachment => {
                let subnet = spec.at("subnet").text();
                self.refer(Kind::Vpc, subnet.split_once('/').map_or("", |(vpc, _)| vpc));
                self.refer(Kind::Connection, spec.at("connection").text());
            }
            Kind::VpcPeering => {
                for (name, _) in rules::vpc_peering::named_vpcs(spec) {
                    self.refer(Kind::Vpc, name);
                }
            }
            Kind::External => self.refer(Kind::Ipv4Namespace, spec.at("ipv4Namespace").text()),
            Kind::ExternalAttachment => {
                self.refer(Kind::Connection, spec.at("connection").text());
                self.refer(Kind::External, spec.at("external").text());
            }
            Kind::ExternalPeering => {
                self.refer(Kind::Vpc, spec.at("permit").at("vpc").at("name").text());
                self.refer(Kind::External, spec.at("permit").at("external").at("name").text());
            }
            Kind::Connection => self.connection(spec),
            Kind::Switch => self.switch(spec),
            Kind::Gateway => self.gateway(spec),
            Kind::GatewayPeering => {
                for (side, _) in spec.at("peering").entries() {
                    match side.strip_prefix("ext.") {
                        Some(external) => self.refer(Kind::External, external),
                        None => self.refer(Kind::Vpc, side),
                    }
                }
                self.refer(Kind::GatewayGroup, spec.at("gatewayGroup").text());
            }
            _ => {}
        }
    }

    fn vpc(&mut self, spec: Field<'_>) {
        let ipv4_namespace = spec.at("ipv4Namespace").text();
        let vlan_namespace = spec.at("vlanNamespace").text();
        self.refer(Kind::Ipv4Namespace, ipv4_namespace);
        self.refer(Kind::VlanNamespace, vlan_namespace);
        for (_, subnet) in spec.at("subnets").entries() {
            match read_prefix(subnet.at("subnet").text()) {
                Some(prefix) => (self.tell)(Fact::Takes(ipv4_namespace, prefix.masked())),
                None => self.slot(Slot::BadCidr, ipv4_namespace),
            }
            self.slot(Slot::Vlan, &format!("{vlan_namespace}/{}", subnet.at("vlan").number()));
            self.refer(Kind::Vpc, subnet.at("dhcp").at("relayVPC").text());
        }
    }

    /// MCLAG connections carry no labels, so nobody finds them by what they
    /// name.
    fn connection(&mut self, spec: Field<'_>) {
        let endpoints = Endpoints::read(spec);
        let Some(flavour) = endpoints.flavour.filter(|flavour| !flavour.is_mclag()) else { return };
        if !endpoints.problems.is_empty() {
            self.slot(Slot::BadEnds, "");
        }
        for (switch, _) in &endpoints.switches {
            self.refer(Kind::Switch, switch);
        }
        for (server, _) in &endpoints.servers {
            self.refer(Kind::Server, server);
        }
        for end in &endpoints.ends {
            self.slot(Slot::Port, port_identity(end.port.text()));
        }
        let ends =
            [("fabric", "spine", "leaf"), ("mesh", "leaf1", "leaf2"), ("gateway", "switch", "gateway")];
        for (key, one, two) in ends.into_iter().filter(|(key, _, _)| spec.at(key).is_there()) {
            let links = spec.at(key).at("links").items();
            let ips = links.flat_map(|link| [link.at(one).at("ip"), link.at(two).at("ip")]);
            for prefix in ips.clone().filter_map(|ip| read_prefix(ip.text())) {
                self.slot(Slot::LinkIp, &prefix.address.to_string());
            }
            self.hydration(ips);
        }
        if flavour == Flavour::StaticExternal {
            self.refer(Kind::Vpc, spec.at("staticExternal").at("withinVPC").text());
        }
    }

    fn switch(&mut self, spec: Field<'_>) {
        for namespace in spec.at("vlanNamespaces").items() {
            self.refer(Kind::VlanNamespace, namespace.text());
        }
        for group in spec.at("groups").items() {
            self.refer(Kind::SwitchGroup, group.text());
        }
        self.refer(Kind::SwitchProfile, spec.at("profile").text());
        if let Some(prefix) = read_prefix(spec.at("ip").text()) {
            self.slot(Slot::ManagementIp, &prefix.address.to_string());
        }
        self.addresses(spec);
        self.hydration(["asn", "ip", "protocolIP", "vtepIP"].into_iter().map(|key| spec.at(key)));
        if spec.at("role").text().ends_with("-leaf") {
            self.slot(Slot::LeafAsn, &spec.at("asn").number().to_string());
        }
    }

    fn addresses(&mut self, spec: Field<'_>) {
        for (slot, key) in [(Slot::ProtocolIp, "protocolIP"), (Slot::VtepIp, "vtepIP")] {
            if !spec.at(key).is_empty_text() {
                self.slot(slot, spec.at(key).text());
            }
        }
    }

    fn gateway(&mut self, spec: Field<'_>) {
        self.addresses(spec);
        self.hydration(["asn", "protocolIP", "vtepIP", "vtepMAC"].into_iter().map(|key| spec.at(key)));
        if let Some(mac) = read_mac(spec.at("vtepMAC").text()) {
            self.slot(Slot::VtepMac, &mac.to_string());
        }
        for group in spec.at("groups").items() {
            self.refer(Kind::GatewayGroup, group.at("name").text());
        }
    }
}
