//! Verdicts of the real admission chain, compared with ours.
//!
//! The cases are test input of another project. They are read from the folder
//! that `HEDGEROW_ORACLE_CASES` names, else from `../shared`; where they are
//! not there, the test says so and passes.

use hedgerow::limits::Limits;
use hedgerow::model::Reading;
use hedgerow::model::Value;
use hedgerow::model::locate_nearest;
use hedgerow::model::read;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use hedgerow::validate::Admission;
use hedgerow::validate::Operation;
use hedgerow::validate::Options;
use hedgerow::validate::Session;
use hedgerow::validate::Settings;
use hedgerow::validate::Stage;
use hedgerow::validate::UnknownFields;
use hedgerow::validate::Verdict;
use hedgerow::validate::locate;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// What is compared, in parts of a thousand.
struct Bars {
    verdict: usize,
    strict: usize,
    stage: usize,
    reason: usize,
}

#[test]
fn hand_made_cases_get_the_verdicts_of_the_real_validators() {
    judge("cases.jsonl", &Bars { verdict: 1000, strict: 1000, stage: 0, reason: 980 });
}

#[test]
fn changed_objects_get_the_verdicts_of_the_real_chain() {
    judge("mutations.jsonl", &Bars { verdict: 995, strict: 995, stage: 990, reason: 980 });
}

#[test]
fn updates_and_deletes_get_the_verdicts_of_the_real_chain() {
    judge("updates-deletes.jsonl", &Bars { verdict: 995, strict: 995, stage: 990, reason: 980 });
}

/// Returns the folder of the cases, or says that they are not there.
fn cases() -> Option<PathBuf> {
    let given = std::env::var_os("HEDGEROW_ORACLE_CASES").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| Path::new("../shared/hedgehog/oracle-cases").to_owned());
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: the oracle cases are not at {}", folder.display());
    None
}

fn yaml(path: &Path) -> Vec<Value> {
    let tree = parse(Source::from_bytes(&fs::read(path).unwrap()), &Limits::DEFAULT);
    assert_eq!(tree.diagnostics(), [], "{}", path.display());
    tree.documents().map(|document| read(&tree, document, Reading::Kubernetes)).collect()
}

/// The bases, one session for each and for each way with unknown fields.
struct Bases {
    folder: PathBuf,
    settings: Option<Value>,
    sessions: BTreeMap<String, Session>,
}

impl Bases {
    fn open(folder: &Path) -> Bases {
        let settings = folder.join("bases/settings.yaml");
        let settings = settings.is_file().then(|| yaml(&settings).remove(0));
        Bases { folder: folder.to_owned(), settings, sessions: BTreeMap::new() }
    }

    fn session(&mut self, base: &str) -> &mut Session {
        if !self.sessions.contains_key(base) {
            let path = match base {
                "" => self.folder.join("base.yaml"),
                base => self.folder.join(format!("bases/{base}.yaml")),
            };
            let mut settings = vec![("enableGateway".to_owned(), Value::Bool(true))];
            for key in ["all", base] {
                let given = self.settings.as_ref().and_then(|settings| settings.get(key));
                settings.extend(given.and_then(Value::as_map).unwrap_or_default().iter().cloned());
            }
            let options = Options {
                settings: Settings::read(&Value::Map(settings)).unwrap(),
                unknown_fields: UnknownFields::Drop,
                ..Options::default()
            };
            let session = Session::open([(base.to_owned(), yaml(&path))], options, &Limits::DEFAULT).unwrap();
            self.sessions.insert(base.to_owned(), session);
        }
        self.sessions.get_mut(base).unwrap()
    }
}

fn ask(bases: &mut Bases, case: &Value) -> Verdict {
    let text = |key| case.get(key).and_then(Value::as_str).unwrap_or_default();
    let value = |key| case.get(key).filter(|value| !value.is_null()).cloned();
    let without = match case.get("without") {
        Some(Value::List(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(name)) => vec![name.as_str()],
        _ => Vec::new(),
    };
    let without = without.into_iter().filter_map(|name| name.split_once('/'));
    let request = Admission {
        operation: match text("op") {
            "update" => Operation::Update,
            "delete" => Operation::Delete,
            _ => Operation::Create,
        },
        object: value("object"),
        old: value("old"),
        without: without.map(|(kind, name)| (kind.to_owned(), name.to_owned())).collect(),
        with: value("with").and_then(|with| with.as_list().map(<[Value]>::to_vec)).unwrap_or_default(),
    };
    bases.session(text("base")).admit(&request)
}

/// How many of how many agree.
#[derive(Default, Clone, Copy)]
struct Share(usize, usize);

impl Share {
    fn count(&mut self, agrees: bool) -> bool {
        self.0 += usize::from(agrees);
        self.1 += 1;
        agrees
    }

    fn is_below(self, bar: usize) -> bool {
        self.0 * 1000 < bar * self.1
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(&format!("{}/{}", self.0, self.1))
    }
}

#[derive(Default, Clone, Copy)]
struct Tally {
    verdict: Share,
    strict: Share,
    stage: Share,
    reason: Share,
}

fn stage_name(stage: Option<Stage>) -> &'static str {
    match stage {
        None => "",
        Some(Stage::Decode) => "decode",
        Some(Stage::Schema) => "schema",
        Some(Stage::Webhook) => "webhook",
    }
}

fn judge(file: &str, bars: &Bars) {
    let Some(folder) = cases() else { return };
    let lines = fs::read_to_string(folder.join(file)).unwrap();
    let mut bases = Bases::open(&folder);
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut all = Tally::default();
    let mut amiss = String::new();
    for line in lines.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |key| case.get(key).and_then(Value::as_str).unwrap_or_default();
        let verdict = ask(&mut bases, &case);
        let codes: Vec<&str> = verdict.findings.iter().map(|finding| finding.code).collect();
        let stage = verdict.refused_by();
        let is_unknown = verdict.findings.iter().any(|finding| finding.code == "DEC-03");
        let kind = match text("kind") {
            "" => case
                .get("object")
                .and_then(|object| object.get("kind"))
                .and_then(Value::as_str)
                .unwrap_or("?"),
            kind => kind,
        };
        for (is_all, tally) in [(false, tallies.entry(kind.to_owned()).or_default()), (true, &mut all)] {
            let mut wrong = Vec::new();
            if !tally.verdict.count((stage.is_none()) == (text("verdict") == "accept")) {
                wrong.push("verdict");
            }
            let is_refused = stage.is_some() || is_unknown;
            if !tally.strict.count(is_refused == (text("strict") == "reject")) {
                wrong.push("strict");
            }
            if case.get("stage").is_some() && !tally.stage.count(stage_name(stage) == text("stage")) {
                wrong.push("stage");
            }
            let reason = if text("verdict") == "accept" { "" } else { text("reason_rule") };
            let reason = if reason.is_empty() && file == "cases.jsonl" && text("verdict") == "reject" {
                text("rule")
            } else {
                reason
            };
            if !reason.is_empty() && !tally.reason.count(codes.contains(&reason)) {
                wrong.push("reason");
            }
            if is_all && !wrong.is_empty() {
                let _ = writeln!(
                    amiss,
                    "{} {kind} {}: {} · theirs {} {} {reason} · ours {} {codes:?}",
                    text("id"),
                    text("op"),
                    wrong.join(", "),
                    text("verdict"),
                    text("stage"),
                    stage_name(stage),
                );
            }
        }
    }
    let mut table =
        format!("{:20} {:>12} {:>12} {:>12} {:>12}\n", file, "verdict", "strict", "stage", "reason");
    for (kind, tally) in tallies.iter().map(|(kind, tally)| (kind.as_str(), tally)).chain([("all", &all)]) {
        let Tally { verdict, strict, stage, reason } = tally;
        let _ = writeln!(table, "{kind:20} {verdict:>12} {strict:>12} {stage:>12} {reason:>12}");
    }
    println!("{table}{amiss}");
    let is_below = all.verdict.is_below(bars.verdict)
        || all.strict.is_below(bars.strict)
        || all.stage.is_below(bars.stage)
        || all.reason.is_below(bars.reason);
    assert!(!is_below, "below the bar:\n{table}\n{amiss}");
}

#[test]
fn findings_of_changed_objects_lie_at_the_field_they_name() {
    let Some(folder) = cases() else { return };
    let lines = fs::read_to_string(folder.join("mutations.jsonl")).unwrap();
    let mut bases = Bases::open(&folder);
    let mut count = 0;
    for line in lines.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        // JSON is YAML, so the object needs no writer of its own.
        let text = serde_json::to_string_pretty(case.get("object").unwrap()).unwrap();
        let tree = parse(Source::from_bytes(text.as_bytes()), &Limits::DEFAULT);
        let document = tree.documents().next().unwrap();
        let value = read(&tree, document, Reading::Kubernetes);
        let session = bases.session(case.get("base").and_then(Value::as_str).unwrap());
        let replaced = session.replace("the case", Some(vec![value]));
        for finding in
            replaced.findings.iter().filter(|found| found.path == "the case").map(|found| found.finding)
        {
            let span = locate(&tree, document, &finding.field, finding.part);
            let node = locate_nearest(&tree, document, &finding.field).unwrap().located;
            let whole = tree.span(node.value);
            let whole = node.key.map_or(whole, |key| tree.span(key).cover(whole));
            assert!(
                !span.is_empty() && whole.cover(span) == whole,
                "{} {finding:?}",
                case.get("id").unwrap().as_str().unwrap()
            );
            count += 1;
        }
        session.replace("the case", None);
    }
    assert!(count > 2000, "{count} findings were looked at");
}
