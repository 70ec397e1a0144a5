//! Sorts, and keeps the order of what is equal.

use std::cmp::Ordering;

/// Sorts a list. What is equal keeps its order.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Sorts a list by a comparison. What is equal keeps its order.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = sorted(items.len(), &mut |left, right| match (items.get(left), items.get(right)) {
        (Some(left), Some(right)) => compare(left, right),
        _ => Ordering::Equal,
    });
    arrange(items, order);
}

/// Sorts a list by what `key` returns. What is equal keeps its order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(items, |left, right| key(left).cmp(&key(right)));
}

/// Gives equal things equal numbers, below the length.
pub fn numbered(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let order = sorted(len, compare);
    let mut numbers = vec![0; len];
    let mut first = None;
    for &index in &order {
        let index = index as usize;
        let number = match first {
            Some(known) if compare(known, index) == Ordering::Equal => known,
            _ => index,
        };
        first = Some(number);
        if let Some(place) = numbers.get_mut(index) {
            *place = number;
        }
    }
    numbers
}

/// Returns the indices of things in the order of the things: merges runs that
/// are in order already, two by two.
#[inline(never)]
fn sorted(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<u32> {
    let mut order: Vec<u32> = (0..len as u32).collect();
    let mut ends: Vec<usize> = (1..len).filter(|&at| compare(at - 1, at) == Ordering::Greater).collect();
    ends.push(len);
    while ends.len() > 1 {
        let mut merged = Vec::with_capacity(len);
        let mut start = 0;
        for pair in ends.chunks(2) {
            let (Some(&middle), Some(&end)) = (pair.first(), pair.last()) else { continue };
            let mut left = order.get(start..middle).unwrap_or_default();
            let mut right = order.get(middle..end).unwrap_or_default();
            while let (Some((&one, behind_one)), Some((&other, behind_other))) =
                (left.split_first(), right.split_first())
            {
                // What is equal keeps its order.
                if compare(one as usize, other as usize) == Ordering::Greater {
                    merged.push(other);
                    right = behind_other;
                } else {
                    merged.push(one);
                    left = behind_one;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
            start = end;
        }
        order = merged;
        ends = ends.chunks(2).filter_map(<[usize]>::last).copied().collect();
    }
    order
}

/// Puts things where an order says: first the one whose index it begins with.
pub(super) fn arrange<T>(items: &mut [T], mut order: Vec<u32>) {
    for start in 0..order.len() {
        let mut at = start;
        while let Some(next) = follow(&mut order, at, start) {
            items.swap(at, next);
            at = next;
        }
    }
}

/// Returns where the thing that belongs at a place stands now, and takes note
/// that it is brought. None at the end of the circle.
fn follow(order: &mut [u32], at: usize, start: usize) -> Option<usize> {
    let place = order.get_mut(at)?;
    let next = *place as usize;
    *place = at as u32;
    (next != start && next != at).then_some(next)
}
