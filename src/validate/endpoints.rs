//! What a Connection joins: its type, its devices, its ports.
//!
//! Rules of several kinds ask for this, so CON-04 to CON-21 are found here and
//! reported by `rules::connection`.

use super::field::Field;
use super::readers::split_port;
use crate::order::Set;

/// The type of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flavour {
    /// One link between a server and a switch.
    Unbundled,
    /// A server on one switch over several links.
    Bundled,
    /// A server on several switches.
    Eslag,
    /// A leaf and a spine.
    Fabric,
    /// Two leaves.
    Mesh,
    /// A switch and a gateway.
    Gateway,
    /// Ports of one switch, looped.
    VpcLoopback,
    /// A switch and something outside.
    External,
    /// The same without BGP.
    StaticExternal,
    /// A server on an MCLAG pair; no longer supported.
    Mclag,
    /// The pair itself; no longer supported.
    MclagDomain,
}

impl Flavour {
    /// In the order in which the fabric looks for them: the first that is
    /// there counts (Q3).
    pub const ALL: [Flavour; 11] = [
        Flavour::Mclag,
        Flavour::MclagDomain,
        Flavour::Unbundled,
        Flavour::Bundled,
        Flavour::Eslag,
        Flavour::Fabric,
        Flavour::Mesh,
        Flavour::Gateway,
        Flavour::VpcLoopback,
        Flavour::External,
        Flavour::StaticExternal,
    ];

    /// Returns the types that a spec gives, the one that counts first.
    pub fn given(spec: Field<'_>) -> impl Iterator<Item = Flavour> {
        Flavour::ALL.into_iter().filter(move |flavour| spec.at(flavour.field()).is_there())
    }

    /// Returns the field of the spec that holds it.
    pub fn field(self) -> &'static str {
        match self {
            Flavour::Unbundled => "unbundled",
            Flavour::Bundled => "bundled",
            Flavour::Eslag => "eslag",
            Flavour::Fabric => "fabric",
            Flavour::Mesh => "mesh",
            Flavour::Gateway => "gateway",
            Flavour::VpcLoopback => "vpcLoopback",
            Flavour::External => "external",
            Flavour::StaticExternal => "staticExternal",
            Flavour::Mclag => "mclag",
            Flavour::MclagDomain => "mclagDomain",
        }
    }

    /// Returns the name that labels and people use.
    pub fn name(self) -> &'static str {
        match self {
            Flavour::VpcLoopback => "vpc-loopback",
            Flavour::StaticExternal => "static-external",
            Flavour::MclagDomain => "mclag-domain",
            flavour => flavour.field(),
        }
    }

    /// Says whether the type is one of the two that are no longer supported.
    pub fn is_mclag(self) -> bool {
        matches!(self, Flavour::Mclag | Flavour::MclagDomain)
    }

    /// Returns the two ends of a link, as fields; the first is the one whose
    /// device is a switch for certain.
    fn ends(self) -> &'static [(&'static str, Device)] {
        match self {
            Flavour::Unbundled | Flavour::Bundled | Flavour::Eslag | Flavour::Mclag => {
                &[("switch", Device::Switch), ("server", Device::Server)]
            }
            Flavour::Fabric => &[("spine", Device::Switch), ("leaf", Device::Switch)],
            Flavour::Mesh => &[("leaf1", Device::Switch), ("leaf2", Device::Switch)],
            Flavour::Gateway => &[("switch", Device::Switch), ("gateway", Device::Gateway)],
            Flavour::VpcLoopback | Flavour::MclagDomain => {
                &[("switch1", Device::Switch), ("switch2", Device::Switch)]
            }
            Flavour::External | Flavour::StaticExternal => &[("switch", Device::Switch)],
        }
    }
}

/// What kind of device a port is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// A Switch.
    Switch,
    /// A Server.
    Server,
    /// A Gateway.
    Gateway,
}

/// One end of a link.
#[derive(Debug, Clone, Copy)]
pub struct End<'a> {
    /// The device at this end.
    pub device: Device,
    /// The port: `spec.fabric.links[0].leaf.port`.
    pub port: Field<'a>,
}

impl<'a> End<'a> {
    /// Returns the name of the device; what stands before the first slash.
    pub fn device_name(self) -> &'a str {
        let port = self.port.text();
        port.split_once('/').map_or(port, |(device, _)| device)
    }
}

/// Something wrong with what the connection joins.
#[derive(Debug, Clone)]
pub struct Problem<'a> {
    /// The rule's id.
    pub code: &'static str,
    /// Where.
    pub field: Field<'a>,
    /// What is.
    pub message: String,
    /// What to do.
    pub help: &'static str,
    /// Whether the webhook notices it only after it has made its labels.
    pub comes_late: bool,
}

/// What attachments want to know of a Connection.
#[derive(Debug, Clone)]
pub struct Joined {
    /// The type; none if there is none.
    pub flavour: Option<Flavour>,
    /// Whether nothing is wrong with what it joins.
    pub is_sound: bool,
    /// The names of the switches, in order.
    pub switches: Vec<String>,
}

impl Joined {
    /// Reads the spec of a Connection.
    pub fn read(spec: Field<'_>) -> Joined {
        let Endpoints { flavour, problems, switches, .. } = Endpoints::read(spec);
        let switches = switches.iter().map(|(name, _)| (*name).to_owned()).collect();
        Joined { flavour, is_sound: problems.is_empty(), switches }
    }
}

/// What a Connection joins.
#[derive(Debug, Clone)]
pub struct Endpoints<'a> {
    /// The type; none if there is none.
    pub flavour: Option<Flavour>,
    /// Further types in the same object, which do not count.
    pub ignored: Vec<Flavour>,
    /// The ends of all links, one behind the other.
    pub ends: Vec<End<'a>>,
    /// The switches in the order of names, with a port on each.
    pub switches: Vec<(&'a str, Field<'a>)>,
    /// The servers in the order of names, with a port on each.
    pub servers: Vec<(&'a str, Field<'a>)>,
    /// What is wrong (CON-04 to CON-21).
    pub problems: Vec<Problem<'a>>,
}

impl<'a> Endpoints<'a> {
    /// Reads the spec of a Connection.
    pub fn read(spec: Field<'a>) -> Endpoints<'a> {
        let mut flavours = Flavour::given(spec);
        let flavour = flavours.next();
        let mut endpoints = Endpoints {
            flavour,
            // Nearly all have one field, and nothing else to look for.
            ignored: if spec.count() > 1 { flavours.collect() } else { Vec::new() },
            ends: Vec::new(),
            switches: Vec::new(),
            servers: Vec::new(),
            problems: Vec::new(),
        };
        match flavour {
            Some(flavour) => endpoints.read_links(spec.at(flavour.field()), flavour),
            None => endpoints.wrong("CON-04", spec, "the connection has no type", "Add one of unbundled, bundled, eslag, fabric, mesh, gateway, vpcLoopback, external, staticExternal"),
        }
        if !flavour.is_some_and(Flavour::is_mclag) {
            endpoints.check_ports();
        }
        endpoints
    }

    fn wrong(
        &mut self,
        code: &'static str,
        field: Field<'a>,
        message: impl Into<String>,
        help: &'static str,
    ) {
        self.problems.push(Problem { code, field, message: message.into(), help, comes_late: false });
    }

    fn read_links(&mut self, body: Field<'a>, flavour: Flavour) {
        let mut add = |link: Field<'a>| {
            let ends = flavour.ends().iter();
            self.ends.extend(ends.map(|&(name, device)| End { device, port: link.at(name).at("port") }));
        };
        match flavour {
            Flavour::Unbundled | Flavour::External | Flavour::StaticExternal => add(body.at("link")),
            Flavour::MclagDomain => {
                body.at("peerLinks").items().for_each(&mut add);
                body.at("sessionLinks").items().for_each(&mut add);
            }
            _ => body.at("links").items().for_each(&mut add),
        }
        for end in &self.ends {
            let devices = match end.device {
                Device::Switch => &mut self.switches,
                Device::Server => &mut self.servers,
                Device::Gateway => continue,
            };
            let name = end.device_name();
            if let Err(place) = devices.binary_search_by(|(known, _)| (*known).cmp(name)) {
                devices.insert(place, (name, end.port));
            }
        }
        let links = body.at("links");
        let (switches, servers) = (self.switches.len(), self.servers.len());
        match flavour {
            Flavour::Unbundled => self.distinct_ports("CON-05"),
            Flavour::Bundled => {
                if switches != 1 {
                    self.wrong(
                        "CON-06",
                        links,
                        format!("a bundled connection has exactly one switch, and this has {switches}"),
                        "Let all links go to one switch",
                    );
                }
                if servers != 1 {
                    self.wrong(
                        "CON-07",
                        links,
                        format!("a bundled connection has exactly one server, and this has {servers}"),
                        "Let all links go to one server",
                    );
                }
                self.distinct_ports("CON-08");
            }
            Flavour::Eslag => {
                if switches == 0 {
                    self.wrong(
                        "CON-09",
                        links,
                        "an ESLAG connection needs a switch",
                        "Add links to two switches of a redundancy group",
                    );
                }
                if switches > 4 {
                    self.wrong(
                        "CON-10",
                        links,
                        format!("an ESLAG connection spans at most 4 switches, and this spans {switches}"),
                        "Remove links until 4 switches are left",
                    );
                }
                if servers != 1 {
                    self.wrong(
                        "CON-11",
                        links,
                        format!("an ESLAG connection has exactly one server, and this has {servers}"),
                        "Let all links go to one server",
                    );
                }
                self.distinct_ports("CON-12");
            }
            Flavour::Fabric => {
                if switches != 2 {
                    self.wrong(
                        "CON-13",
                        links,
                        format!("a fabric connection joins two switches, and this names {switches}"),
                        "Let all links join one spine and one leaf",
                    );
                }
                self.distinct_ports("CON-14");
            }
            Flavour::Mesh => {
                if switches != 2 {
                    self.wrong(
                        "CON-15",
                        links,
                        format!("a mesh connection joins two switches, and this names {switches}"),
                        "Let all links join the same two leaves",
                    );
                }
                self.distinct_ports("CON-16");
            }
            Flavour::Gateway => {
                if switches != 1 {
                    self.wrong(
                        "CON-17",
                        links,
                        format!("a gateway connection has one switch, and this names {switches}"),
                        "Let all links go to one switch",
                    );
                }
                self.distinct_ports("CON-18");
            }
            Flavour::VpcLoopback => {
                if switches != 1 {
                    self.wrong(
                        "CON-19",
                        links,
                        format!("a loopback connection has one switch, and this names {switches}"),
                        "Let both ends of all links be on one switch",
                    );
                }
                self.distinct_ports("CON-20");
            }
            Flavour::External | Flavour::StaticExternal | Flavour::Mclag | Flavour::MclagDomain => {}
        }
    }

    fn distinct_ports(&mut self, code: &'static str) {
        let mut seen = Set::new();
        for at in 0..self.ends.len() {
            let Some(port) = self.ends.get(at).map(|end| end.port) else { continue };
            if !seen.insert(port.text()) {
                let message = format!("the port `{}` is used twice in this connection", port.text());
                self.wrong(code, port, message, "Name another port");
            }
        }
    }

    /// CON-21. That a part is empty comes out only after the labels are made.
    fn check_ports(&mut self) {
        for at in 0..self.ends.len() {
            let Some(port) = self.ends.get(at).map(|end| end.port) else { continue };
            if split_port(port.text()).is_some() {
                continue;
            }
            let message = match port.text() {
                "" => "the port is missing".to_owned(),
                text => format!("`{text}` is not a device, a slash and a port"),
            };
            self.wrong("CON-21", port, message, "Write it as `leaf-01/E1/1` or `server-01/enp2s1`");
            if let Some(problem) = self.problems.last_mut() {
                problem.comes_late = port.text().contains('/');
            }
        }
    }
}
