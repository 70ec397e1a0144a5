//! Readers of the small texts inside resources: addresses, prefixes, ports,
//! hardware addresses, durations, communities. Each takes what the fabric's Go
//! code takes, no more and no less.

mod address;
mod duration;
mod mac;
mod port;
mod vlan;

pub use address::Prefix;
pub use address::read_address;
pub use address::read_cidr;
pub use address::read_ip;
pub use address::read_prefix;
pub use duration::is_duration;
pub use mac::read_mac;
pub use port::is_port_range;
pub use port::port_identity;
pub use port::split_port;
pub use vlan::VlanRange;
pub use vlan::is_community;
pub use vlan::read_ranges;
