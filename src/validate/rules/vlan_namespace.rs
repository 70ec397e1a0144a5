//! VLANNamespace (VNS-01 to VNS-08).

use super::super::View;
use super::super::check::Check;
use super::super::field::Field;
use super::super::finding::Finding;
use super::super::finding::Stage;
use super::super::object::Object;
use super::super::readers::VlanRange;
use super::super::readers::read_ranges;
use super::super::settings::Setting;
use crate::diagnostic::Severity;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    vns_04_05_overlaps(check);
}

pub(super) fn update(check: &mut Check<'_>, _old: &Object) {
    vns_06_vpcs_still_fit(check);
}

pub(super) fn delete(check: &mut Check<'_>) {
    let name = check.name;
    super::still_used_by(check, "VNS-07", Kind::VlanNamespace, name, Kind::Switch);
    super::still_used_by(check, "VNS-08", Kind::VlanNamespace, name, Kind::Vpc);
}

fn is_vlan(number: i128) -> bool {
    (1..=4094).contains(&number)
}

/// Says whether every range is one. If not, the fabric drops all (Q1).
pub(crate) fn ranges_are_sound(ranges: Field<'_>) -> bool {
    read_ranges(ranges).all(|(_, range)| range.from <= range.to && is_vlan(range.from) && is_vlan(range.to))
}

/// VNS-01 to VNS-03, on what the file says: the defaults empty a list with an
/// invalid range and the fabric takes the namespace without ranges (Q1).
pub(super) fn before_defaults(spec: Field<'_>, view: View) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |code, field: Field<'_>, message: String| {
        let mut finding = Finding::error(code, Stage::Webhook, field.pointer(), message);
        finding
            .help("Write a range within 1 to 4094; otherwise the fabric drops all ranges of the namespace");
        if view == View::Cluster {
            finding.severity(Severity::Warning);
        }
        findings.push(finding);
    };
    for (field, range) in read_ranges(spec.at("ranges")) {
        let VlanRange { from, to } = range;
        if from > to {
            report("VNS-01", field, format!("the range goes from {from} down to {to}"));
        }
        if !is_vlan(from) {
            report("VNS-02", field.at("from"), format!("{from} is not a VLAN"));
        }
        if !is_vlan(to) {
            report("VNS-03", field.at("to"), format!("{to} is not a VLAN"));
        }
    }
    let ranges = spec.at("ranges");
    if ranges.count() == 0 && view == View::Files {
        let message = "the namespace has no ranges, so no VPC fits in it";
        let mut finding = Finding::error("namespace-empty", Stage::Webhook, ranges.pointer(), message);
        finding.severity(Severity::Warning).help("Add `ranges`");
        findings.push(finding);
    }
    findings
}

fn vns_04_05_overlaps(check: &mut Check<'_>) {
    let mut earlier: Vec<(Field<'_>, VlanRange)> = Vec::new();
    for (field, range) in read_ranges(check.spec.at("ranges")) {
        if let Some((other, _)) = earlier.iter().find(|(_, other)| other.overlaps(range)) {
            check
                .refuse(
                    "VNS-04",
                    field,
                    format!("the VLANs {} to {} overlap an earlier range", range.from, range.to),
                )
                .help("Let the ranges have no VLAN in common")
                .with_field(other.pointer(), "overlaps this");
        }
        let irb = &check.settings().irb_vlans;
        kept_vlans(check, "VNS-04", field, range, irb, "for routing between VPCs");
        let th5 = &check.settings().th5_vlans;
        kept_vlans(check, "VNS-05", field, range, th5, "for TH5 switches");
        earlier.push((field, range));
    }
}

fn kept_vlans(
    check: &mut Check<'_>,
    code: &'static str,
    field: Field<'_>,
    range: VlanRange,
    kept: &Setting<Vec<VlanRange>>,
    what_for: &'static str,
) {
    for kept_range in kept.value.iter().filter(|kept| kept.overlaps(range)) {
        let VlanRange { from, to } = kept_range;
        let message = format!(
            "the VLANs {} to {} overlap {from} to {to}, which the fabric keeps {what_for}",
            range.from, range.to
        );
        check.refuse(code, field, message).help("Choose VLANs outside that range").assuming(kept.assumed);
    }
}

/// Q2: the fabric looks at the VPCs of the *IPv4*Namespace of this name, and
/// does not spare hostBGP subnets without a VLAN. It is asked only about what
/// a cluster does; in files VPC-67 says it right.
fn vns_06_vpcs_still_fit(check: &mut Check<'_>) {
    let ranges = check.spec.at("ranges");
    let name = check.name;
    for vpc in check.referrers(Kind::Ipv4Namespace, name, Kind::Vpc) {
        for (_, subnet) in vpc.spec().at("subnets").entries() {
            let vlan = subnet.at("vlan");
            if read_ranges(ranges).any(|(_, range)| range.contains(vlan.number())) {
                continue;
            }
            check
                .refuse(
                    "VNS-06",
                    ranges,
                    format!("the VLAN {} of the VPC `{}` would fall outside", vlan.number(), vpc.name()),
                )
                .help("Keep the VLANs that VPCs use")
                .with_object(&vpc.key, vlan.pointer(), "used here");
        }
    }
}
