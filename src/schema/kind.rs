//! The kinds that rules know by name.

/// A kind of the fabric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A virtual network.
    Vpc,
    /// A VPC's subnet on a connection.
    VpcAttachment,
    /// Two VPCs that may talk.
    VpcPeering,
    /// A network outside the fabric.
    External,
    /// An external on a connection.
    ExternalAttachment,
    /// A VPC that may talk to an external.
    ExternalPeering,
    /// Where VPCs take addresses from.
    Ipv4Namespace,
    /// Cables, grouped.
    Connection,
    /// A server.
    Server,
    /// A switch.
    Switch,
    /// Switches that belong together.
    SwitchGroup,
    /// Where VPCs take VLANs from.
    VlanNamespace,
    /// A model of switch.
    SwitchProfile,
    /// A model of server.
    ServerProfile,
    /// A gateway.
    Gateway,
    /// Gateways that stand in for each other.
    GatewayGroup,
    /// Two sides that may talk through a gateway.
    GatewayPeering,
    /// What a gateway knows of a VPC.
    VpcInfo,
}

impl Kind {
    /// All kinds, in the order of the catalogue.
    pub const ALL: [Kind; 18] = [
        Kind::Vpc,
        Kind::VpcAttachment,
        Kind::VpcPeering,
        Kind::External,
        Kind::ExternalAttachment,
        Kind::ExternalPeering,
        Kind::Ipv4Namespace,
        Kind::Connection,
        Kind::Server,
        Kind::Switch,
        Kind::SwitchGroup,
        Kind::VlanNamespace,
        Kind::SwitchProfile,
        Kind::ServerProfile,
        Kind::Gateway,
        Kind::GatewayGroup,
        Kind::GatewayPeering,
        Kind::VpcInfo,
    ];

    /// Returns the kind as manifests write it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Vpc => "VPC",
            Kind::VpcAttachment => "VPCAttachment",
            Kind::VpcPeering => "VPCPeering",
            Kind::External => "External",
            Kind::ExternalAttachment => "ExternalAttachment",
            Kind::ExternalPeering => "ExternalPeering",
            Kind::Ipv4Namespace => "IPv4Namespace",
            Kind::Connection => "Connection",
            Kind::Server => "Server",
            Kind::Switch => "Switch",
            Kind::SwitchGroup => "SwitchGroup",
            Kind::VlanNamespace => "VLANNamespace",
            Kind::SwitchProfile => "SwitchProfile",
            Kind::ServerProfile => "ServerProfile",
            Kind::Gateway => "Gateway",
            Kind::GatewayGroup => "GatewayGroup",
            Kind::GatewayPeering => "GatewayPeering",
            Kind::VpcInfo => "VPCInfo",
        }
    }

    /// Returns the kind that manifests write as `name`.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns the API group of the kind.
    pub fn group(self) -> &'static str {
        match self {
            Kind::Vpc
            | Kind::VpcAttachment
            | Kind::VpcPeering
            | Kind::External
            | Kind::ExternalAttachment
            | Kind::ExternalPeering
            | Kind::Ipv4Namespace => "vpc.githedgehog.com",
            Kind::Connection
            | Kind::Server
            | Kind::Switch
            | Kind::SwitchGroup
            | Kind::VlanNamespace
            | Kind::SwitchProfile
            | Kind::ServerProfile => "wiring.githedgehog.com",
            Kind::Gateway | Kind::GatewayGroup | Kind::GatewayPeering | Kind::VpcInfo => {
                "gateway.githedgehog.com"
            }
        }
    }

    /// Says whether the cluster runs a webhook for the kind. Without one,
    /// only the schema is held against it.
    pub fn has_webhook(self) -> bool {
        !matches!(self, Kind::SwitchGroup | Kind::ServerProfile)
    }
}
