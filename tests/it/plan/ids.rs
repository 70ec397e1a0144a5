//! Ids are those that Git computes.

use hedgerow::plan::CommitText;
use hedgerow::plan::Entry;
use hedgerow::plan::Listing;
use hedgerow::plan::Mode;
use hedgerow::plan::ObjectId;
use hedgerow::plan::blob_id;
use hedgerow::plan::commit_id;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

/// Runs Git in a folder of its own and returns what it prints.
fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> String {
    let mut child = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_AUTHOR_DATE", "1700000000 +0000")
        .env("GIT_COMMITTER_DATE", "1700000000 +0000")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("these tests need git");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn repository(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("hedgerow-ids-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    git(&folder, &["init", "-q"], b"");
    folder
}

fn listing(files: &BTreeMap<String, Vec<u8>>) -> Listing {
    let entry = |content: &[u8]| Entry { mode: Mode::FILE, id: blob_id(content) };
    files.iter().map(|(path, content)| (path.clone(), entry(content))).collect()
}

/// Has Git write the tree of these files.
fn tree_by_git(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> String {
    git(folder, &["read-tree", "--empty"], b"");
    for (path, content) in files {
        let id = git(folder, &["hash-object", "-w", "--stdin"], content);
        git(folder, &["update-index", "--add", "--cacheinfo", &format!("100644,{id},{path}")], b"");
    }
    git(folder, &["write-tree"], b"")
}

#[test]
fn a_blob_has_the_id_that_git_gives_it() {
    let folder = repository("blob");
    for content in [&b""[..], b"a: 1\n", b"\xff\x00\r\n", &[b'x'; 70_000]] {
        assert_eq!(blob_id(content).to_string(), git(&folder, &["hash-object", "--stdin"], content));
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_tree_has_the_id_that_git_gives_it_whatever_the_names() {
    let folder = repository("tree");
    // A folder sorts behind `a-b` and `a.b` and before `a0`, a file before all of them.
    let paths = ["a/x", "a-b", "a.b", "a0", "b", "b.c/d/e/f", "b.c/d.e", "b.c/d/e-f/g", "ü/ä", "z/y/x"];
    let mut files = BTreeMap::new();
    for path in paths {
        files.insert(path.to_owned(), path.as_bytes().to_vec());
        assert_eq!(listing(&files).root_id().unwrap().to_string(), tree_by_git(&folder, &files), "{path}");
    }
    assert_eq!(
        listing(&BTreeMap::new()).root_id().unwrap().to_string(),
        tree_by_git(&folder, &BTreeMap::new())
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_folder_that_was_not_opened_counts_with_its_id() {
    let inside: Listing = listing(&BTreeMap::from([("x".to_owned(), b"1".to_vec())]));
    let open = listing(&BTreeMap::from([("a/x".into(), b"1".to_vec()), ("a.b".into(), b"2".to_vec())]));
    let mut closed = listing(&BTreeMap::from([("a.b".into(), b"2".to_vec())]));
    closed.put("a".into(), Entry { mode: Mode::FOLDER, id: inside.root_id().unwrap() });
    assert_eq!(closed.root_id(), open.root_id());
}

#[test]
fn a_path_that_is_file_and_folder_makes_no_tree() {
    let files = |paths: &[&str]| paths.iter().map(|path| ((*path).to_owned(), b"1".to_vec())).collect();
    assert_eq!(listing(&files(&["a", "a/b"])).root_id(), None);
    assert_eq!(listing(&files(&["a//b"])).root_id(), None);
    assert_eq!(listing(&files(&["/a"])).root_id(), None);
}

#[test]
fn a_very_deep_path_is_no_danger() {
    let path = "a/".repeat(100_000) + "b";
    assert!(listing(&BTreeMap::from([(path, b"1".to_vec())])).root_id().is_some());
}

#[test]
fn a_commit_has_the_id_that_git_gives_it() {
    let folder = repository("commit");
    let tree = tree_by_git(&folder, &BTreeMap::from([("a".to_owned(), b"1".to_vec())]));
    let who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
    let make = |more: &[&str]| {
        git(&folder, &[&who[..], &["commit-tree", &tree], more].concat(), b"Change a\n\nKey: value\n")
    };
    let first = make(&[]);
    let second = make(&["-p", &first]);
    let identity = "Ann <ann@example.com> 1700000000 +0000";
    let compute = |parents: &[ObjectId]| {
        commit_id(&CommitText {
            tree: tree.parse().unwrap(),
            parents,
            author: identity,
            committer: identity,
            message: "Change a\n\nKey: value\n",
        })
    };
    assert_eq!(compute(&[]).to_string(), first);
    assert_eq!(compute(&[first.parse().unwrap()]).to_string(), second);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn only_forty_lower_case_digits_are_an_id() {
    let good = "0123456789abcdef0123456789abcdef01234567";
    assert_eq!(good.parse::<ObjectId>().unwrap().to_string(), good);
    for bad in ["", "0123", &good.to_uppercase(), &format!("{good}0"), &good.replace('0', "g")] {
        assert!(bad.parse::<ObjectId>().is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn folders_opened_or_closed_make_the_same_tree(
        files in proptest::collection::btree_map("[ab.-]{1,2}(/[ab.-]{1,2}){0,3}", 0u8..9, 1..12)
    ) {
        let files: BTreeMap<String, Vec<u8>> = files.into_iter().map(|(path, byte)| (path, vec![byte])).collect();
        let whole = listing(&files);
        prop_assume!(whole.root_id().is_some());
        let first = files.keys().next().unwrap().split('/').next().unwrap().to_owned() + "/";
        let (inside, mut outside): (BTreeMap<_, _>, BTreeMap<_, _>) =
            files.into_iter().partition(|(path, _)| path.starts_with(&first));
        prop_assume!(!inside.is_empty());
        let below = inside.into_iter().map(|(path, content)| (path[first.len()..].to_owned(), content)).collect();
        let folder = Entry { mode: Mode::FOLDER, id: listing(&below).root_id().unwrap() };
        outside.remove(&first);
        let mut closed = listing(&outside);
        closed.put(first.trim_end_matches('/').to_owned(), folder);
        prop_assert_eq!(closed.root_id(), whole.root_id());
    }
}
