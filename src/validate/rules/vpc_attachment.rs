//! VPCAttachment (VAT-01 to VAT-23).

use super::super::View;
use super::super::check::Check;
use super::super::endpoints::Flavour;
use super::super::endpoints::Joined;
use super::super::field::Field;
use super::super::object::Object;
use super::super::readers::read_prefix;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    let names = vat_01_03_subnet_is_named(check);
    vat_04_connection_is_named(check);
    vat_05_07_p2p_link(check);
    let vpc = names.and_then(|(vpc, subnet)| vat_08_09_vpc_and_subnet(check, vpc, subnet));
    let connection = vat_10_connection_exists(check);
    if let Some(connection) = connection {
        vat_13_15_connection_is_fit(check, connection);
        if let Some(vpc) = vpc {
            vat_11_12_fit_together(check, vpc, connection);
            vat_16_21_switches(check, vpc, connection.joined());
        }
    }
    vat_22_23_other_attachments(check);
}

/// A VPC with the subnet that is attached.
#[derive(Clone, Copy)]
struct Attached<'a> {
    vpc: &'a Object,
    subnet: Field<'a>,
}

impl Attached<'_> {
    fn mode(&self) -> &str {
        self.vpc.spec().at("mode").text()
    }

    fn is_host_bgp(&self) -> bool {
        self.subnet.at("hostBGP").flag()
    }
}

/// Returns the names of the VPC and of the subnet.
fn vat_01_03_subnet_is_named<'a>(check: &mut Check<'a>) -> Option<(&'a str, &'a str)> {
    let field = check.spec.at("subnet");
    if field.is_empty_text() {
        check
            .refuse("VAT-01", field, "the attachment names no subnet")
            .help("Add `subnet` as `vpc-01/subnet-01`");
        return None;
    }
    match field.text().split_once('/') {
        None => {
            // Cannot happen once the defaults are in.
            check.refuse("VAT-03", field, "the subnet is missing").help("Write `vpc/subnet`");
            None
        }
        Some(("", _)) => {
            check
                .refuse("VAT-02", field, format!("`{}` names no VPC", field.text()))
                .help("Write the VPC before the slash, `vpc-01/subnet-01`");
            None
        }
        names => names,
    }
}

fn vat_04_connection_is_named(check: &mut Check<'_>) {
    let field = check.spec.at("connection");
    if field.is_empty_text() {
        check.refuse("VAT-04", field, "the attachment names no connection").help("Add `connection`");
    }
}

fn vat_05_07_p2p_link(check: &mut Check<'_>) {
    let link = check.metadata("annotations").at("fabric.githedgehog.com/p2p-link");
    if !link.is_there() {
        return;
    }
    if link.is_empty_text() {
        check
            .refuse("VAT-05", link, "the annotation for the point-to-point link is empty")
            .help("Give it an IPv4 /31, or remove it");
        return;
    }
    match read_prefix(link.text()) {
        None => {
            check
                .refuse("VAT-06", link, format!("`{}` is not a CIDR", link.text()))
                .help("Write an IPv4 /31, such as 10.0.9.0/31");
        }
        Some(prefix) if !prefix.is_v4() || prefix.bits != 31 => {
            check
                .refuse("VAT-07", link, format!("`{prefix}` is not an IPv4 /31"))
                .help("Write an IPv4 /31, such as 10.0.9.0/31");
        }
        Some(_) => {}
    }
}

fn vat_08_09_vpc_and_subnet<'a>(check: &mut Check<'a>, vpc: &str, subnet: &'a str) -> Option<Attached<'a>> {
    let field = check.spec.at("subnet");
    let vpc = check.require("VAT-08", field, Kind::Vpc, vpc)?;
    let subnets = vpc.spec().at("subnets");
    let found = subnets.entries().find(|(name, _)| *name == subnet);
    if let Some((_, subnet)) = found {
        return Some(Attached { vpc, subnet });
    }
    let names: Vec<String> = subnets.entries().map(|(name, _)| format!("{}/{name}", vpc.name())).collect();
    check
        .refuse("VAT-09", field, format!("the VPC `{}` has no subnet `{subnet}`", vpc.name()))
        .help(match names.is_empty() {
            true => "Add the subnet to the VPC".to_owned(),
            false => format!("Write one of `{}`, or add the subnet to the VPC", names.join("`, `")),
        })
        .with_object(&vpc.key, subnets.pointer(), "its subnets");
    None
}

fn vat_10_connection_exists<'a>(check: &mut Check<'a>) -> Option<&'a Object> {
    let field = check.spec.at("connection");
    if field.is_empty_text() {
        return None;
    }
    check.require("VAT-10", field, Kind::Connection, field.text())
}

fn vat_11_12_fit_together(check: &mut Check<'_>, vpc: Attached<'_>, connection: &Object) {
    let field = check.spec.at("connection");
    if connection.spec().at("eslag").is_there() && !vpc.mode().is_empty() {
        let mode = vpc.vpc.spec().at("mode");
        check
            .refuse(
                "VAT-11",
                field,
                format!("an ESLAG connection cannot carry a VPC of mode `{}`", vpc.mode()),
            )
            .help("Use another connection, or a VPC without a mode")
            .with_object(&vpc.vpc.key, mode.pointer(), "the mode of the VPC")
            .with_object(&connection.key, connection.spec().at("eslag").pointer(), "the connection");
    }
    if vpc.is_host_bgp() && !connection.spec().at("unbundled").is_there() {
        check
            .refuse("VAT-12", field, "a hostBGP subnet attaches to unbundled connections only")
            .help("Name an unbundled connection")
            .with_object(&vpc.vpc.key, vpc.subnet.at("hostBGP").pointer(), "hostBGP is on here");
    }
}

fn vat_13_15_connection_is_fit(check: &mut Check<'_>, connection: &Object) {
    let joined = connection.joined();
    let field = check.spec.at("connection");
    let can_carry = ["unbundled", "bundled", "eslag"];
    if !can_carry.iter().any(|key| connection.spec().at(key).is_there()) {
        let is = joined.flavour.map_or("of no type", Flavour::name);
        check
            .refuse(
                "VAT-13",
                field,
                format!("the connection `{}` is {is}, which cannot carry a VPC", field.text()),
            )
            .help("Name a connection of type unbundled, bundled or eslag")
            .with_object(&connection.key, connection.spec().pointer(), "the connection");
        return;
    }
    let code = match joined.is_sound {
        false => "VAT-14",
        // Unreachable as long as VAT-14 holds.
        true if joined.switches.is_empty() => "VAT-15",
        true => return,
    };
    // Q5: what is wrong is wrong there, and is reported there.
    let message = format!("the connection `{}` is not valid", field.text());
    match check.view() {
        View::Cluster => {
            check.refuse(code, field, message).help("Mend the connection first");
        }
        View::Files => check.skip(code, message),
    }
}

fn vat_16_21_switches(check: &mut Check<'_>, vpc: Attached<'_>, joined: &Joined) {
    let field = check.spec.at("connection");
    let namespace = vpc.vpc.spec().at("vlanNamespace").text();
    for name in &joined.switches {
        let Some(switch) = check.require("VAT-16", field, Kind::Switch, name) else { continue };
        let namespaces = switch.spec().at("vlanNamespaces");
        if !namespaces.items().any(|item| item.text() == namespace) {
            check
                .refuse(
                    "VAT-17",
                    field,
                    format!("the switch `{name}` is not in the VLANNamespace `{namespace}` of the VPC"),
                )
                .help("Add the namespace to the switch, or use a connection to another switch")
                .with_object(&switch.key, namespaces.pointer(), "its VLAN namespaces");
        }
        let redundancy = switch.spec().at("redundancy").at("type");
        if vpc.is_host_bgp() && redundancy.text() == "mclag" {
            check
                .refuse(
                    "VAT-21",
                    field,
                    format!("the switch `{name}` is an MCLAG switch, which cannot have hostBGP subnets"),
                )
                .help("Use a connection to another switch")
                .with_object(&switch.key, redundancy.pointer(), "its redundancy type");
        }
        vat_18_20_features(check, vpc, switch);
    }
}

fn vat_18_20_features(check: &mut Check<'_>, vpc: Attached<'_>, switch: &Object) {
    let field = check.spec.at("connection");
    let profile_field = switch.spec().at("profile");
    let Some(profile) = check.require("VAT-18", field, Kind::SwitchProfile, profile_field.text()) else {
        return;
    };
    let features = profile.spec().at("features");
    let (l2vni, l3vni) = (features.at("l2vni").flag(), features.at("l3vni").flag());
    let lacks = match vpc.mode() {
        "" if !l2vni || !l3vni => Some(("VAT-19", "L2VNI")),
        "" => None,
        _ if !l3vni => Some(("VAT-20", "L3VNI")),
        _ => None,
    };
    if let Some((code, mode)) = lacks {
        let message = format!(
            "the switch `{}` is a `{}`, which cannot have {mode} VPCs",
            switch.name(),
            profile_field.text()
        );
        check
            .refuse(code, field, message)
            .help("Use a connection to another switch, or another VPC mode")
            .with_object(&switch.key, profile_field.pointer(), "its profile")
            .with_object(&vpc.vpc.key, vpc.vpc.spec().at("mode").pointer(), "the mode of the VPC");
    }
}

/// The subnets are compared as text, with `/default` filled in.
fn vat_22_23_other_attachments(check: &mut Check<'_>) {
    let (connection, subnet) = (check.spec.at("connection"), check.spec.at("subnet"));
    if connection.is_empty_text() {
        return;
    }
    let native = check.spec.at("nativeVLAN");
    for other in check.referrers(Kind::Connection, connection.text(), Kind::VpcAttachment) {
        let other_subnet = other.spec().at("subnet");
        if other_subnet.text() == subnet.text() {
            check
                .refuse(
                    "VAT-22",
                    subnet,
                    format!(
                        "`{}` is already attached to this connection by `{}`",
                        subnet.text(),
                        other.name()
                    ),
                )
                .help("Remove one of the two attachments")
                .with_object(&other.key, other_subnet.pointer(), "attached here");
        }
        let other_native = other.spec().at("nativeVLAN");
        if native.flag() && other_native.flag() {
            check
                .refuse(
                    "VAT-23",
                    native,
                    format!("the connection already has a native VLAN, by `{}`", other.name()),
                )
                .help("Let one attachment of a connection have the native VLAN")
                .with_object(&other.key, other_native.pointer(), "given here");
        }
    }
}
