//! Compares values as the cluster does.

use super::reading::whole;
use super::value::Value;
use crate::order::Map;

/// Says whether two values are one to the cluster: `1.0` is 1, and the order of
/// keys does not count.
pub fn same_value(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_value(left, right))
        }
        (Value::Map(left), Value::Map(right)) => {
            let in_step =
                left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.0 == right.0);
            if in_step {
                return left.iter().zip(right).all(|(left, right)| same_value(&left.1, &right.1));
            }
            let (left, right) = (last_values(left), last_values(right));
            left.len() == right.len()
                && left
                    .iter()
                    .zip(&right)
                    .all(|(left, right)| left.0 == right.0 && same_value(left.1, right.1))
        }
        (Value::Int(left), Value::Float(right)) | (Value::Float(right), Value::Int(left)) => {
            whole(*right) == Some(*left)
        }
        (Value::Float(left), Value::Float(right)) => left == right || (left.is_nan() && right.is_nan()),
        _ => left == right,
    }
}

fn last_values(entries: &[(String, Value)]) -> Map<&str, &Value> {
    entries.iter().map(|(key, value)| (key.as_str(), value)).collect()
}
