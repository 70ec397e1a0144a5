//! The settings of a fabric that rules depend on.
//!
//! They are those of the fabric controller's configuration, under its names.
//! What is not given has the default a fresh fabric has; a finding that rests
//! on such a default says so.

use super::field::Field;
use super::readers::Prefix;
use super::readers::VlanRange;
use super::readers::read_prefix;
use super::readers::read_ranges;
use crate::model::Pointer;
use crate::model::Value;

/// A setting, and whether it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting<T> {
    /// What holds.
    pub value: T,
    /// The setting's name if the value is only the default.
    pub assumed: Option<&'static str>,
}

/// Why settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsProblem {
    /// The setting.
    pub field: Pointer,
    /// One sentence that says what is.
    pub message: String,
}

/// The settings of a fabric.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Address of the control plane, a prefix.
    pub control_vip: Setting<String>,
    /// The shape of the fabric; `spine-leaf` is the only one.
    pub fabric_mode: Setting<String>,
    /// Prefixes that the fabric keeps for itself.
    pub reserved_subnets: Setting<Vec<Prefix>>,
    /// VLANs that the fabric keeps for routing between VPCs.
    pub irb_vlans: Setting<Vec<VlanRange>>,
    /// VLANs that the fabric keeps for a workaround on TH5 switches.
    pub th5_vlans: Setting<Vec<VlanRange>>,
    /// Whether VPC peerings are switched off.
    pub vpc_peering_disabled: Setting<bool>,
    /// Greatest packet inside the fabric.
    pub fabric_mtu: Setting<i128>,
    /// What a packet to a server must be smaller by.
    pub server_mtu_offset: Setting<i128>,
    /// Prefix of switch management addresses.
    pub management_subnet: Setting<String>,
    /// First address of the management DHCP range.
    pub management_dhcp_start: Setting<String>,
    /// Prefix of protocol addresses.
    pub protocol_subnet: Setting<String>,
    /// Prefix of VTEP addresses.
    pub vtep_subnet: Setting<String>,
    /// Prefix of link addresses.
    pub fabric_subnet: Setting<String>,
    /// The ASN of all spines.
    pub spine_asn: Setting<i128>,
    /// The first ASN of leaves.
    pub leaf_asn_start: Setting<i128>,
    /// The last ASN of leaves.
    pub leaf_asn_end: Setting<i128>,
    /// How many gateways a gateway group may have.
    pub gateway_communities: Setting<usize>,
    /// Whether switch profiles other than the built-in ones are allowed.
    pub extra_switch_profiles: Setting<bool>,
    /// Whether the SONiC+ profiles of Celestica are there.
    pub sonic_cls_plus: Setting<bool>,
    /// Whether the Cumulus profile is there.
    pub cumulus: Setting<bool>,
    /// Whether gateways are on.
    pub gateways: Setting<bool>,
}

impl Default for Settings {
    fn default() -> Settings {
        let network = |text: &str| read_prefix(text);
        let reserved = [
            "172.30.0.0/21",
            "172.30.128.0/17",
            "172.30.8.0/22",
            "172.30.12.0/22",
            "172.30.96.0/19",
            "172.30.95.0/31",
            "172.30.16.0/22",
        ];
        Settings {
            control_vip: assumed("controlVIP", "172.30.0.1/32".to_owned()),
            fabric_mode: assumed("fabricMode", "spine-leaf".to_owned()),
            reserved_subnets: assumed("reservedSubnets", reserved.into_iter().filter_map(network).collect()),
            irb_vlans: assumed("vpcIRBVLANRange", vec![VlanRange { from: 3000, to: 3899 }]),
            th5_vlans: assumed("th5WorkaroundVLANRange", vec![VlanRange { from: 3900, to: 3999 }]),
            vpc_peering_disabled: assumed("vpcPeeringDisabled", false),
            fabric_mtu: assumed("fabricMTU", 9100),
            server_mtu_offset: assumed("serverFacingMTUOffset", 64),
            management_subnet: assumed("managementSubnet", "172.30.0.0/21".to_owned()),
            management_dhcp_start: assumed("managementDHCPStart", "172.30.4.0".to_owned()),
            protocol_subnet: assumed("protocolSubnet", "172.30.8.0/22".to_owned()),
            vtep_subnet: assumed("vtepSubnet", "172.30.12.0/22".to_owned()),
            fabric_subnet: assumed("fabricSubnet", "172.30.128.0/17".to_owned()),
            spine_asn: assumed("spineASN", 65100),
            leaf_asn_start: assumed("leafASNStart", 65101),
            leaf_asn_end: assumed("leafASNEnd", 65533),
            gateway_communities: assumed("gatewayCommunities", 10),
            extra_switch_profiles: assumed("allowExtraSwitchProfiles", false),
            // Nobody can tell from files whether these are on. A fabric that
            // names such a switch has them, so they count as there.
            sonic_cls_plus: assumed("includeSONiCCLSPlus", true),
            cumulus: assumed("includeCumulus", true),
            gateways: assumed("enableGateway", false),
        }
    }
}

fn assumed<T>(name: &'static str, value: T) -> Setting<T> {
    Setting { value, assumed: Some(name) }
}

impl Settings {
    /// Reads settings. What is not there keeps its default; names that no rule
    /// uses are passed over, for the controller has more of them.
    pub fn read(value: &Value) -> Result<Settings, SettingsProblem> {
        let root = Field::root(value);
        if !matches!(value, Value::Map(_) | Value::Null) {
            return Err(problem(root, "the settings must be a map"));
        }
        let mut settings = Settings::default();
        text(root, &mut settings.control_vip)?;
        text(root, &mut settings.fabric_mode)?;
        prefixes(root, &mut settings.reserved_subnets)?;
        ranges(root, &mut settings.irb_vlans)?;
        ranges(root, &mut settings.th5_vlans)?;
        flag(root, &mut settings.vpc_peering_disabled)?;
        number(root, &mut settings.fabric_mtu)?;
        number(root, &mut settings.server_mtu_offset)?;
        text(root, &mut settings.management_subnet)?;
        text(root, &mut settings.management_dhcp_start)?;
        text(root, &mut settings.protocol_subnet)?;
        text(root, &mut settings.vtep_subnet)?;
        text(root, &mut settings.fabric_subnet)?;
        number(root, &mut settings.spine_asn)?;
        number(root, &mut settings.leaf_asn_start)?;
        number(root, &mut settings.leaf_asn_end)?;
        flag(root, &mut settings.extra_switch_profiles)?;
        flag(root, &mut settings.sonic_cls_plus)?;
        flag(root, &mut settings.cumulus)?;
        flag(root, &mut settings.gateways)?;
        read_one(root, &mut settings.gateway_communities, |field| {
            field.value().as_map().map(<[_]>::len).ok_or("must be a map from rank to community")
        })?;
        Ok(settings)
    }
}

fn problem(field: Field<'_>, what: &str) -> SettingsProblem {
    SettingsProblem { field: field.pointer(), message: format!("`{}` {what}", field.label()) }
}

/// Reads one setting by the name its default carries.
fn read_one<'a, T>(
    root: Field<'a>,
    setting: &mut Setting<T>,
    read: impl FnOnce(Field<'a>) -> Result<T, &'static str>,
) -> Result<(), SettingsProblem> {
    let Some(name) = setting.assumed else { return Ok(()) };
    let field = root.at(name);
    if field.is_there() {
        let value = read(field).map_err(|what| problem(field, what))?;
        *setting = Setting { value, assumed: None };
    }
    Ok(())
}

fn text(root: Field<'_>, setting: &mut Setting<String>) -> Result<(), SettingsProblem> {
    read_one(root, setting, |field| field.value().as_str().map(str::to_owned).ok_or("must be text"))
}

fn number(root: Field<'_>, setting: &mut Setting<i128>) -> Result<(), SettingsProblem> {
    read_one(root, setting, |field| field.value().as_int().ok_or("must be a whole number"))
}

fn flag(root: Field<'_>, setting: &mut Setting<bool>) -> Result<(), SettingsProblem> {
    read_one(root, setting, |field| field.value().as_bool().ok_or("must be true or false"))
}

fn prefixes(root: Field<'_>, setting: &mut Setting<Vec<Prefix>>) -> Result<(), SettingsProblem> {
    read_one(root, setting, |field| {
        let items = field.value().as_list().ok_or("must be a list of prefixes")?.iter();
        let prefixes = items.map(|item| item.as_str().and_then(read_prefix));
        prefixes.collect::<Option<Vec<_>>>().ok_or("must hold prefixes such as 10.0.0.0/8")
    })
}

fn ranges(root: Field<'_>, setting: &mut Setting<Vec<VlanRange>>) -> Result<(), SettingsProblem> {
    read_one(root, setting, |field| {
        field.value().as_list().ok_or("must be a list of ranges with from and to")?;
        Ok(read_ranges(field).map(|(_, range)| range).collect())
    })
}
