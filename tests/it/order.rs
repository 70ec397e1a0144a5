//! Maps, sets and sorting do what those of the standard library do.

use hedgerow::order;
use hedgerow::order::Map;
use hedgerow::order::Set;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Something that is done to a map.
#[derive(Debug, Clone)]
enum Step {
    Insert(u16, u8),
    Remove(u16),
    Count(u16),
    KeepOddValues,
}

fn step() -> impl Strategy<Value = Step> {
    // Few enough keys to be met again, enough for several chunks.
    let key = || 0..1500u16;
    prop_oneof![
        300 => (key(), any::<u8>()).prop_map(|(key, value)| Step::Insert(key, value)),
        120 => key().prop_map(Step::Remove),
        60 => key().prop_map(Step::Count),
        1 => Just(Step::KeepOddValues),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_map_that_was_filled_in_order_is_what_the_standard_one_is(
        len in 0..600u16,
        steps in prop::collection::vec(step(), 0..6),
    ) {
        let mut map: Map<u16, u8> = (0..len).map(|key| (2 * key, 0)).collect();
        let mut standard: BTreeMap<u16, u8> = (0..len).map(|key| (2 * key, 0)).collect();
        for step in steps {
            match step {
                Step::Insert(key, value) => prop_assert_eq!(map.insert(key, value), standard.insert(key, value)),
                Step::Remove(key) | Step::Count(key) => prop_assert_eq!(map.remove(&key), standard.remove(&key)),
                Step::KeepOddValues => {}
            }
            prop_assert!(map.iter().eq(&standard));
            prop_assert!(map.iter().rev().eq(standard.iter().rev()));
            prop_assert!(map.from(&300).eq(standard.range(300..)));
        }
        prop_assert!(map.into_iter().eq(standard));
    }

    #[test]
    fn a_map_is_what_the_standard_one_is(steps in prop::collection::vec(step(), 0..4000)) {
        let (mut map, mut standard) = (Map::new(), BTreeMap::new());
        for step in steps {
            match step {
                Step::Insert(key, value) => prop_assert_eq!(map.insert(key, value), standard.insert(key, value)),
                Step::Remove(key) => prop_assert_eq!(map.remove(&key), standard.remove(&key)),
                Step::Count(key) => {
                    let (one, other) = (map.entry(key).or_insert(7), standard.entry(key).or_insert(7));
                    *one = one.wrapping_add(1);
                    *other = other.wrapping_add(1);
                }
                Step::KeepOddValues => {
                    map.retain(|_, value| *value % 2 == 1);
                    standard.retain(|_, value| *value % 2 == 1);
                }
            }
        }
        prop_assert_eq!(map.len(), standard.len());
        prop_assert!(map.iter().eq(&standard));
        prop_assert!(map.iter().rev().eq(standard.iter().rev()));
        prop_assert_eq!(map.first_key_value(), standard.first_key_value());
        prop_assert_eq!(map.last_key_value(), standard.last_key_value());
        for key in [0, 1, 700, 1499, 1500] {
            prop_assert_eq!(map.get(&key), standard.get(&key));
            prop_assert!(map.from(&key).eq(standard.range(key..)));
            prop_assert!(map.range(key..=key + 300).eq(standard.range(key..=key + 300)));
        }
        let (mut both_ends, mut of_standard) = (map.iter(), standard.iter());
        for at in 0..map.len() + 2 {
            match at % 3 {
                0 => prop_assert_eq!(both_ends.next_back(), of_standard.next_back()),
                _ => prop_assert_eq!(both_ends.next(), of_standard.next()),
            }
        }
        prop_assert!(map.clone().into_keys().eq(standard.clone().into_keys()));
        prop_assert!(map.clone().into_values().eq(standard.clone().into_values()));
        prop_assert!(map.into_iter().eq(standard));
    }

    #[test]
    fn a_set_is_what_the_standard_one_is(
        keys in prop::collection::vec(0..900u16, 0..2000),
        gone in prop::collection::vec(0..900u16, 0..900),
    ) {
        let mut set: Set<String> = keys.iter().map(u16::to_string).collect();
        let mut standard: BTreeSet<String> = keys.iter().map(u16::to_string).collect();
        for key in gone.iter().map(u16::to_string) {
            prop_assert_eq!(set.remove(key.as_str()), standard.remove(&key));
            prop_assert!(!set.contains(key.as_str()));
        }
        prop_assert!(set.iter().eq(&standard));
        prop_assert_eq!(set.first(), standard.first());
        prop_assert_eq!(set.last(), standard.last());
        prop_assert!(set.into_iter().eq(standard));
    }

    #[test]
    fn sorting_keeps_the_order_of_what_is_equal(
        mut items in prop::collection::vec((0..40u8, any::<u8>()), 0..600),
    ) {
        let mut standard = items.clone();
        standard.sort_by_key(|(key, _)| *key);
        order::sort_by_key(&mut items, |(key, _)| *key);
        prop_assert_eq!(items, standard);
    }

    #[test]
    fn equal_things_get_equal_numbers(items in prop::collection::vec(0..9u8, 0..200)) {
        let numbers = order::numbered(items.len(), &mut |left, right| items[left].cmp(&items[right]));
        for left in 0..items.len() {
            for right in 0..items.len() {
                prop_assert_eq!(items[left] == items[right], numbers[left] == numbers[right]);
            }
        }
    }
}
