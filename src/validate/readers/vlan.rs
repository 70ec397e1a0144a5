//! VLAN ranges and BGP communities.

use crate::validate::field::Field;

/// VLANs from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct VlanRange {
    /// The first.
    pub from: i128,
    /// The last.
    pub to: i128,
}

impl VlanRange {
    /// Says whether the VLAN is one of these.
    pub fn contains(self, vlan: i128) -> bool {
        self.from <= vlan && vlan <= self.to
    }

    /// Says whether the two share a VLAN.
    pub fn overlaps(self, other: VlanRange) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// Reads a list of ranges. A range without an end is one VLAN.
pub fn read_ranges<'a>(list: Field<'a>) -> impl Iterator<Item = (Field<'a>, VlanRange)> + Clone {
    list.items().map(|range| {
        let from = range.at("from").number();
        let to = match range.at("to").number() {
            0 => from,
            to => to,
        };
        (range, VlanRange { from, to })
    })
}

/// Says whether `text` is a BGP community `N:N`, each 0 to 65535 without
/// leading zeros.
pub fn is_community(text: &str) -> bool {
    let is_number = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
            && part.parse::<u16>().is_ok()
    };
    text.split_once(':').is_some_and(|(left, right)| is_number(left) && is_number(right))
}
