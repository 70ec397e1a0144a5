//! Ports: those of devices (`leaf-01/E1/1`) and those of TCP and UDP.

/// Splits `leaf-01/E1/1` into the device and its port, at the first slash.
/// None unless both are there.
pub fn split_port(text: &str) -> Option<(&str, &str)> {
    let (device, port) = text.split_once('/')?;
    (!device.is_empty() && !port.is_empty()).then_some((device, port))
}

/// Returns the text by which two names of one port are equal: `leaf-01/E1/4`
/// is the first lane `leaf-01/E1/4/1`, if the shorter name has two slashes.
pub fn port_identity(text: &str) -> &str {
    match text.strip_suffix("/1") {
        Some(base) if base.bytes().filter(|&byte| byte == b'/').count() == 2 => base,
        _ => text,
    }
}

/// Says whether `text` is one number of a TCP or UDP port, or two with a dash:
/// no blanks at the ends, but around the dash; a `+` and leading zeros are
/// fine.
pub fn is_port_range(text: &str) -> bool {
    if text != text.trim() || text.contains(',') {
        return false;
    }
    match text.split_once('-') {
        None => port_number(text).is_some(),
        Some((from, to)) => match (port_number(from.trim()), port_number(to.trim())) {
            (Some(from), Some(to)) => from <= to,
            _ => false,
        },
    }
}

fn port_number(text: &str) -> Option<u16> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    digits.parse().ok().filter(|&port| port != 0)
}
