//! Turns what nodes say into numbers, so that equal subtrees are known at one
//! look.
//!
//! **Invariant:** the same value has the same number on every machine.

use crate::model::ResourceId;
use crate::model::Value;

/// Mixes two numbers into one; the order counts.
pub(super) fn mix(left: u64, right: u64) -> u64 {
    let product = u128::from(left ^ 0x9E37_79B9_7F4A_7C15) * u128::from(right ^ 0xC2B2_AE3D_27D4_EB4F);
    (product as u64) ^ ((product >> 64) as u64) ^ left.rotate_left(23)
}

/// Returns the number of a text.
pub(super) fn of_text(text: &str) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut hash = text.len() as u64;
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    mix(hash, u64::from_le_bytes(last))
}

/// Returns the number of some texts in order.
pub(super) fn of_texts(texts: &[&str]) -> u64 {
    of_list(texts.iter().map(|text| of_text(text)))
}

/// Returns the number of a resource's identity.
pub(super) fn of_resource(id: &ResourceId) -> u64 {
    of_texts(&[&id.group, &id.kind, &id.namespace, &id.name])
}

/// Returns the number of an entry of a map.
pub(super) fn of_entry(name: &str, value: u64) -> u64 {
    mix(of_text(name), value)
}

/// Returns the number of a map; the order of entries says nothing.
pub(super) fn of_map(entries: impl Iterator<Item = u64>) -> u64 {
    let (sum, count) =
        entries.fold((3_u64, 0_u64), |(sum, count), entry| (sum.wrapping_add(entry), count + 1));
    mix(sum, count)
}

/// Returns the number of a list.
pub(super) fn of_list(items: impl Iterator<Item = u64>) -> u64 {
    let (sum, count) = items.fold((5_u64, 0_u64), |(sum, count), item| (mix(sum, item), count + 1));
    mix(sum, count)
}

/// Returns the number of a text as a value.
pub(super) fn of_string(text: &str) -> u64 {
    mix(7, of_text(text))
}

/// Returns the number of a whole number.
pub(super) fn of_int(value: i128) -> u64 {
    mix(mix(19, value as u64), (value >> 64) as u64)
}

/// Returns the number of a number with a fraction.
pub(super) fn of_float(value: f64) -> u64 {
    mix(23, value.to_bits())
}

/// Returns the number of a truth value.
pub(super) fn of_bool(value: bool) -> u64 {
    mix(17, u64::from(value))
}

/// The number of null.
pub(super) const NULL: u64 = 1;

/// Returns the number of a value.
pub(super) fn of_value(value: &Value) -> u64 {
    match value {
        Value::Null => NULL,
        Value::Bool(value) => of_bool(*value),
        Value::Int(value) => of_int(*value),
        Value::Float(value) => of_float(*value),
        Value::String(text) => of_string(text),
        Value::List(items) => of_list(items.iter().map(of_value)),
        Value::Map(entries) => of_map(entries.iter().map(|(key, value)| of_entry(key, of_value(value)))),
    }
}
