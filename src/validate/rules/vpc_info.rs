//! VPCInfo (VIN-01 to VIN-04).

use super::super::check::Check;
use super::super::readers::read_prefix;

pub(super) fn check(check: &mut Check<'_>) {
    super::gateway_kind(check, "VIN-01", "VIN-02");
    vin_03_vni(check);
    vin_04_subnets(check);
}

fn vin_03_vni(check: &mut Check<'_>) {
    let vni = check.spec.at("vni");
    if vni.number() == 0 {
        check
            .refuse("VIN-03", vni, "the VPCInfo has no VNI")
            .help("Remove the resource from Git; the fabric makes it");
    }
}

fn vin_04_subnets(check: &mut Check<'_>) {
    for (_, subnet) in check.spec.at("subnets").entries() {
        let cidr = subnet.at("cidr");
        if read_prefix(cidr.text()).is_none() {
            check
                .refuse("VIN-04", cidr, format!("`{}` is not a CIDR", cidr.text()))
                .help("Remove the resource from Git; the fabric makes it");
        }
    }
}
