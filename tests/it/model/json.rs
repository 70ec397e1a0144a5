//! Texts of JSON, and the values they hold.

use expect_test::Expect;
use expect_test::expect;
use hedgerow::model::Fields;
use hedgerow::model::FromValue;
use hedgerow::model::Misfit;
use hedgerow::model::ResourceId;
use hedgerow::model::Value;
use hedgerow::model::read_json;
use hedgerow::model::write_json;
use std::fmt::Write;

/// Compares what is said about each line.
fn check(lines: &[&str], expected: Expect) {
    let mut shown = String::new();
    for line in lines {
        match read_json(line) {
            Ok(value) => writeln!(shown, "{line}: {value:?}").unwrap(),
            Err(problem) => writeln!(shown, "{line}: {problem}").unwrap(),
        }
    }
    expected.assert_eq(&shown);
}

#[test]
fn numbers_are_exact_where_64_bits_hold_them() {
    check(
        &["0", "-0", "18446744073709551615", "-9223372036854775808", "18446744073709551616", "1e2", "1.50"],
        expect![[r#"
            0: Int(0)
            -0: Float(-0.0)
            18446744073709551615: Int(18446744073709551615)
            -9223372036854775808: Int(-9223372036854775808)
            18446744073709551616: Float(1.8446744073709552e19)
            1e2: Float(100.0)
            1.50: Float(1.5)
        "#]],
    );
}

#[test]
fn escapes_stand_for_characters() {
    check(
        &[r#""a\"\\\/\b\f\n\r\t""#, r#""\u00e9\ud83d\ude00""#, r#""\ud83d""#, r#""\ud83dx""#, r#""\u12""#],
        expect![[r#"
            "a\"\\\/\b\f\n\r\t": String("a\"\\/\u{8}\u{c}\n\r\t")
            "\u00e9\ud83d\ude00": String("é😀")
            "\ud83d": an escape is half a character at byte 7
            "\ud83dx": an escape is half a character at byte 7
            "\u12": four hexadecimal digits are missing at byte 3
        "#]],
    );
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    check(
        &["", "nul", "01", "1.", "+1", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "\"a", "1 2", "1e999"],
        expect![[r#"
            : a value is missing at byte 0
            nul: a value is missing at byte 0
            01: there is more behind the value at byte 1
            1.: a digit is missing at byte 2
            +1: a value is missing at byte 0
            [1,]: a value is missing at byte 3
            {"a":1,}: a string is missing at byte 7
            {a:1}: a string is missing at byte 1
            {"a" 1}: a colon is missing at byte 5
            "a: a string does not end at byte 2
            1 2: there is more behind the value at byte 2
            1e999: the number is out of range at byte 5
        "#]],
    );
}

#[test]
fn a_nesting_without_end_is_refused() {
    let problem = read_json(&"[".repeat(100_000)).unwrap_err();
    assert_eq!(problem.to_string(), "lists and objects are nested too deeply at byte 256");
    assert!(read_json(&format!("{}{}", "[".repeat(256), "]".repeat(256))).is_ok());
}

#[test]
fn a_misspelt_field_is_named_with_those_there_are() {
    let message = |json: &str| ResourceId::from_value(read_json(json).unwrap()).unwrap_err().message;
    expect!["unknown field `nam`, expected one of `group`, `kind`, `namespace`, `name`"]
        .assert_eq(&message(r#"{"group":"","kind":"VPC","namespace":"default","nam":"a"}"#));
    expect!["missing field `name`"].assert_eq(&message(r#"{"group":"","kind":"VPC","namespace":"default"}"#));
    expect!["invalid type: integer `1`, expected a string"]
        .assert_eq(&message(r#"{"group":"","kind":1,"namespace":"default","name":"a"}"#));
    expect!["invalid type: list, expected an object"].assert_eq(&message("[]"));
}

#[test]
fn a_field_that_repeats_has_its_last_value() {
    let mut fields = Fields::of(read_json(r#"{"a":1,"b":2,"a":3}"#).unwrap()).unwrap();
    assert_eq!(fields.read::<u32>("a"), Ok(3));
    assert_eq!(fields.read::<Option<u32>>("c"), Ok(None));
    assert_eq!(fields.read::<u32>("c"), Err(Misfit::new("missing field `c`")));
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use super::*;
    use proptest::prelude::*;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(|number| Value::Int(number.into())),
            any::<u64>().prop_map(|number| Value::Int(number.into())),
            any::<f64>().prop_filter("JSON has no other", |number| number.is_finite()).prop_map(Value::Float),
            any::<String>().prop_map(Value::String),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
                prop::collection::vec((any::<String>(), inner), 0..6).prop_map(Value::Map),
            ]
        })
    }

    /// Says whether two values are one, but for the last digit of doubles:
    /// the other reader is no more exact by default.
    fn alike(one: &Value, other: &Value) -> bool {
        match (one, other) {
            (Value::Float(one), Value::Float(other)) => (one - other).abs() <= one.abs() * 1e-15,
            (Value::List(one), Value::List(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
            }
            (Value::Map(one), Value::Map(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| one.0 == other.0 && alike(&one.1, &other.1))
            }
            _ => one == other,
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_as_it_was(value in values()) {
            prop_assert_eq!(read_json(&write_json(&value)).unwrap(), value);
        }

        #[test]
        fn serde_reads_what_is_written_as_it_was(value in values()) {
            let theirs: Value = serde_json::from_str(&write_json(&value)).unwrap();
            prop_assert!(alike(&value, &theirs), "{:?} {:?}", value, theirs);
        }

        #[test]
        fn what_serde_writes_reads_as_it_was(value in values()) {
            prop_assert_eq!(read_json(&serde_json::to_string_pretty(&value).unwrap()).unwrap(), value);
        }

        #[test]
        fn any_text_is_json_to_both_or_to_none(
            text in r#"[\[\]{}:," \n0-9eE.+\-]{0,12}|"(\\[u"\\/bn][0-9a-fD]{0,4}|[a-z\t]){0,6}"|(true|false|null|[tfn]){1,2}"#,
        ) {
            let theirs = serde_json::from_str::<Value>(&text);
            match read_json(&text) {
                Ok(ours) => prop_assert!(theirs.is_ok_and(|theirs| alike(&ours, &theirs)), "{}", text),
                Err(_) => prop_assert!(theirs.is_err(), "{}", text),
            }
        }
    }
}
