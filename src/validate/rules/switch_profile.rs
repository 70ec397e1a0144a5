//! SwitchProfile (SWP-01 to SWP-69): the profile as a whole. Its ports are in
//! `switch_profile_ports`.

use super::super::check::Check;
use super::super::field::Field;
use super::switch_profile_ports;
use crate::model::Value;
use crate::order::Set;
use crate::schema::Kind;

pub(super) fn check(check: &mut Check<'_>) {
    swp_01_05_06_08_are_there(check);
    swp_02_04_other_names(check);
    swp_07_nos_type(check);
    switch_profile_ports::check(check);
    swp_64_65_pipelines(check);
    swp_66_name(check);
    swp_67_68_built_in(check);
}

pub(super) fn delete(check: &mut Check<'_>) {
    swp_69_built_in(check);
}

fn swp_01_05_06_08_are_there(check: &mut Check<'_>) {
    let keys = [
        ("SWP-01", "displayName"),
        ("SWP-05", "switchSilicon"),
        ("SWP-06", "nosType"),
        ("SWP-08", "platform"),
    ];
    for (code, key) in keys {
        let field = check.spec.at(key);
        if field.is_empty_text() {
            check.refuse(code, field, format!("the profile has no `{key}`")).help(format!("Add `{key}`"));
        }
    }
}

fn swp_02_04_other_names(check: &mut Check<'_>) {
    let names = check.spec.at("otherNames");
    if names.count() > 5 {
        check
            .refuse(
                "SWP-02",
                names,
                format!("a profile has at most 5 other names, and this has {}", names.count()),
            )
            .help("Remove some");
    }
    let mut seen = Set::new();
    for name in names.items() {
        if name.is_empty_text() {
            check.refuse("SWP-03", name, "the other name is empty").help("Remove it");
        }
        if !seen.insert(name.text()) {
            check
                .refuse("SWP-04", name, format!("the other name `{}` is given twice", name.text()))
                .help("Remove one of the two");
        }
    }
}

const NOS_TYPES: [&str; 8] = [
    "sonic-bcm-base",
    "sonic-bcm-campus",
    "sonic-bcm-vs",
    "sonic-cls-plus-broadcom",
    "sonic-cls-plus-marvell",
    "sonic-cls-plus-vs",
    "cumulus-vx",
    "cumulus-mlx",
];

fn swp_07_nos_type(check: &mut Check<'_>) {
    let nos = check.spec.at("nosType");
    if !nos.is_empty_text() && !NOS_TYPES.contains(&nos.text()) {
        check
            .refuse("SWP-07", nos, format!("there is no NOS type `{}`", nos.text()))
            .help(format!("Write one of `{}`", NOS_TYPES.join("`, `")));
    }
}

fn swp_64_65_pipelines(check: &mut Check<'_>) {
    for (name, pipeline) in check.spec.at("pipelines").entries() {
        if name.is_empty() {
            check
                .refuse("SWP-64", pipeline, "the name of the pipeline is empty")
                .about_key()
                .help("Give it a name");
        }
        let most = pipeline.at("maxPorts");
        if most.number() == 0 {
            check
                .refuse("SWP-65", most, format!("the pipeline `{name}` has no `maxPorts`"))
                .help("Add `maxPorts`");
        }
    }
}

fn swp_66_name(check: &mut Check<'_>) {
    let name = check.metadata("name");
    if name.is_empty_text() && check.metadata("generateName").is_empty_text() {
        check.refuse("SWP-66", name, "the profile has no name").help("Give it a name");
    }
}

fn swp_67_68_built_in(check: &mut Check<'_>) {
    let name = check.metadata("name");
    match check.built_in(Kind::SwitchProfile, check.name) {
        None => {
            let extra = &check.settings().extra_switch_profiles;
            if !extra.value {
                check
                    .refuse(
                        "SWP-67",
                        name,
                        format!("`{}` is not a built-in profile, and others are not allowed", check.name),
                    )
                    .help("Remove the resource; switches can use the built-in profiles")
                    .assuming(extra.assumed);
            }
        }
        Some(built_in) if !is_same(check.spec.value(), built_in.spec().value()) => {
            check
                .refuse(
                    "SWP-68",
                    check.spec,
                    format!("the built-in profile `{}` cannot be changed", check.name),
                )
                .about_key()
                .help("Remove the resource; the fabric makes it itself");
        }
        Some(_) => {}
    }
}

fn swp_69_built_in(check: &mut Check<'_>) {
    let name = check.metadata("name");
    if check.built_in(Kind::SwitchProfile, check.name).is_some() {
        check
            .refuse("SWP-69", name, format!("the built-in profile `{}` cannot be removed", check.name))
            .help("Keep it");
    }
}

/// Says whether two values are the same to Go, which drops what is nothing.
fn is_same(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Map(_), Value::Map(_)) => {
            let (one, two) = (Field::root(one), Field::root(two));
            let mut keys: Set<&str> = one.entries().map(|(key, _)| key).collect();
            keys.extend(two.entries().map(|(key, _)| key));
            keys.iter().all(|key| is_same(one.at(key).value(), two.at(key).value()))
        }
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_same(left, right))
        }
        (one, two) => one == two || (is_nothing(one) && is_nothing(two)),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::String(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.iter().all(|(_, value)| is_nothing(value)),
        number => number.as_int() == Some(0),
    }
}
