//! Addresses and ASNs of a Switch (SWI-02 to SWI-05, SWI-41 to SWI-56).
//!
//! The installer can fill all of them in. A switch that has none is left
//! alone unless the fabric is to be complete.

use super::super::check::Check;
use super::super::field::Field;
use super::super::object::Object;
use super::super::object::Slot;
use super::super::readers::Prefix;
use super::super::readers::read_address;
use super::super::readers::read_prefix;
use super::super::settings::Setting;
use super::switch::is_leaf;
use super::switch::is_spine;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    let spec = check.spec;
    let fields = ["asn", "ip", "protocolIP", "vtepIP"].map(|key| spec.at(key));
    if !check.is_hydrated(&fields) {
        return;
    }
    swi_02_05_are_there(check);
    swi_41_settings(check);
    swi_42_45_management(check);
    let protocol = &check.settings().protocol_subnet;
    let codes = AddressCodes { malformed: "SWI-46", not_32: "SWI-47", outside: "SWI-48", used: "SWI-49" };
    address(check, spec.at("protocolIP"), &codes, protocol, Slot::ProtocolIp);
    if is_leaf(spec) {
        swi_50_51_leaf_asn(check);
        let vtep = &check.settings().vtep_subnet;
        let codes = AddressCodes { malformed: "SWI-53", not_32: "SWI-54", outside: "SWI-55", used: "SWI-56" };
        address(check, spec.at("vtepIP"), &codes, vtep, Slot::VtepIp);
    }
    if is_spine(spec) {
        swi_52_spine_asn(check);
    }
}

fn swi_02_05_are_there(check: &mut Check<'_>) {
    let spec = check.spec;
    let asn = spec.at("asn");
    if asn.number() == 0 {
        check.refuse("SWI-02", asn, "the switch has no ASN").help("Add `asn`");
    }
    let mut keys = vec![("SWI-03", "ip"), ("SWI-04", "protocolIP")];
    if is_leaf(spec) && check.settings().fabric_mode.value == "spine-leaf" {
        keys.push(("SWI-05", "vtepIP"));
    }
    for (code, key) in keys {
        if spec.at(key).is_empty_text() {
            check
                .refuse(code, spec.at(key), format!("the switch has no `{key}`"))
                .help(format!("Add `{key}`"));
        }
    }
}

fn swi_41_settings(check: &mut Check<'_>) {
    let settings = check.settings();
    let texts = [
        ("vtepSubnet", &settings.vtep_subnet, read_prefix(&settings.vtep_subnet.value).is_some()),
        ("protocolSubnet", &settings.protocol_subnet, read_prefix(&settings.protocol_subnet.value).is_some()),
        ("controlVIP", &settings.control_vip, read_prefix(&settings.control_vip.value).is_some()),
        (
            "managementSubnet",
            &settings.management_subnet,
            read_prefix(&settings.management_subnet.value).is_some(),
        ),
        (
            "managementDHCPStart",
            &settings.management_dhcp_start,
            read_address(&settings.management_dhcp_start.value).is_some(),
        ),
    ];
    for (name, setting, is_good) in texts {
        if !is_good {
            let message = format!("the setting `{name}`, `{}`, cannot be read", setting.value);
            check.refuse("SWI-41", check.spec, message).help("Mend the settings of the fabric");
        }
    }
}

fn swi_42_45_management(check: &mut Check<'_>) {
    let settings = check.settings();
    let field = check.spec.at("ip");
    if field.is_empty_text() {
        return;
    }
    let Some(prefix) = read_prefix(field.text()) else {
        check
            .refuse("SWI-42", field, format!("`{}` is not an address with a length", field.text()))
            .help("Write it as 172.30.0.7/21");
        return;
    };
    if let Some(subnet) = read_prefix(&settings.management_subnet.value)
        && !subnet.contains(prefix.address)
    {
        check
            .refuse(
                "SWI-43",
                field,
                format!("{} lies outside the management subnet {subnet}", prefix.address),
            )
            .help("Use an address of the management subnet")
            .assuming(settings.management_subnet.assumed);
    }
    if let Some(start) = read_address(&settings.management_dhcp_start.value)
        && prefix.address.is_ipv4() == start.is_ipv4()
        && prefix.address >= start
    {
        check
            .refuse(
                "SWI-44",
                field,
                format!("{} lies in the management DHCP range, which starts at {start}", prefix.address),
            )
            .help("Use an address before that")
            .assuming(settings.management_dhcp_start.assumed);
    }
    if read_prefix(&settings.control_vip.value).is_some_and(|vip| vip.address == prefix.address) {
        check
            .refuse("SWI-45", field, format!("{} is the address of the control plane", prefix.address))
            .help("Use another address")
            .assuming(settings.control_vip.assumed);
    }
    for other in check.sharing(Slot::ManagementIp, &prefix.address.to_string()) {
        already_used(check, "SWI-45", field, other);
    }
}

fn already_used(check: &mut Check<'_>, code: &'static str, field: Field<'_>, other: &Object) {
    let place = other.spec().pointer().key(field.last_key());
    let text = match field.text() {
        "" => field.number().to_string(),
        text => text.to_owned(),
    };
    check
        .refuse(
            code,
            field,
            format!("`{text}` is already used by the {} `{}`", other.key.kind.name(), other.name()),
        )
        .help("Choose another one")
        .with_object(&other.key, place, "used here");
}

struct AddressCodes {
    malformed: &'static str,
    not_32: &'static str,
    outside: &'static str,
    used: &'static str,
}

/// Checks a /32 of one of the fabric's subnets. Whether another has it is a
/// matter of the text. MCLAG switches share their VTEP address.
fn address(
    check: &mut Check<'_>,
    field: Field<'_>,
    codes: &AddressCodes,
    subnet: &Setting<String>,
    slot: Slot,
) {
    if field.is_empty_text() {
        return;
    }
    let Some(prefix) = read_prefix(field.text()) else {
        check
            .refuse(codes.malformed, field, format!("`{}` is not an address with /32", field.text()))
            .help("Write it as 172.30.8.1/32");
        return;
    };
    if prefix.bits != 32 {
        check.refuse(codes.not_32, field, format!("`{prefix}` is not a /32")).help("Write /32 as the length");
    }
    outside(check, codes.outside, field, prefix, subnet);
    if slot == Slot::VtepIp && is_mclag(check.spec) {
        return;
    }
    let gateways_are_on = check.settings().gateways.value;
    for other in check.sharing(slot, field.text()) {
        if other.key.kind == Kind::Switch || gateways_are_on {
            already_used(check, codes.used, field, other);
        }
    }
}

fn outside(
    check: &mut Check<'_>,
    code: &'static str,
    field: Field<'_>,
    prefix: Prefix,
    subnet: &Setting<String>,
) {
    if let Some(network) = read_prefix(&subnet.value)
        && !network.contains(prefix.address)
    {
        check
            .refuse(code, field, format!("{} lies outside {network}", prefix.address))
            .help(format!("Use an address of {network}"))
            .assuming(subnet.assumed);
    }
}

fn is_mclag(spec: Field<'_>) -> bool {
    spec.at("redundancy").at("type").text() == "mclag"
}

fn swi_50_51_leaf_asn(check: &mut Check<'_>) {
    let settings = check.settings();
    let asn = check.spec.at("asn");
    if asn.number() == 0 {
        return;
    }
    if !is_mclag(check.spec) {
        for other in check.sharing(Slot::LeafAsn, &asn.number().to_string()) {
            already_used(check, "SWI-50", asn, other);
        }
    }
    let (first, last) = (&settings.leaf_asn_start, &settings.leaf_asn_end);
    if !(first.value..=last.value).contains(&asn.number()) {
        let message =
            format!("the ASN {} of a leaf is outside {} to {}", asn.number(), first.value, last.value);
        check
            .refuse("SWI-51", asn, message)
            .help("Use an ASN of the leaves")
            .assuming(first.assumed.or(last.assumed));
    }
}

fn swi_52_spine_asn(check: &mut Check<'_>) {
    let spine = &check.settings().spine_asn;
    let asn = check.spec.at("asn");
    if asn.number() != 0 && asn.number() != spine.value {
        check
            .refuse(
                "SWI-52",
                asn,
                format!("the ASN of spines is {}, and this is {}", spine.value, asn.number()),
            )
            .help(format!("Write {}", spine.value))
            .assuming(spine.assumed);
    }
}
