//! Conflict markers at whole nodes.

use super::fixtures;
use expect_test::Expect;
use expect_test::expect;
use hedgerow::api;
use hedgerow::api::MarkedAnswer;
use hedgerow::api::MergeAnswer;
use hedgerow::api::MergeOptions;
use hedgerow::api::Merger;
use hedgerow::merge::Versions;
use hedgerow::model::FromValue;
use hedgerow::model::read_json;

fn merged(versions: Versions<Option<Vec<u8>>>) -> MergeAnswer {
    Merger::new(MergeOptions::default(), &[]).unwrap().merge(versions).unwrap()
}

/// Writes the markers of an answer that has been to JavaScript and back.
fn marked(answer: &MergeAnswer) -> String {
    let json = serde_json::to_string(answer).unwrap();
    api::markers(&MarkedAnswer::from_value(read_json(&json).unwrap()).unwrap())
}

fn check(versions: Versions<&str>, expected: Expect) {
    expected.assert_eq(&marked(&merged(versions.map(|text| Some(text.as_bytes().to_vec())))));
}

#[test]
fn a_clean_merge_has_no_markers() {
    let versions = Versions { base: "a: 1\nb: 2\n", ours: "a: 11\nb: 2\n", theirs: "a: 1\nb: 22\n" };
    check(
        versions,
        expect![[r#"
        a: 11
        b: 22
    "#]],
    );
}

#[test]
fn a_field_that_both_added_is_not_in_base() {
    let versions = Versions {
        base: "a: 1\nc: {x: 1}\n",
        ours: "a: 1\nb: 2\nc: {x: 1, z: 2}\n",
        theirs: "a: 1\nb: 3\nc: {x: 1, z: 3}\n",
    };
    check(
        versions,
        expect![[r#"
        a: 1
        <<<<<<< ours: b
        b: 2
        ||||||| base
        =======
        b: 3
        >>>>>>> theirs
        <<<<<<< ours: c.z
        c: {x: 1, z: 2}
        ||||||| base
        c: {x: 1}
        =======
        c: {x: 1, z: 3}
        >>>>>>> theirs
    "#]],
    );
}

#[test]
fn a_value_stands_with_its_key_and_comment() {
    let versions = Versions {
        base: "spec:\n  vlan: 1 # old\n  x: 1\n",
        ours: "spec:\n  vlan: 2 # old\n  x: 1\n",
        theirs: "spec:\n  new: 0\n  vlan: 3 # old\n  x: 1\n",
    };
    check(
        versions,
        expect![[r#"
        spec:
          new: 0
        <<<<<<< ours: spec.vlan
          vlan: 2 # old
        ||||||| base
          vlan: 1 # old
        =======
          vlan: 3 # old
        >>>>>>> theirs
          x: 1
    "#]],
    );
}

#[test]
fn a_deleted_map_has_an_empty_side() {
    let versions = Versions {
        base: "subnets:\n  front:\n    vlan: 1\n  back:\n    vlan: 2\n",
        ours: "subnets:\n  front:\n    vlan: 1\n",
        theirs: "subnets:\n  front:\n    vlan: 1\n  back:\n    vlan: 3\n",
    };
    check(
        versions,
        expect![[r#"
        subnets:
          front:
            vlan: 1
        <<<<<<< ours: subnets.back
        ||||||| base
          back:
            vlan: 2
        =======
          back:
            vlan: 3
        >>>>>>> theirs
    "#]],
    );
}

#[test]
fn what_theirs_deleted_stands_at_the_end_of_what_held_it_with_its_indentation() {
    let versions = Versions {
        base: "subnets:\n    front:\n        vlan: 1\n    back:\n        vlan: 2\nmode: l2\n",
        ours: "subnets:\n    front:\n        vlan: 1\n    back:\n        vlan: 3\nmode: l2\n",
        theirs: "subnets:\n  front:\n    vlan: 1\nmode: l2\n",
    };
    check(
        versions,
        expect![[r#"
        subnets:
          front:
            vlan: 1
        <<<<<<< ours: subnets.back
          back:
              vlan: 3
        ||||||| base
          back:
              vlan: 2
        =======
        >>>>>>> theirs
        mode: l2
    "#]],
    );
}

#[test]
fn an_item_that_theirs_deleted_stands_at_the_end_of_its_list() {
    let versions = Versions {
        base: "containers:\n- name: a\n  image: x\n- name: b\n  image: y\nlast: 1\n",
        ours: "containers:\n- name: a\n  image: z\n- name: b\n  image: y\nlast: 1\n",
        theirs: "containers:\n- name: b\n  image: y\nlast: 1\n",
    };
    check(
        versions,
        expect![[r#"
        containers:
        - name: b
          image: y
        <<<<<<< ours: containers[a]
        - name: a
          image: z
        ||||||| base
        - name: a
          image: x
        =======
        >>>>>>> theirs
        last: 1
    "#]],
    );
}

#[test]
fn conflicts_on_one_line_share_their_markers() {
    let versions =
        Versions { base: "m: {a: 1, b: 2}\n", ours: "m: {a: 2, b: 3}\n", theirs: "m: {a: 4, b: 5}\n" };
    check(
        versions,
        expect![[r#"
        <<<<<<< ours: m.a, m.b
        m: {a: 2, b: 3}
        ||||||| base
        m: {a: 1, b: 2}
        =======
        m: {a: 4, b: 5}
        >>>>>>> theirs
    "#]],
    );
}

#[test]
fn a_comma_goes_with_what_is_deleted() {
    let versions = Versions { base: "m: {a: 1, b: 2}\n", ours: "m: {a: 2}\n", theirs: "m: {a: 4, b: 5}\n" };
    check(
        versions,
        expect![[r#"
        <<<<<<< ours: m.a, m.b
        m: {a: 2}
        ||||||| base
        m: {a: 1, b: 2}
        =======
        m: {a: 4, b: 5}
        >>>>>>> theirs
    "#]],
    );
}

#[test]
fn what_theirs_deleted_from_braces_stands_in_the_braces() {
    let versions = Versions {
        base: "m: { a: 1, b: 2 } # c\n",
        ours: "m: { a: 1, b: 3 } # c\n",
        theirs: "m: { a: 1 } # c\n",
    };
    check(
        versions,
        expect![[r#"
        <<<<<<< ours: m.b
        m: { a: 1, b: 3 } # c
        ||||||| base
        m: { a: 1, b: 2 } # c
        =======
        m: { a: 1 } # c
        >>>>>>> theirs
    "#]],
    );
}

#[test]
fn lines_of_a_block_of_text_keep_their_indentation() {
    let versions = Versions {
        base: "d:\n  t: |\n    one\n    two\n    three\n",
        ours: "d:\n  t: |\n    one\n    zwei\n    three\n",
        theirs: "d:\n  t: |\n    one\n    deux\n    three\n",
    };
    check(
        versions,
        expect![[r#"
        d:
          t: |
            one
        <<<<<<< ours: d.t
            zwei
        ||||||| base
            two
        =======
            deux
        >>>>>>> theirs
            three
    "#]],
    );
}

#[test]
fn a_document_that_theirs_deleted_is_one_again() {
    let document = |name: &str, vlan: u8| {
        format!("apiVersion: a/v1\nkind: K\nmetadata:\n  name: {name}\nspec:\n  vlan: {vlan}\n")
    };
    let (first, second) = (document("a", 1), document("b", 1));
    let base = format!("{second}---\n{first}");
    let ours = format!("{}---\n{first}", document("b", 2));
    check(
        Versions { base: &base, ours: &ours, theirs: &first },
        expect![[r#"
        apiVersion: a/v1
        kind: K
        metadata:
          name: a
        spec:
          vlan: 1
        <<<<<<< ours: K b
        ---
        apiVersion: a/v1
        kind: K
        metadata:
          name: b
        spec:
          vlan: 2
        ||||||| base
        ---
        apiVersion: a/v1
        kind: K
        metadata:
          name: b
        spec:
          vlan: 1
        =======
        >>>>>>> theirs
    "#]],
    );
}

#[test]
fn the_markers_have_the_line_breaks_of_the_text() {
    let versions = Versions { base: "a: 1\n", ours: "a: 2\n", theirs: "a: 3\r\nb: 1\r\n" };
    let text = marked(&merged(versions.map(|text| Some(text.as_bytes().to_vec()))));
    assert_eq!(
        text,
        "<<<<<<< ours: a\r\na: 2\r\n||||||| base\r\na: 1\r\n=======\r\na: 3\r\n>>>>>>> theirs\r\nb: 1\r\n"
    );
}

#[test]
fn offsets_are_those_of_javascript() {
    let versions =
        Versions { base: "😀: ä\na: 1\n", ours: "😀: ä\na: 2\n", theirs: "😀: ö😀\na: 3\n" };
    check(
        versions,
        expect![[r#"
        😀: ö😀
        <<<<<<< ours: a
        a: 2
        ||||||| base
        a: 1
        =======
        a: 3
        >>>>>>> theirs
    "#]],
    );
}

#[test]
fn a_file_that_theirs_deleted_is_there_as_a_whole() {
    let text = |vlan: u8| Some(format!("a: {vlan}\n").into_bytes());
    let answer = merged(Versions { base: text(1), ours: text(2), theirs: None });
    expect![[r#"
        <<<<<<< ours: document 1
        a: 2
        ||||||| base
        a: 1
        =======
        >>>>>>> theirs
    "#]]
    .assert_eq(&marked(&answer));
}

/// Returns what is left when a side is taken at every marker.
fn taken(text: &str, side: &str) -> String {
    let mut kept = String::new();
    let mut at = "";
    for line in text.split_inclusive('\n') {
        let mark = ["<<<<<<< ours", "||||||| base", "=======", ">>>>>>> theirs"]
            .into_iter()
            .find(|mark| line.starts_with(mark));
        match mark {
            Some(">>>>>>> theirs") => at = "",
            Some("=======") => at = "theirs",
            Some(mark) => at = mark.get(8..).unwrap(),
            None if at.is_empty() || at == side => kept.push_str(line),
            None => {}
        }
    }
    kept
}

#[test]
fn theirs_at_every_marker_is_the_content_and_ours_is_yaml_in_every_situation() {
    let mut conflicts = 0;
    for folder in fixtures::folders() {
        let read = |name: &str| std::fs::read(folder.join(name)).ok();
        let versions =
            Versions { base: read("base.yaml"), ours: read("ours.yaml"), theirs: read("theirs.yaml") };
        let answer = merged(versions);
        let text = marked(&answer);
        let content = answer.content.clone().unwrap_or_default();
        assert_eq!(taken(&text, "theirs").trim_end(), content.trim_end(), "{}", folder.display());
        let shown = answer.conflicts.iter().filter(|conflict| {
            let label = conflict.label.as_str();
            text.lines().any(|line| line.strip_prefix("<<<<<<< ours: ").is_some_and(|at| at.contains(label)))
        });
        assert_eq!(shown.count(), answer.conflicts.len(), "{}\n{text}", folder.display());
        let ours = taken(&text, "ours");
        let errors = api::File::new(None, ours.as_bytes()).tree().diagnostics().to_vec();
        let is_yaml =
            read("ours.yaml").is_none_or(|ours| api::File::new(None, &ours).tree().diagnostics().is_empty());
        assert!(!is_yaml || errors.is_empty(), "{}\n{ours}\n{errors:?}", folder.display());
        conflicts += answer.conflicts.len();
    }
    assert!(conflicts >= 50, "only {conflicts} conflicts were seen");
}
