//! A merge by lines of `key: value`, and what tests of `sync` share.

use crate::host::drive::run_seen;
use crate::host::fake::Fake;
use crate::host::fake::Files as Repo;
use crate::host::fake::Kind;
use crate::host::fake::files;
use hedgerow::fabric::Fabrics;
use hedgerow::plan::Bytes;
use hedgerow::plan::Draft;
use hedgerow::plan::Drafts;
use hedgerow::plan::OperationId;
use hedgerow::plan::draft_of;
use hedgerow::sync::Entry;
use hedgerow::sync::Mode;
use hedgerow::sync::Opening;
use hedgerow::sync::Question;
use hedgerow::sync::Rebase;
use hedgerow::sync::Rebased;
use hedgerow::sync::Session;
use hedgerow::sync::Standing;
use hedgerow::sync::open;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Merges files of `key: value` lines key by key. A file with a key `broken`
/// makes the whole invalid, and so does a second one with a key `only`.
pub struct ByKey;

pub type Map = BTreeMap<String, String>;

pub fn map(bytes: &[u8]) -> Map {
    let text = std::str::from_utf8(bytes).unwrap();
    let line = |line: &str| line.split_once(": ").map(|(key, value)| (key.to_owned(), value.to_owned()));
    text.lines().filter_map(line).collect()
}

pub fn bytes(map: &Map) -> Bytes {
    let text: String = map.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
    Bytes::from(text.as_bytes())
}

fn three<T: PartialEq + Clone>(base: T, ours: T, theirs: T) -> Option<T> {
    if ours == base || ours == theirs {
        Some(theirs)
    } else if theirs == base {
        Some(ours)
    } else {
        None
    }
}

impl Rebase for ByKey {
    fn rebase(&self, question: Question<'_>) -> Rebased {
        let Question { base, ours, theirs, .. } = question;
        let paths: BTreeSet<&String> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
        let mut merged = hedgerow::order::Map::new();
        for path in paths {
            let [was, mine, other] = [base, ours, theirs].map(|files| files.get(path));
            if let Some(whole) = three(was, mine, other) {
                merged.insert(path.clone(), whole.cloned());
                continue;
            }
            let (Some(mine), Some(other)) = (mine, other) else { return Rebased::Conflicted };
            let [was, mine, other] = [was.map(|was| map(was)).unwrap_or_default(), map(mine), map(other)];
            let keys: BTreeSet<&String> = was.keys().chain(mine.keys()).chain(other.keys()).collect();
            let mut result = Map::new();
            for key in keys {
                match three(was.get(key), mine.get(key), other.get(key)) {
                    Some(Some(value)) => drop(result.insert(key.clone(), value.clone())),
                    Some(None) => {}
                    None => return Rebased::Conflicted,
                }
            }
            merged.insert(path.clone(), Some(bytes(&result)));
        }
        let is_broken = |content: &Option<Bytes>| {
            content.as_ref().is_some_and(|content| map(content).contains_key("broken"))
        };
        if merged.values().any(is_broken) {
            return Rebased::Invalid { files: merged, message: "broken".to_owned() };
        }
        let is_one = |content: &Bytes| map(content).contains_key("only");
        let mine = merged.values().flatten().any(is_one);
        let mut others = question.branch.into_iter().flat_map(|branch| branch.files());
        match mine && others.any(|(path, content)| !merged.contains_key(path) && is_one(content)) {
            true => Rebased::Invalid { files: merged, message: "two say they are the only one".to_owned() },
            false => Rebased::Clean(merged),
        }
    }
}

pub fn session() -> Session {
    session_at(Kind::GitHub)
}

pub fn session_at(kind: Kind) -> Session {
    Session { host: kind.host(), fabrics: Fabrics::new([("lab", "lab")]).unwrap(), rebase: Rc::new(ByKey) }
}

pub fn small() -> Repo {
    files(&[
        ("README.md", "hello\n"),
        ("lab/a.yaml", "one: 1\nthree: 3\ntwo: 2\n"),
        ("lab/b.yaml", "one: 1\ntwo: 2\n"),
    ])
}

pub fn opened(fake: &mut Fake) -> Standing {
    let session = session_at(fake.kind);
    let standing = run_seen(fake, open(session, Opening::default())).0.unwrap();
    fake.log.clear();
    standing
}

/// Drafts that set keys of files; none takes the file away.
pub fn drafts(standing: &Standing, changes: &[(&str, Option<(&str, &str)>)]) -> Drafts {
    let mut drafts = Drafts::new();
    for (path, change) in changes {
        let base = standing.snapshot.file(path).cloned();
        let ours = change.map(|(key, value)| {
            let mut ours = base.as_deref().map(map).unwrap_or_default();
            ours.insert(key.to_owned(), value.to_owned());
            bytes(&ours)
        });
        drafts.insert((*path).to_owned(), Draft { base, ours });
    }
    drafts
}

pub fn operation(number: u32) -> OperationId {
    OperationId::new(&format!("op-{number:08}")).unwrap()
}

pub fn entry(drafts: Drafts) -> Entry {
    Entry::new(operation(1), "Change it".to_owned(), Mode::Direct, drafts, 1_800_000_000_000)
}

pub fn plain(base: Option<&str>, ours: Option<&str>) -> Draft {
    draft_of(base.map(str::as_bytes), ours.map(str::as_bytes))
}
