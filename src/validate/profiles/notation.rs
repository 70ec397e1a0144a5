//! Reads the notation of the built-in switch profiles.
//!
//! **Invariant:** a line that is not understood is an error with its number,
//! never skipped.

use crate::model::Value;

/// Reads all profiles: each with its name and the resource it is.
pub(super) fn read(text: &str) -> Result<Vec<(String, Value)>, String> {
    let mut profiles: Vec<(String, Draft)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let read = match trimmed.strip_prefix("profile ") {
            Some(name) => {
                profiles.push((name.to_owned(), Draft::default()));
                Some(())
            }
            None => profiles.last_mut().and_then(|(_, draft)| draft.line(trimmed)),
        };
        read.ok_or_else(|| format!("line {}: {trimmed}", index + 1))?;
    }
    Ok(profiles.into_iter().map(|(name, draft)| (name.clone(), draft.finish(&name))).collect())
}

type Map = Vec<(String, Value)>;

/// A profile under way.
#[derive(Default)]
struct Draft {
    fields: Map,
    other_names: Vec<Value>,
    config: Map,
    pipelines: Map,
    port_profiles: Map,
    port_groups: Map,
    ports: Map,
}

fn text(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

fn field(key: &str, value: Value) -> (String, Value) {
    (key.to_owned(), value)
}

impl Draft {
    fn line(&mut self, line: &str) -> Option<()> {
        let (word, rest) = line.split_once(' ')?;
        let words: Vec<&str> = rest.split(' ').collect();
        match (word, words.as_slice()) {
            ("display", _) => self.fields.push(field("displayName", text(rest))),
            ("also", _) => self.other_names.push(text(rest)),
            ("nos", _) => self.fields.push(field("nosType", text(rest))),
            ("platform", _) => self.fields.push(field("platform", text(rest))),
            ("silicon", _) => self.fields.push(field("switchSilicon", text(rest))),
            ("notes", _) => self.fields.push(field("notes", text(rest))),
            ("features", names) => {
                let features = names.iter().map(|name| field(name, Value::Bool(true)));
                self.fields.push(field("features", Value::Map(features.collect())));
            }
            ("max-ports", [number]) => self.fields.push(field("maxPorts", Value::Int(number.parse().ok()?))),
            ("max-paths", [number]) => {
                self.config.push(field("maxPathsEBGP", Value::Int(number.parse().ok()?)))
            }
            ("pipeline", [numbers, most]) => {
                for number in range(numbers)? {
                    let most = field("maxPorts", Value::Int(most.parse().ok()?));
                    self.pipelines.push((number.to_string(), Value::Map(vec![most])));
                }
            }
            ("speed", [name, default, rest @ ..]) => {
                let (supported, auto_neg) = split_auto_neg(rest);
                let supported = supported.iter().map(|&speed| text(speed)).collect();
                let speed =
                    vec![field("default", text(*default)), field("supported", Value::List(supported))];
                self.port_profile(name, "speed", speed, auto_neg);
            }
            ("breakout", [name, default, rest @ ..]) => {
                let (modes, auto_neg) = split_auto_neg(rest);
                let supported = modes.iter().map(|mode| {
                    let (mode, offsets) = mode.split_once('=')?;
                    let offsets = offsets.chars().map(text).collect();
                    Some(field(mode, Value::Map(vec![field("offsets", Value::List(offsets))])))
                });
                let supported = Value::Map(supported.collect::<Option<Map>>()?);
                let breakout = vec![field("default", text(*default)), field("supported", supported)];
                self.port_profile(name, "breakout", breakout, auto_neg);
            }
            ("group", [name, nos, profile]) => {
                let group = vec![field("nos", text(*nos)), field("profile", text(*profile))];
                self.port_groups.push(field(name, Value::Map(group)));
            }
            ("ports", [numbers, attributes @ ..]) => {
                for (index, number) in range(numbers)?.enumerate() {
                    let port = port(number, index, attributes)?;
                    self.ports.push((format!("E1/{number}"), Value::Map(port)));
                }
            }
            ("management", [name, nos, onie]) => {
                let port = vec![
                    field("management", Value::Bool(true)),
                    field("nos", text(*nos)),
                    field("oniePortName", text(*onie)),
                ];
                self.ports.push(field(name, Value::Map(port)));
            }
            _ => return None,
        }
        Some(())
    }

    fn port_profile(&mut self, name: &str, kind: &str, body: Map, auto_neg: &[&str]) {
        let mut profile = vec![field(kind, Value::Map(body))];
        for (at, key) in ["autoNegAllowed", "autoNegDefault"].into_iter().enumerate() {
            if at < auto_neg.len() {
                profile.push(field(key, Value::Bool(true)));
            }
        }
        self.port_profiles.push(field(name, Value::Map(profile)));
    }

    fn finish(self, name: &str) -> Value {
        let mut spec = self.fields;
        spec.push(field("config", Value::Map(self.config)));
        if !self.other_names.is_empty() {
            spec.push(field("otherNames", Value::List(self.other_names)));
        }
        let maps = [
            ("pipelines", self.pipelines),
            ("portProfiles", self.port_profiles),
            ("portGroups", self.port_groups),
            ("ports", self.ports),
        ];
        let maps = maps.into_iter().filter(|(_, map)| !map.is_empty());
        spec.extend(maps.map(|(key, map)| field(key, Value::Map(map))));
        Value::Map(vec![
            field("apiVersion", text("wiring.githedgehog.com/v1beta1")),
            field("kind", text("SwitchProfile")),
            field(
                "metadata",
                Value::Map(vec![field("name", text(name)), field("namespace", text("default"))]),
            ),
            field("spec", Value::Map(spec)),
        ])
    }
}

fn split_auto_neg<'a>(words: &'a [&'a str]) -> (&'a [&'a str], &'a [&'a str]) {
    let at = words.iter().position(|&word| word == "auto-neg").unwrap_or(words.len());
    words.split_at(at)
}

/// Reads `5` or `5-8`.
fn range(text: &str) -> Option<std::ops::RangeInclusive<u32>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

/// Makes the port at `index` of a run.
fn port(number: u32, index: usize, attributes: &[&str]) -> Option<Map> {
    let mut port = Map::new();
    if !attributes.iter().any(|attribute| attribute.starts_with("label=")) {
        port.push(field("label", text(number.to_string())));
    }
    for attribute in attributes {
        let (key, value) = attribute.split_once('=')?;
        port.push(match key {
            "nos" => field("nos", text(counted(value, index)?)),
            "base" => field("baseNOSName", text(counted(value, index)?)),
            "label" | "profile" | "group" | "pipeline" => field(key, text(value)),
            _ => return None,
        });
    }
    Some(port)
}

/// Returns the name at `index` of `Ethernet48+4`.
fn counted(name: &str, index: usize) -> Option<String> {
    let (first, step) = name.rsplit_once('+')?;
    let stem = first.trim_end_matches(|at: char| at.is_ascii_digit());
    let number: usize = first.get(stem.len()..)?.parse().ok()?;
    let step: usize = step.parse().ok()?;
    Some(format!("{stem}{}", number + index * step))
}
