//! What holds for every merge.

use super::generate;
use super::generate::ANY;
use super::generate::DRESS;
use super::generate::File;
use super::generate::Op;
use super::generate::VALUES;
use hedgerow::limits::Limits;
use hedgerow::merge;
use hedgerow::merge::Choice;
use hedgerow::merge::MergeAnswer;
use hedgerow::merge::MergeOptions;
use hedgerow::merge::Policies;
use hedgerow::merge::Settlement;
use hedgerow::merge::Versions;
use hedgerow::model;
use hedgerow::model::Reading;
use hedgerow::model::Value;
use hedgerow::schema::Catalogue;
use hedgerow::syntax;
use hedgerow::text::Source;
use hedgerow::text::apply;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::built_in(Catalogue::NEWEST).unwrap());

/// The same cases at each run, so that a red build is somebody's change. Others
/// are looked for by hand: `MERGE_CASES=100000 cargo test merge::`.
pub fn cases() -> ProptestConfig {
    let by_hand = std::env::var("MERGE_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: by_hand.unwrap_or(2_000),
        rng_seed: if by_hand.is_some() { RngSeed::Random } else { RngSeed::Fixed(15) },
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..ProptestConfig::default()
    }
}

fn merged(base: &str, ours: &str, theirs: &str) -> MergeAnswer {
    merged_with(base, ours, theirs, Policies::Careful, Vec::new())
}

fn merged_with(
    base: &str,
    ours: &str,
    theirs: &str,
    policies: Policies,
    choices: Vec<Choice>,
) -> MergeAnswer {
    let sources = Versions { base, ours, theirs }.map(Source::from_text);
    let options = MergeOptions { policies, choices, ..MergeOptions::new(&CATALOGUE) };
    let versions =
        Versions { base: Some(&sources.base), ours: Some(&sources.ours), theirs: Some(&sources.theirs) };
    merge::merge(versions, &options).unwrap()
}

/// The leaves of a file: by resource and path, items by key.
type Leaves = BTreeMap<String, String>;

fn leaves(text: &str) -> Leaves {
    let tree = syntax::parse(Source::from_text(text), &Limits::DEFAULT);
    assert!(tree.diagnostics().is_empty(), "{:?}\n{text}", tree.diagnostics());
    let mut leaves = Leaves::new();
    for document in model::documents(&tree) {
        let id = document.id.map_or_else(|| "?".to_owned(), |id| id.to_string());
        collect(&id, "", &model::read(&tree, document.node, Reading::Kubernetes), &mut leaves);
    }
    leaves
}

fn collect(path: &str, name: &str, value: &Value, leaves: &mut Leaves) {
    match value {
        Value::Map(entries) => {
            leaves.insert(path.to_owned(), "a map".to_owned());
            for (key, value) in entries {
                collect(&format!("{path}/{key}"), key, value, leaves);
            }
        }
        Value::List(items) if name == "args" || name == "nextHops" && items.is_empty() => {
            leaves.insert(path.to_owned(), format!("{items:?}"));
        }
        Value::List(items) => {
            leaves.insert(path.to_owned(), "a list".to_owned());
            for item in items {
                collect(&format!("{path}/{}", key(item)), "", item, leaves);
            }
        }
        scalar => {
            leaves.insert(path.to_owned(), format!("{scalar:?}"));
        }
    }
}

fn key(item: &Value) -> String {
    let port = |end: &str| item.get(end).and_then(|end| end.get("port")).and_then(Value::as_str);
    match (item, port("server"), port("switch")) {
        (_, Some(server), Some(switch)) => format!("{server}+{switch}"),
        (Value::Map(_), _, _) => {
            let named = ["prefix", "name"].iter().find_map(|name| item.get(name));
            format!("{:?}", named.unwrap_or(item))
        }
        _ => format!("{item:?}"),
    }
}

struct Sides {
    base: String,
    ours: String,
    theirs: String,
}

fn sides(base: &File, ours: &[Op], theirs: &[Op], of_ours: &[u8], of_theirs: &[u8]) -> Sides {
    let (mut our_file, mut their_file) = (base.clone(), base.clone());
    generate::edit(&mut our_file, ours, "o", of_ours);
    generate::edit(&mut their_file, theirs, "t", of_theirs);
    Sides { base: base.text(), ours: our_file.text(), theirs: their_file.text() }
}

impl Sides {
    fn merge(&self) -> MergeAnswer {
        merged(&self.base, &self.ours, &self.theirs)
    }

    fn show(&self, answer: &MergeAnswer) -> String {
        let conflicts: Vec<String> = answer
            .conflicts
            .iter()
            .map(|conflict| format!("{} {}", conflict.kind.name(), conflict.label))
            .collect();
        format!(
            "--- base\n{}--- ours\n{}--- theirs\n{}--- result\n{}--- {conflicts:?}",
            self.base,
            self.ours,
            self.theirs,
            answer.content.as_deref().unwrap_or("(gone)")
        )
    }
}

/// The sizes a list of scalars shrinks or grows by are judged by its members.
fn check_intents(sides: &Sides, answer: &MergeAnswer) -> Result<(), TestCaseError> {
    let content = answer.content.as_deref().unwrap_or("");
    let (base, ours, theirs) = (leaves(&sides.base), leaves(&sides.ours), leaves(&sides.theirs));
    let result = leaves(content);
    let mut paths: Vec<&String> =
        base.keys().chain(ours.keys()).chain(theirs.keys()).chain(result.keys()).collect();
    paths.sort();
    paths.dedup();
    let asked = !answer.conflicts.is_empty() || carried(answer);
    for path in paths {
        let (b, o, t, r) = (base.get(path), ours.get(path), theirs.get(path), result.get(path));
        if path.ends_with("/text") && o != b && t != b {
            continue;
        }
        let wanted = if o == b || o == t {
            t
        } else if t == b {
            o
        } else {
            prop_assert!(asked, "both changed {path} and nobody is asked\n{}", sides.show(answer));
            continue;
        };
        if r != wanted && !asked {
            prop_assert!(false, "{path} is {r:?}, not {wanted:?}\n{}", sides.show(answer));
        }
    }
    Ok(())
}

/// An item with a new key takes the other side's change with it, so that its
/// old path says nothing any more.
fn carried(answer: &MergeAnswer) -> bool {
    answer.decisions.iter().any(|decision| decision.why.contains("another key"))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn unchanged_sides_leave_the_bytes_alone(base in "\\PC{0,40}", other in "\\PC{0,40}") {
        prop_assert_eq!(merged(&base, &base, &other).content, Some(other.clone()));
        prop_assert_eq!(merged(&base, &other, &base).content, Some(other.clone()));
        prop_assert_eq!(merged(&base, &other, &other).content, Some(other));
    }

    #[test]
    fn any_bytes_merge_without_a_panic(base in "[-a: \\n\\[\\]{}#&*|>'\"?,0-9]{0,60}", ours in "[-a: \\n\\[\\]{}#&*|>'\"?,0-9]{0,60}", theirs in "[-a: \\n\\[\\]{}#&*|>'\"?,0-9]{0,60}") {
        let answer = merged(&base, &ours, &theirs);
        let content = answer.content.unwrap_or_default();
        prop_assert_eq!(apply(&theirs, &answer.edits), content);
    }

    #[test]
    fn every_edit_is_in_the_result_or_asked_about(base in generate::bases(), ours in generate::scripts(), theirs in generate::scripts()) {
        let sides = sides(&base, &ours, &theirs, &ANY, &ANY);
        let answer = sides.merge();
        prop_assert_eq!(answer.mended, 0, "{}", sides.show(&answer));
        check_intents(&sides, &answer)?;
        prop_assert_eq!(&apply(&sides.theirs, &answer.edits), answer.content.as_deref().unwrap_or(""));
    }

    #[test]
    fn edits_of_values_keep_every_intent(base in generate::bases(), ours in generate::scripts(), theirs in generate::scripts()) {
        let sides = sides(&base, &ours, &theirs, &VALUES, &VALUES);
        let answer = sides.merge();
        prop_assert_eq!(answer.mended, 0, "{}", sides.show(&answer));
        check_intents(&sides, &answer)?;
    }

    #[test]
    fn dress_never_clashes_with_an_edit(base in generate::bases(), ours in generate::scripts(), theirs in generate::scripts()) {
        let sides = sides(&base, &ours, &theirs, &DRESS, &VALUES);
        let answer = sides.merge();
        prop_assert!(answer.is_clean(), "{}", sides.show(&answer));
        prop_assert_eq!(answer.mended, 0, "{}", sides.show(&answer));
        prop_assert_eq!(leaves(answer.content.as_deref().unwrap_or("")), leaves(&sides.theirs), "{}", sides.show(&answer));
        let swapped = merged(&sides.base, &sides.theirs, &sides.ours);
        prop_assert!(swapped.is_clean(), "swapped {}", sides.show(&swapped));
        prop_assert_eq!(leaves(swapped.content.as_deref().unwrap_or("")), leaves(&sides.theirs), "swapped {}", sides.show(&swapped));
    }

    #[test]
    fn swapping_the_sides_gives_the_same_values(base in generate::bases(), ours in generate::scripts(), theirs in generate::scripts()) {
        let sides = sides(&base, &ours, &theirs, &ANY, &ANY);
        let answer = sides.merge();
        let swapped = merged(&sides.base, &sides.theirs, &sides.ours);
        prop_assert_eq!(answer.is_clean(), swapped.is_clean(), "{}\n{}", sides.show(&answer), sides.show(&swapped));
        if answer.is_clean() {
            let values = |answer: &MergeAnswer| leaves(answer.content.as_deref().unwrap_or(""));
            prop_assert_eq!(values(&answer), values(&swapped), "{}\n{}", sides.show(&answer), sides.show(&swapped));
        }
    }

    #[test]
    fn merging_the_result_again_changes_nothing(base in generate::bases(), ours in generate::scripts(), theirs in generate::scripts()) {
        let sides = sides(&base, &ours, &theirs, &ANY, &ANY);
        let answer = sides.merge();
        let Some(content) = answer.content.clone().filter(|_| answer.is_clean()) else { return Ok(()) };
        let again = merged(&sides.base, &content, &sides.theirs);
        prop_assert!(again.is_clean(), "{}", sides.show(&answer));
        // A resource that got another name has no base any more, which alone
        // tells whose layout is the newer one.
        let names = |text: &str| leaves(text).into_keys().filter(|path| !path.contains('/')).collect::<Vec<_>>();
        let (base, theirs) = (names(&sides.base), names(&sides.theirs));
        if base.iter().all(|name| theirs.contains(name)) {
            prop_assert_eq!(again.content.as_deref(), Some(content.as_str()), "{}", sides.show(&answer));
        } else {
            let again = leaves(again.content.as_deref().unwrap_or(""));
            prop_assert_eq!(again, leaves(&content), "{}", sides.show(&answer));
        }
    }

    #[test]
    fn choices_settle_everything_and_policies_are_choices(base in generate::bases(), ours in generate::scripts(), theirs in generate::scripts(), takes_ours: bool) {
        let sides = sides(&base, &ours, &theirs, &ANY, &ANY);
        let open = sides.merge();
        let settlement = if takes_ours { Settlement::Ours } else { Settlement::Theirs };
        let policies = if takes_ours { Policies::DraftFirst } else { Policies::GitFirst };
        let choices: Vec<Choice> = open.conflicts.iter().map(|conflict| Choice { conflict: conflict.id.clone(), settlement: settlement.clone() }).collect();
        let settled = merged_with(&sides.base, &sides.ours, &sides.theirs, Policies::Careful, choices);
        prop_assert!(settled.is_clean(), "{}", sides.show(&settled));
        prop_assert_eq!(settled.mended, 0);
        let by_policy = merged_with(&sides.base, &sides.ours, &sides.theirs, policies, Vec::new());
        prop_assert!(by_policy.is_clean());
        prop_assert_eq!(&settled.content, &by_policy.content, "{}", sides.show(&settled));
        if !takes_ours {
            prop_assert_eq!(&settled.content, &open.content, "theirs stands at open conflicts\n{}", sides.show(&open));
        }
    }

    #[test]
    fn comments_of_all_versions_are_there_once(base in generate::bases(), ours in generate::scripts(), theirs in generate::scripts()) {
        let sides = sides(&base, &ours, &theirs, &ANY, &ANY);
        let answer = sides.merge();
        let content = answer.content.as_deref().unwrap_or("");
        let count = |text: &str, comment: &str| text.lines().filter(|line| line.trim_end().ends_with(comment)).count();
        for text in [&sides.base, &sides.ours, &sides.theirs] {
            for comment in text.lines().filter_map(|line| line.find('#').map(|at| line[at..].trim_end())) {
                let most = count(&sides.ours, comment).max(count(&sides.theirs, comment));
                prop_assert!(count(content, comment) <= most, "{comment} is doubled\n{}", sides.show(&answer));
            }
        }
    }

    #[test]
    fn an_unrelated_commit_leaves_the_ids_of_open_conflicts(base in generate::bases(), ours in generate::scripts(), theirs in generate::scripts()) {
        let sides = sides(&base, &ours, &theirs, &ANY, &ANY);
        let ids = |answer: &MergeAnswer| answer.conflicts.iter().map(|conflict| conflict.id.clone()).collect::<Vec<_>>();
        let before = sides.merge();
        let line_break = if sides.theirs.contains("\r\n") { "\r\n" } else { "\n" };
        let unrelated = "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: unrelated\n".replace('\n', line_break);
        let later = merged(&sides.base, &sides.ours, &format!("{}{unrelated}", sides.theirs));
        prop_assert_eq!(ids(&before), ids(&later), "{}", sides.show(&before));
    }
}
