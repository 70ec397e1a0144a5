//! Matches the items of an old list with those of a new one.
//!
//! **Invariant:** matches go up on both sides, so what is matched keeps its
//! order.

use crate::model::Value;
use crate::model::same_value;

/// Returns matched places, old and new. Equal items are matched before like
/// ones, and items with one name before others.
pub fn align(old: &[Value], new: &[Value]) -> Vec<(usize, usize)> {
    let front = old.iter().zip(new).take_while(|(old, new)| same_value(old, new)).count();
    let (old_rest, new_rest) = (old.get(front..).unwrap_or(&[]), new.get(front..).unwrap_or(&[]));
    let back = old_rest.iter().rev().zip(new_rest.iter().rev());
    let back = back.take_while(|(old, new)| same_value(old, new)).count();
    let old_middle = old_rest.get(..old_rest.len() - back).unwrap_or(&[]);
    let new_middle = new_rest.get(..new_rest.len() - back).unwrap_or(&[]);
    let middle = if old_middle.len().saturating_mul(new_middle.len()) <= MOST_COMPARED {
        best(old_middle, new_middle)
    } else {
        (0..old_middle.len().min(new_middle.len())).map(|place| (place, place)).collect()
    };
    let mut matches: Vec<(usize, usize)> = (0..front).map(|place| (place, place)).collect();
    matches.extend(middle.into_iter().map(|(old, new)| (old + front, new + front)));
    matches.extend((0..back).rev().map(|place| (old.len() - 1 - place, new.len() - 1 - place)));
    matches
}

/// Lists with more pairs of items than this are matched by place.
const MOST_COMPARED: usize = 250_000;

/// Finds the matches with the greatest likeness in sum.
fn best(old: &[Value], new: &[Value]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let scores: Vec<u32> = old.iter().flat_map(|old| new.iter().map(|new| likeness(old, new))).collect();
    let score = |row: usize, column: usize| scores.get(row * new.len() + column).copied().unwrap_or(0);
    // Each cell holds the best sum for the items from its row and column on.
    let mut sums = vec![0u32; (old.len() + 1) * width];
    let at = |sums: &[u32], row: usize, column: usize| sums.get(row * width + column).copied().unwrap_or(0);
    for row in (0..old.len()).rev() {
        for column in (0..new.len()).rev() {
            let matched = match score(row, column) {
                0 => 0,
                likeness => likeness + at(&sums, row + 1, column + 1),
            };
            let sum = matched.max(at(&sums, row + 1, column)).max(at(&sums, row, column + 1));
            if let Some(cell) = sums.get_mut(row * width + column) {
                *cell = sum;
            }
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut matches = Vec::new();
    while row < old.len() && column < new.len() {
        let sum = at(&sums, row, column);
        let likeness = score(row, column);
        if likeness > 0 && sum == likeness + at(&sums, row + 1, column + 1) {
            matches.push((row, column));
            row += 1;
            column += 1;
        } else if sum == at(&sums, row + 1, column) {
            row += 1;
        } else {
            column += 1;
        }
    }
    matches
}

/// Says how much two items are one: 0 for not at all.
fn likeness(old: &Value, new: &Value) -> u32 {
    if same_value(old, new) {
        return 1000;
    }
    match (old, new) {
        (Value::Map(entries), Value::Map(_)) => {
            let same = |key: &str| match (old.get(key), new.get(key)) {
                (Some(old), Some(new)) => same_value(old, new),
                _ => false,
            };
            let is_named_alike = ["name", "id", "key"].into_iter().any(same);
            let shared = entries.iter().filter(|(key, _)| same(key)).count() as u32;
            1 + 2 * shared.min(50) + if is_named_alike { 200 } else { 0 }
        }
        (Value::List(_), Value::List(_)) => 1,
        (Value::Map(_) | Value::List(_), _) | (_, Value::Map(_) | Value::List(_)) => 0,
        _ => 1,
    }
}
