//! IP addresses and prefixes as Go's `net/netip` and `net` read them.

use std::fmt;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

/// An address with a length, host bits kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    /// The address as it is written.
    pub address: IpAddr,
    /// The number of bits of the network.
    pub bits: u8,
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// Returns the address as a number.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

fn from_number(number: u128, is_v4: bool) -> IpAddr {
    if is_v4 { IpAddr::V4(Ipv4Addr::from(number as u32)) } else { IpAddr::V6(Ipv6Addr::from(number)) }
}

impl Prefix {
    /// Makes a prefix; none if the length is too great for the address.
    pub fn new(address: IpAddr, bits: u8) -> Option<Prefix> {
        (bits <= width(address)).then_some(Prefix { address, bits })
    }

    /// Says whether it is an IPv4 one.
    pub fn is_v4(self) -> bool {
        self.address.is_ipv4()
    }

    /// Returns the bits of the host part as a number of ones.
    fn host_mask(self) -> u128 {
        let host_bits = width(self.address) - self.bits;
        if host_bits == 128 { u128::MAX } else { (1u128 << host_bits) - 1 }
    }

    /// Returns the same prefix without host bits.
    pub fn masked(self) -> Prefix {
        Prefix { address: self.first(), bits: self.bits }
    }

    /// Says whether host bits are set.
    pub fn has_host_bits(self) -> bool {
        number(self.address) & self.host_mask() != 0
    }

    /// Returns the network address.
    pub fn first(self) -> IpAddr {
        from_number(number(self.address) & !self.host_mask(), self.is_v4())
    }

    /// Returns the last address.
    pub fn last(self) -> IpAddr {
        from_number(number(self.address) | self.host_mask(), self.is_v4())
    }

    /// Returns the number of addresses; none for all of IPv6.
    pub fn size(self) -> Option<u128> {
        1u128.checked_shl(u32::from(width(self.address) - self.bits))
    }

    /// Returns what comes behind all prefixes inside this one, in the order of
    /// prefixes.
    pub fn end(self) -> Prefix {
        Prefix { address: self.last(), bits: u8::MAX }
    }

    /// Returns the address `offset` after the network address; none past the
    /// end of all addresses.
    pub fn nth(self, offset: u128) -> Option<IpAddr> {
        let value = number(self.first()).checked_add(offset)?;
        let in_range = !self.is_v4() || value <= u128::from(u32::MAX);
        in_range.then(|| from_number(value, self.is_v4()))
    }

    /// Says whether `address` lies inside. IPv4 and IPv6 never meet.
    pub fn contains(self, address: IpAddr) -> bool {
        self.is_v4() == address.is_ipv4()
            && number(address) & !self.host_mask() == number(self.address) & !self.host_mask()
    }

    /// Says whether `inner` lies inside as a whole.
    pub fn covers(self, inner: Prefix) -> bool {
        self.bits <= inner.bits && self.contains(inner.address)
    }

    /// Says whether the two share an address.
    pub fn overlaps(self, other: Prefix) -> bool {
        self.covers(other) || other.covers(self)
    }

    /// Returns the prefix of `bits` bits that holds this one; none if that is
    /// longer.
    pub fn widened(self, bits: u8) -> Option<Prefix> {
        (bits <= self.bits).then(|| Prefix { address: self.address, bits }.masked())
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.address, self.bits)
    }
}

/// Reads a prefix as `netip.ParsePrefix` does: no zone, a length without sign
/// and leading zeros.
pub fn read_prefix(text: &str) -> Option<Prefix> {
    let (address, bits) = text.rsplit_once('/')?;
    let is_plain = bits.bytes().all(|byte| byte.is_ascii_digit()) && (bits == "0" || !bits.starts_with('0'));
    if !is_plain {
        return None;
    }
    Prefix::new(address.parse().ok()?, bits.parse().ok()?)
}

/// Reads an address as `netip.ParseAddr` does. A zone is allowed for IPv6; it
/// is dropped, with an address that lies in no prefix left.
pub fn read_address(text: &str) -> Option<IpAddr> {
    if let Some((address, zone)) = text.split_once('%') {
        let address: Ipv6Addr = address.parse().ok()?;
        return (!zone.is_empty()).then_some(IpAddr::V6(address));
    }
    text.parse().ok()
}

/// Reads a prefix as the older `net.ParseCIDR` does: leading zeros in the
/// length are allowed.
pub fn read_cidr(text: &str) -> Option<Prefix> {
    let (address, bits) = text.split_once('/')?;
    if bits.is_empty() || !bits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let bits = bits.trim_start_matches('0');
    let bits: u8 = if bits.is_empty() { 0 } else { bits.parse().ok()? };
    Prefix::new(address.parse().ok()?, bits)
}

/// Reads an address as the older `net.ParseIP` does: no zone, and an IPv4
/// address in IPv6 clothes is IPv4.
pub fn read_ip(text: &str) -> Option<IpAddr> {
    match text.parse().ok()? {
        IpAddr::V6(address) => Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4)),
        address => Some(address),
    }
}
