//! The switch profiles that the fabric's controller creates, and what port
//! rules ask of any profile.
//!
//! The built-in ones are data of our own notation (`v0.126.txt` says what it
//! looks like), read into the same values that a SwitchProfile resource has.

mod notation;

use super::finding::Key;
use super::object::Object;
use super::settings::Settings;
use crate::model::Value;
use crate::schema::Kind;
use std::rc::Rc;

const V0_126: &str = include_str!("v0.126.txt");

/// Returns the built-in profiles that a fabric with these settings has.
pub(super) fn built_in(settings: &Settings) -> Vec<Rc<Object>> {
    let profiles = notation::read(V0_126).unwrap_or_default().into_iter();
    let wanted = profiles.filter(|(_, value)| {
        let spec = value.get("spec");
        let nos = spec.and_then(|spec| spec.get("nosType")).and_then(Value::as_str).unwrap_or_default();
        match nos {
            nos if nos.starts_with("sonic-cls-plus") => settings.sonic_cls_plus.value,
            nos if nos.starts_with("cumulus") => settings.cumulus.value,
            _ => true,
        }
    });
    wanted.map(|(name, value)| Rc::new(Object::new(Key { kind: Kind::SwitchProfile, name }, value))).collect()
}

/// Returns the built-in profiles as resources, or why they cannot be read; a
/// test holds that they can.
pub fn built_in_profiles() -> Result<Vec<(String, Value)>, String> {
    notation::read(V0_126)
}
