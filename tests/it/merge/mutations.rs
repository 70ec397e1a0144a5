//! Real files with lines changed at random: whatever people write, a merge
//! reads as it was meant and needs no mending.

use hedgerow::diagnostic::Severity;
use hedgerow::limits::Limits;
use hedgerow::merge;
use hedgerow::merge::MergeOptions;
use hedgerow::merge::Versions;
use hedgerow::model;
use hedgerow::model::Reading;
use hedgerow::model::Value;
use hedgerow::schema::Catalogue;
use hedgerow::syntax;
use hedgerow::text::Source;
use hedgerow::text::apply;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::built_in(Catalogue::NEWEST).unwrap());

static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&root.join("tests/fixtures/merge"), &mut paths);
    let samples = root.join("../shared/hedgehog/samples");
    if samples.is_dir() {
        collect(&samples, &mut paths);
    } else {
        eprintln!("SKIPPED: the samples of {} are not there", samples.display());
    }
    paths.sort();
    let texts = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok());
    texts.filter(|text| text.len() < 6_000 && !text.starts_with('\u{feff}') && is_yaml(text)).collect()
});

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, paths),
            false if path.extension().is_some_and(|extension| extension == "yaml") => paths.push(path),
            false => {}
        }
    }
}

fn is_yaml(text: &str) -> bool {
    let tree = syntax::parse(Source::from_text(text), &Limits::DEFAULT);
    tree.documents().next().is_some()
        && !tree.diagnostics().iter().any(|finding| finding.severity == Severity::Error)
}

/// Changes lines; a change that breaks the text is left out.
fn mutate(text: &str, ops: &[(u8, u16)], who: &str) -> String {
    let mut current = text.to_owned();
    for (serial, &(op, place)) in ops.iter().enumerate() {
        let mut lines: Vec<String> = current.split_inclusive('\n').map(str::to_owned).collect();
        if lines.is_empty() {
            break;
        }
        let at = place as usize % lines.len();
        let line = lines[at].clone();
        let indent: String = line.chars().take_while(|character| *character == ' ').collect();
        match op % 9 {
            0 => drop(lines.remove(at)),
            1 if at + 1 < lines.len() => lines.swap(at, at + 1),
            2 => lines[at] = line.replacen(['0', '1', '2'], "7", 1),
            3 => lines.insert(at, format!("{indent}# {who}{serial}\n")),
            4 if line.trim_end().len() < line.len() && !line.trim().is_empty() => {
                lines[at] = format!("{} # {who}{serial}\n", line.trim_end());
            }
            5 => lines.insert(at, "\n".to_owned()),
            6 => lines.insert(at + 1, format!("{indent}{who}{serial}: {place}\n")),
            7 => lines.insert(at, format!("{indent}- {who}{serial}\n")),
            _ => lines[at] = line.replacen(['a', 'e', 'o'], "u", 1),
        }
        let changed = lines.concat();
        if is_yaml(&changed) {
            current = changed;
        }
    }
    current
}

fn values(text: &str) -> BTreeMap<String, Value> {
    let tree = syntax::parse(Source::from_text(text), &Limits::DEFAULT);
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for document in model::documents(&tree) {
        let name = document.id.map_or_else(|| "#".to_owned(), |id| id.to_string());
        found.entry(name).or_default().push(model::read(&tree, document.node, Reading::Kubernetes));
    }
    // What stands twice cannot be told apart by name.
    let unique = found.into_iter().filter(|(_, values)| values.len() == 1);
    unique.filter_map(|(name, mut values)| Some((name, values.pop()?))).collect()
}

/// Says whether each leaf of maps that only one side changed is as that side
/// has it.
fn keeps(base: &Value, ours: &Value, theirs: &Value, result: &Value, path: &str) -> Result<(), String> {
    match (base, ours, theirs, result) {
        (Value::Map(_), Value::Map(left), Value::Map(right), Value::Map(_)) => {
            let null = Value::String("(not there)".to_owned());
            let get = |value: &Value, key: &str| value.get(key).cloned().unwrap_or(null.clone());
            for (key, _) in left.iter().chain(right) {
                let path = format!("{path}/{key}");
                keeps(&get(base, key), &get(ours, key), &get(theirs, key), &get(result, key), &path)?;
            }
            Ok(())
        }
        _ if ours == base && result != theirs => Err(format!("{path}: {result:?} is not theirs, {theirs:?}")),
        _ if theirs == base && result != ours => Err(format!("{path}: {result:?} is not ours, {ours:?}")),
        _ => Ok(()),
    }
}

proptest! {
    #![proptest_config(super::laws::cases())]

    #[test]
    fn real_files_merge_as_they_read(
        file in any::<u16>(),
        our_ops in vec((any::<u8>(), any::<u16>()), 0..5),
        their_ops in vec((any::<u8>(), any::<u16>()), 0..5),
    ) {
        let base = &TEXTS[file as usize % TEXTS.len()];
        let (ours, theirs) = (mutate(base, &our_ops, "o"), mutate(base, &their_ops, "t"));
        let sources = Versions { base: base.as_str(), ours: &ours, theirs: &theirs }.map(Source::from_text);
        let versions = Versions { base: Some(&sources.base), ours: Some(&sources.ours), theirs: Some(&sources.theirs) };
        let answer = merge::merge(versions, &MergeOptions::new(&CATALOGUE)).unwrap();
        let content = answer.content.clone().unwrap_or_default();
        let show = format!("--- base\n{base}--- ours\n{ours}--- theirs\n{theirs}--- result\n{content}--- {:?}", answer.conflicts.iter().map(|c| c.label.clone()).collect::<Vec<_>>());
        prop_assert_eq!(answer.mended, 0, "mended\n{}", show);
        prop_assert_eq!(&apply(&theirs, &answer.edits), &content, "{}", show);
        prop_assert!(content.is_empty() || is_yaml(&content) , "{}", show);
        if answer.is_clean() {
            let (b, o, t, r) = (values(base), values(&ours), values(&theirs), values(&content));
            for (name, base) in &b {
                if let (Some(ours), Some(theirs), Some(result)) = (o.get(name), t.get(name), r.get(name))
                    && name.starts_with(|character: char| character != '#')
                {
                    let kept = keeps(base, ours, theirs, result, name);
                    prop_assert!(kept.is_ok(), "{}\n{}", kept.unwrap_err(), show);
                }
            }
        }
        for serial in 0..5 {
            for comment in [format!("# o{serial}\n"), format!("# t{serial}\n")] {
                let count = |text: &str| text.matches(comment.as_str()).count();
                prop_assert!(count(&content) <= count(&ours).max(count(&theirs)), "doubled {}\n{}", comment, show);
            }
        }
        // A deleted or moved line leaves its comment to its neighbour, so only without such.
        let stays = |ops: &[(u8, u16)]| ops.iter().all(|(op, _)| op % 9 > 1);
        let (ours_stay, theirs_stay) = (stays(&our_ops), stays(&their_ops));
        for comment in base.lines().filter(|_| ours_stay && theirs_stay).filter(|line| line.trim_start().starts_with('#')) {
            let count = |text: &str| text.lines().filter(|line| line.trim() == comment.trim()).count();
            let least = count(base).min(count(&ours)).min(count(&theirs));
            prop_assert!(count(&content) >= least || !answer.is_clean(), "lost {}\n{}", comment, show);
        }
    }
}
