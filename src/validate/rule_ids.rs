//! The ids of all rules, and those that files cannot decide.

/// The groups of ids with the number of the last; they begin at 01 and have
/// no gaps.
pub const GROUPS: [(&str, u8); 18] = [
    ("META", 2),
    ("DEC", 5),
    ("VPC", 75),
    ("VAT", 23),
    ("VPE", 8),
    ("EXT", 11),
    ("EAT", 34),
    ("EPE", 7),
    ("INS", 8),
    ("VNS", 8),
    ("SRV", 1),
    ("CON", 53),
    ("SWI", 58),
    ("SWP", 69),
    ("GWY", 47),
    ("GWG", 2),
    ("VIN", 4),
    ("GPE", 49),
];

/// Rules that are not checked, with the reason.
pub const NOT_CHECKED: &[(&str, &str)] = &[
    ("GWY-46", "whether the VPCInfo of a VPC is ready is known to the live cluster only"),
    ("GWY-47", "the validator of the gateway's dataplane is a program of its own, which runs in the cluster"),
    ("GPE-48", "whether the VPCInfo of a VPC is ready is known to the live cluster only"),
    ("GPE-49", "the validator of the gateway's dataplane is a program of its own, which runs in the cluster"),
];

/// Returns the ids of all rules.
pub fn all() -> impl Iterator<Item = String> {
    GROUPS.into_iter().flat_map(|(group, last)| (1..=last).map(move |number| format!("{group}-{number:02}")))
}
