//! What readers make of a plain scalar.

use expect_test::Expect;
use expect_test::expect;
use hedgerow::model::Plain;
use hedgerow::model::Reading;
use hedgerow::model::Value;
use hedgerow::model::is_old_type;
use hedgerow::model::is_text_to_all;
use hedgerow::model::read_plain;
use hedgerow::model::read_plain_key;
use hedgerow::model::same_value;
use proptest::prelude::*;

fn show(plain: Plain) -> String {
    match plain {
        Plain::Null => "null".to_owned(),
        Plain::Bool(value) => value.to_string(),
        Plain::Int(value) => value.to_string(),
        Plain::Float(value) => format!("{value:?}"),
        Plain::Text => "text".to_owned(),
    }
}

/// Prints what the cluster and YAML 1.2 make of each word.
fn check(words: &str, expected: Expect) {
    let line = |word: &str| {
        let [cluster, core] =
            [Reading::Kubernetes, Reading::Core].map(|reading| show(read_plain(word, reading)));
        format!("{word}: {cluster} | {core}\n")
    };
    expected.assert_eq(&words.split(' ').map(line).collect::<String>());
}

#[test]
fn truth_values_of_yaml_1_1_are_true_or_false_only_to_the_cluster() {
    for word in ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"] {
        assert_eq!(read_plain(word, Reading::Kubernetes), Plain::Bool(true), "{word}");
        assert_eq!(read_plain(word, Reading::Core), Plain::Text, "{word}");
    }
    for word in ["n", "N", "no", "No", "NO", "off", "Off", "OFF"] {
        assert_eq!(read_plain(word, Reading::Kubernetes), Plain::Bool(false), "{word}");
        assert_eq!(read_plain(word, Reading::Core), Plain::Text, "{word}");
    }
    for reading in [Reading::Kubernetes, Reading::Core] {
        for (words, value) in [(["true", "True", "TRUE"], true), (["false", "False", "FALSE"], false)] {
            assert!(words.iter().all(|word| read_plain(word, reading) == Plain::Bool(value)));
        }
        for word in ["tRUE", "yEs", "oN", "nULL", "truee", "offf", "yess", "nul"] {
            assert_eq!(read_plain(word, reading), Plain::Text, "{word}");
        }
        for word in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(read_plain(word, reading), Plain::Null, "{word:?}");
        }
    }
}

#[test]
fn integers_follow_go_for_the_cluster_and_the_core_schema_else() {
    check(
        "0 7 -7 +80 010 0777 -0777 08 080 0o17 0O17 0x1F 0X1f -0x10 0b11 -0b11 1_000 0x_1F 1__0 _1 -_1 +-1 0x 0b 0o \
         9223372036854775807 9223372036854775808 18446744073709551615 18446744073709551616 -9223372036854775808 \
         -9223372036854775809 +9223372036854775808 123456789012345678901234567890",
        expect![[r#"
            0: 0 | 0
            7: 7 | 7
            -7: -7 | -7
            +80: 80 | 80
            010: 8 | 10
            0777: 511 | 777
            -0777: -511 | -777
            08: 8 | 8
            080: 80 | 80
            0o17: 15 | 15
            0O17: 15 | text
            0x1F: 31 | 31
            0X1f: 31 | text
            -0x10: -16 | text
            0b11: 3 | text
            -0b11: -3 | text
            1_000: 1000 | text
            0x_1F: 31 | text
            1__0: 10 | text
            _1: text | text
            -_1: -1 | text
            +-1: text | text
            0x: text | text
            0b: text | text
            0o: text | text
            9223372036854775807: 9223372036854775807 | 9223372036854775807
            9223372036854775808: 9223372036854775808 | 9223372036854775808
            18446744073709551615: 18446744073709551615 | 18446744073709551615
            18446744073709551616: 1.8446744073709552e19 | 1.8446744073709552e19
            -9223372036854775808: -9223372036854775808 | -9223372036854775808
            -9223372036854775809: -9.223372036854776e18 | -9223372036854775809
            +9223372036854775808: 9.223372036854776e18 | 9223372036854775808
            123456789012345678901234567890: 1.2345678901234568e29 | 1.2345678901234568e29
        "#]],
    );
}

#[test]
fn a_number_without_a_fraction_is_whole_once_it_went_through_json() {
    check(
        "1.0 1. 1e3 1E3 1e+3 .5 -.5 +.5 1.5e-3 5e-1 . .. -. 1e 1e+ e3 1.2.3 1e999 .inf -.INF +.Inf .nan .NAN .Nan -.nan inf",
        expect![[r#"
            1.0: 1 | 1.0
            1.: 1 | 1.0
            1e3: 1000 | 1000.0
            1E3: 1000 | 1000.0
            1e+3: 1000 | 1000.0
            .5: 0.5 | 0.5
            -.5: -0.5 | -0.5
            +.5: 0.5 | 0.5
            1.5e-3: 0.0015 | 0.0015
            5e-1: 0.5 | 0.5
            .: text | text
            ..: text | text
            -.: text | text
            1e: text | text
            1e+: text | text
            e3: text | text
            1.2.3: text | text
            1e999: text | text
            .inf: inf | inf
            -.INF: -inf | -inf
            +.Inf: inf | inf
            .nan: NaN | NaN
            .NAN: NaN | NaN
            .Nan: text | text
            -.nan: text | text
            inf: text | text
        "#]],
    );
}

#[test]
fn what_a_fabric_is_full_of_stays_text() {
    for word in [
        "10.10.1.0/24",
        "10.0.0.1",
        "12:30:45",
        "0c:20:12:fe:03:05",
        "65102:5000",
        "2001-01-01",
        "2001-12-14T21:59:43Z",
        "E1/1",
        "leaf-01/E1/1",
        "fd00::1/64",
        "100g",
        "4x25G",
        "v1beta1",
        "vpc-01",
        "-",
        "--",
        "<<",
        "=",
        "nope",
        "office",
        "yesterday",
        "1.2.3",
        "1-2",
        "e10",
    ] {
        for reading in [Reading::Kubernetes, Reading::Core] {
            assert_eq!(read_plain(word, reading), Plain::Text, "{word}");
        }
    }
}

#[test]
fn dates_and_base_60_are_other_types_only_to_old_readers() {
    for word in
        ["2001-12-14", "2001-1-1", "2001-12-14t21:59:43.10-05:00", "12:30:45", "190:20:30.15", "=", "<<"]
    {
        assert!(is_old_type(word), "{word}");
        assert!(!is_text_to_all(word), "{word}");
    }
    for word in
        ["65102:5000", "12:60", "2001-12", "01-12-2001", "12:", ":30", "a:30", "0c:20:12:fe:03:05", "a<<"]
    {
        assert!(!is_old_type(word), "{word}");
        assert!(is_text_to_all(word), "{word}");
    }
    for word in ["", "~", "on", "1", "0o7", "1_0", ".inf", "1e3"] {
        assert!(!is_text_to_all(word), "{word}");
    }
}

#[test]
fn keys_become_the_text_that_the_cluster_makes_of_them() {
    let key = |text| read_plain_key(text, Reading::Kubernetes).map(|key| key.into_owned());
    for (text, expected) in [
        ("on", "true"),
        ("No", "false"),
        ("010", "8"),
        ("1_000", "1000"),
        ("1.5", "1.5"),
        ("1e3", "1000"),
        ("1e6", "1e+06"),
        ("1.0", "1"),
        ("0.00001", "1e-05"),
        (".inf", ".inf"),
        ("front", "front"),
    ] {
        assert_eq!(key(text).as_deref(), Some(expected), "{text}");
    }
    assert_eq!(key("~"), None);
    assert_eq!(read_plain_key("010", Reading::Core).as_deref(), Some("010"));
}

/// The words of `cluster-scalars.jsonl` went through `YAMLToJSON` of
/// sigs.k8s.io/yaml v1.4.0, once as a value and once as a key.
#[test]
fn scalars_read_as_the_clusters_own_library_reads_them() {
    let table = include_str!("../../fixtures/model/cluster-scalars.jsonl");
    let mut wrong = String::new();
    for line in table.lines() {
        let (word, as_value, as_key): (String, String, String) = serde_json::from_str(line).unwrap();
        let value = match read_plain(&word, Reading::Kubernetes) {
            Plain::Float(number) if !number.is_finite() => None,
            plain => Some(plain.into_value(word.as_str().into())),
        };
        let theirs: Option<Value> = serde_json::from_str(&as_value).ok();
        let theirs = theirs.and_then(|document| document.get("v").cloned());
        if !same(value.as_ref(), theirs.as_ref()) {
            wrong += &format!("{word}: {value:?}, not {as_value}\n");
        }
        let key = read_plain_key(&word, Reading::Kubernetes);
        let theirs: Option<Value> = serde_json::from_str(&as_key).ok();
        let theirs = theirs.and_then(|document| Some(document.as_map()?.first()?.0.clone()));
        // The library merges `<<`, and refuses keys beyond 63 bits.
        let is_refused =
            word == "<<" || word.parse::<u64>().is_ok_and(|number| i64::try_from(number).is_err());
        if key.as_deref() != theirs.as_deref() && !is_refused {
            wrong += &format!("key {word}: {key:?}, not {as_key}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(table.lines().count() > 400);
}

fn same(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        // Go prints large numbers without an exponent.
        (Some(Value::Float(left)), Some(Value::Int(right))) => *left == *right as f64,
        // The test's reader of JSON is not exact to the last bit.
        (Some(Value::Float(left)), Some(Value::Float(right))) => (left - right).abs() <= left.abs() * 1e-15,
        (Some(left), Some(right)) => same_value(left, right),
        (left, right) => left.is_none() && right.is_none(),
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text: String) {
        let _ = (read_plain(&text, Reading::Kubernetes), read_plain(&text, Reading::Core), is_text_to_all(&text));
    }

    #[test]
    fn what_looks_like_a_number_is_read_without_panic(text in "[-+0-9._xobXOBeEa-f:]{0,12}") {
        for reading in [Reading::Kubernetes, Reading::Core] {
            let _ = (read_plain(&text, reading), read_plain_key(&text, reading), is_text_to_all(&text));
        }
    }

    #[test]
    fn printed_integers_read_as_themselves(number: i64, large: u64) {
        for reading in [Reading::Kubernetes, Reading::Core] {
            prop_assert_eq!(read_plain(&number.to_string(), reading), Plain::Int(number.into()));
            prop_assert_eq!(read_plain(&large.to_string(), reading), Plain::Int(large.into()));
        }
    }

    #[test]
    fn printed_fractions_read_as_themselves(number in -1e15..1e15f64) {
        prop_assume!(number.fract() != 0.0);
        for reading in [Reading::Kubernetes, Reading::Core] {
            prop_assert_eq!(read_plain(&format!("{number:?}"), reading), Plain::Float(number));
        }
    }
}
