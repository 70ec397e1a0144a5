//! Other tools' published merge cases, read where they lie.

use hedgerow::limits::Limits;
use hedgerow::merge;
use hedgerow::merge::MergeAnswer;
use hedgerow::merge::MergeOptions;
use hedgerow::merge::Policies;
use hedgerow::merge::Versions;
use hedgerow::model::Reading;
use hedgerow::model::Value;
use hedgerow::model::read;
use hedgerow::schema::Catalogue;
use hedgerow::syntax;
use hedgerow::text::Source;
use serde_json::Value as Json;
use std::path::Path;

fn suite(name: &str) -> Option<Vec<Json>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/merge-suites").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not there", path.display());
        return None;
    };
    let suite: Json = serde_json::from_str(&text).unwrap();
    Some(suite["cases"].as_array().unwrap().clone())
}

fn merged(case: &Json, policies: Policies) -> MergeAnswer {
    let catalogue = Catalogue::built_in(Catalogue::NEWEST).unwrap();
    let sources = Versions::each(|version| {
        let text = case[match version {
            merge::Version::Base => "base",
            merge::Version::Ours => "ours",
            merge::Version::Theirs => "theirs",
        }]
        .as_str();
        text.map(Source::from_text)
    });
    let versions = Versions {
        base: sources.base.as_ref(),
        ours: sources.ours.as_ref(),
        theirs: sources.theirs.as_ref(),
    };
    let options = MergeOptions { policies, ..MergeOptions::new(&catalogue) };
    merge::merge(versions, &options).unwrap()
}

fn value(text: &str) -> Value {
    let tree = syntax::parse(Source::from_text(text), &Limits::DEFAULT);
    assert!(tree.diagnostics().is_empty(), "{text}\n{:?}", tree.diagnostics());
    let document = tree.documents().next();
    document.map_or(Value::Null, |document| without_nulls(read(&tree, document, Reading::Kubernetes)))
}

/// The tool takes null for absent, and the order of keyed items for nothing.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Map(entries) => {
            let mut entries: Vec<(String, Value)> = entries
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key, without_nulls(value)))
                .collect();
            entries.sort_by(|left, right| left.0.cmp(&right.0));
            Value::Map(entries)
        }
        Value::List(items) => {
            let is_keyed = items.iter().all(|item| item.as_map().is_some());
            let mut items: Vec<Value> = items.into_iter().map(without_nulls).collect();
            if is_keyed {
                items.sort_by_key(|item| format!("{item:?}"));
            }
            Value::List(items)
        }
        other => other,
    }
}

const KYAML: [&str; 5] = ["element", "kustomization", "list", "map", "scalar"];

#[test]
fn published_cases_of_kyaml_come_out_right() {
    let mut failures = Vec::new();
    let mut counts = std::collections::BTreeMap::<String, (u32, u32)>::new();
    for file in KYAML {
        let Some(cases) = suite(&format!("kyaml-merge3-{file}.json")) else { return };
        for case in &cases {
            let class = case["class"].as_str().unwrap();
            let careful = merged(case, Policies::Careful);
            let git_first = merged(case, Policies::GitFirst);
            let expected = value(case["expected"].as_str().unwrap_or(""));
            let equals = |answer: &MergeAnswer| value(answer.content.as_deref().unwrap_or("")) == expected;
            let is_right = match class {
                "clean" => careful.is_clean() && equals(&careful),
                "conflict-theirs" => !careful.is_clean() && git_first.is_clean() && equals(&git_first),
                "leafwise" => !careful.is_clean() || equals(&careful),
                "conflict-anchor-quirk" => !careful.is_clean(),
                other => panic!("unknown class {other}"),
            };
            let count = counts.entry(class.to_owned()).or_default();
            count.1 += 1;
            count.0 += u32::from(is_right);
            assert_eq!(careful.mended + git_first.mended, 0, "{}: mended", case["name"]);
            if !is_right {
                failures.push(format!(
                    "{file}: {} ({class})\nours:{}\ntheirs:{}\ncareful: {:?}\n{}\ngit first:\n{}\nexpected:\n{}",
                    case["name"],
                    case["ours"].as_str().unwrap_or(""),
                    case["theirs"].as_str().unwrap_or(""),
                    careful.conflicts.iter().map(|c| (c.kind, c.label.clone())).collect::<Vec<_>>(),
                    careful.content.as_deref().unwrap_or("(gone)"),
                    git_first.content.as_deref().unwrap_or("(gone)"),
                    case["expected"].as_str().unwrap_or("")
                ));
            }
        }
    }
    println!("{counts:?}");
    assert!(failures.is_empty(), "{}\n\n{counts:?}", failures.join("\n\n=====\n"));
}

/// The fruits of a FruitStore: name to amount.
fn fruits(value: &Value) -> std::collections::BTreeMap<String, i128> {
    let list =
        value.get("spec").and_then(|spec| spec.get("fruits")).and_then(Value::as_list).unwrap_or_default();
    let pair = |item: &Value| Some((item.get("name")?.as_str()?.to_owned(), item.get("amount")?.as_int()?));
    list.iter().filter_map(pair).collect()
}

fn side_files(case: &Json, side: &str) -> Vec<(String, Source)> {
    let files = case[side].as_object().unwrap();
    files.iter().map(|(path, text)| (path.clone(), Source::from_text(text.as_str().unwrap()))).collect()
}

/// The values both sides changed are theirs, as they are for the tool.
#[test]
fn published_cases_of_kpt_come_out_right() {
    let Some(cases) = suite("kpt-merge3-crd.json") else { return };
    assert_eq!(cases.len(), 11);
    for case in &cases {
        let name = case["name"].as_str().unwrap();
        let mut catalogue = Catalogue::built_in(Catalogue::NEWEST).unwrap();
        for definition in case["crds"].as_array().unwrap() {
            let tree = syntax::parse(Source::from_text(definition.as_str().unwrap()), &Limits::DEFAULT);
            let document = tree.documents().next().unwrap();
            let definition = read(&tree, document, Reading::Kubernetes);
            // The suite's definition has a type that no API server takes.
            let text = serde_json::to_string(&definition).unwrap().replace("\"bool\"", "\"boolean\"");
            let definition: Value = serde_json::from_str(&text).unwrap();
            for entry in hedgerow::schema::read_crd(&definition, &Limits::DEFAULT).unwrap() {
                catalogue.add(entry);
            }
        }
        let (base, ours, theirs) =
            (side_files(case, "base"), side_files(case, "ours"), side_files(case, "theirs"));
        fn list(files: &[(String, Source)]) -> Vec<merge::File<'_>> {
            files.iter().map(|(path, source)| merge::File { path, source }).collect()
        }
        let (base, ours, theirs) = (list(&base), list(&ours), list(&theirs));
        let versions = Versions { base: &*base, ours: &*ours, theirs: &*theirs };
        let inference = match name {
            "non-assoc-crd" => merge::Inference::Declared,
            _ => merge::Inference::Guess,
        };
        let options =
            MergeOptions { policies: Policies::GitFirst, inference, ..MergeOptions::new(&catalogue) };
        let answer = merge::merge_files(versions, &options).unwrap();
        assert_eq!(answer.mended, 0, "{name}");
        let content = |path: &str| -> Option<String> {
            let merged = answer.files.iter().find(|file| file.path == path).map(|file| file.content.clone());
            merged.or_else(|| Some(theirs.iter().find(|file| file.path == path)?.source.text().to_owned()))
        };
        let wanted = &case["expectedAssertions"];
        if let Some(image) = wanted["image"].as_str() {
            assert!(content("deployment.yaml").unwrap().contains(image), "{name}");
            continue;
        }
        let store = value(&content("fruitstore.yaml").unwrap());
        let temperature = store.get("spec").and_then(|spec| spec.get("preferredTemperature"));
        assert_eq!(
            temperature.and_then(Value::as_int).unwrap(),
            i128::from(wanted["temp"].as_i64().unwrap()),
            "{name}"
        );
        let amounts = wanted["fruits"].as_object().unwrap().iter();
        let amounts: std::collections::BTreeMap<String, i128> =
            amounts.map(|(fruit, amount)| (fruit.clone(), i128::from(amount.as_i64().unwrap()))).collect();
        assert_eq!(fruits(&store), amounts, "{name}\n{}", content("fruitstore.yaml").unwrap());
    }
}
