//! The sources keep to the layers: a module uses only what stands left of it.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Left to right. Those on one line may use each other.
const LAYERS: &[&[&str]] = &[
    &["order", "text", "diagnostic", "error", "limits"],
    &["syntax"],
    &["model"],
    &["edit"],
    &["schema"],
    &["validate"],
    &["diff"],
    &["merge"],
    &["fabric"],
    &["plan"],
    &["host"],
    &["sync"],
    &["api"],
    &["wasm"],
];

/// Crates that only a browser or a JavaScript engine can run.
const BROWSER_CRATES: &[&str] = &["wasm_bindgen", "web_sys", "js_sys", "serde_wasm_bindgen", "gloo"];

#[test]
fn every_module_uses_only_what_stands_left_of_it() {
    let sources = sources();
    assert!(sources.len() > 10, "the sources were not found");
    let broken: Vec<String> = sources.iter().flat_map(|(path, text)| broken_rules(path, text)).collect();
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn a_use_to_the_right_is_reported_with_its_line() {
    assert_eq!(
        broken_rules("model/value.rs", "use crate::text::Span;\nuse crate::merge::Versions;\n"),
        ["src/model/value.rs:2: model uses merge, which stands to its right"]
    );
}

#[test]
fn a_path_in_an_expression_counts_as_a_use() {
    assert_eq!(
        broken_rules("text/span.rs", "fn f() { crate::syntax::parse() }"),
        ["src/text/span.rs:1: text uses syntax, which stands to its right"]
    );
}

#[test]
fn a_path_through_the_parents_counts_as_a_use() {
    assert_eq!(
        broken_rules("text/span.rs", "use super::super::syntax::Tree;"),
        ["src/text/span.rs:1: text uses syntax, which stands to its right"]
    );
    assert_eq!(broken_rules("syntax/parse/block.rs", "use super::super::tree::Tree;"), Vec::<String>::new());
}

#[test]
fn a_list_of_uses_is_refused_because_it_hides_them() {
    assert_eq!(
        broken_rules("model/value.rs", "use crate::{merge, text};"),
        ["src/model/value.rs:1: write one `use crate::…` a line"]
    );
}

#[test]
fn a_mention_in_a_comment_is_no_use() {
    assert_eq!(
        broken_rules("text/span.rs", "/// See [`crate::merge`].\n// crate::api"),
        Vec::<String>::new()
    );
}

#[test]
fn a_browser_crate_outside_wasm_is_reported() {
    assert_eq!(
        broken_rules("api/parse.rs", "use wasm_bindgen::JsValue;"),
        ["src/api/parse.rs:1: wasm_bindgen belongs into src/wasm"]
    );
    assert_eq!(
        broken_rules("host/send.rs", "let request = gloo_net::http::Request::get(url);"),
        ["src/host/send.rs:1: gloo belongs into src/wasm"]
    );
    assert_eq!(broken_rules("wasm/mod.rs", "use wasm_bindgen::JsValue;"), Vec::<String>::new());
}

#[test]
fn a_module_without_a_layer_is_reported() {
    assert_eq!(broken_rules("helpers.rs", ""), ["src/helpers.rs: helpers has no layer"]);
}

/// The path of every source below `src`, with `/`, and its text.
fn sources() -> Vec<(String, String)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&top, &mut files);
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let parts: Vec<_> =
                path.strip_prefix(&top).unwrap().iter().map(|part| part.to_str().unwrap()).collect();
            (parts.join("/"), fs::read_to_string(&path).unwrap())
        })
        .filter(|(path, _)| path != "lib.rs")
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

fn broken_rules(path: &str, text: &str) -> Vec<String> {
    let layer = path.split('/').next().unwrap().trim_end_matches(".rs");
    let Some(place) = place(layer) else { return vec![format!("src/{path}: {layer} has no layer")] };
    let mut broken = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap();
        let at = format!("src/{path}:{}", index + 1);
        if code.contains("crate::{") {
            broken.push(format!("{at}: write one `use crate::…` a line"));
        }
        for used in used_modules(path, code) {
            if self::place(used).is_some_and(|used| used > place) {
                broken.push(format!("{at}: {layer} uses {used}, which stands to its right"));
            }
        }
        let browser_crate = BROWSER_CRATES.iter().find(|name| names(code, name));
        if let (Some(name), true) = (browser_crate, layer != "wasm") {
            broken.push(format!("{at}: {name} belongs into src/wasm"));
        }
    }
    broken
}

fn place(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|group| group.contains(&layer))
}

/// The top modules that a line of code names, by `crate::` or up through all its parents.
fn used_modules<'line>(path: &str, code: &'line str) -> Vec<&'line str> {
    // `text/span.rs` is `text::span`, two below the top; `text/mod.rs` and `text.rs` are one.
    let depth = path.split('/').count() - usize::from(path.ends_with("/mod.rs"));
    let to_the_top = "super::".repeat(depth);
    ["crate::", &to_the_top]
        .iter()
        .flat_map(|prefix| code.split(prefix).skip(1))
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap())
        .collect()
}

/// Whether a line names a crate: as a word, or as the first part of one, as `gloo` in `gloo_net`.
fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + name.len()..].chars().next();
        let starts_a_word = before.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        let is_path = after.is_none_or(|c| c == ':' || c == ';' || c == '_' || c.is_whitespace());
        starts_a_word && is_path
    })
}
