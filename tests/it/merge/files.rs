//! Many files: resources are found wherever they lie.

use expect_test::Expect;
use expect_test::expect;
use hedgerow::merge;
use hedgerow::merge::Choice;
use hedgerow::merge::File;
use hedgerow::merge::FilesAnswer;
use hedgerow::merge::MergeOptions;
use hedgerow::merge::Settlement;
use hedgerow::merge::Versions;
use hedgerow::schema::Catalogue;
use hedgerow::text::Source;

type Files<'a> = &'a [(&'a str, &'a str)];

fn merged(versions: Versions<Files<'_>>, choices: Vec<Choice>) -> FilesAnswer {
    let catalogue = Catalogue::built_in(Catalogue::NEWEST).unwrap();
    let lists = versions.map(|files| {
        files.iter().map(|(path, text)| ((*path).to_owned(), Source::from_text(*text))).collect::<Vec<_>>()
    });
    let base: Vec<File<'_>> = lists.base.iter().map(|(path, source)| File { path, source }).collect();
    let ours: Vec<File<'_>> = lists.ours.iter().map(|(path, source)| File { path, source }).collect();
    let theirs: Vec<File<'_>> = lists.theirs.iter().map(|(path, source)| File { path, source }).collect();
    let options = MergeOptions { choices, ..MergeOptions::new(&catalogue) };
    let answer =
        merge::merge_files(Versions { base: &base, ours: &ours, theirs: &theirs }, &options).unwrap();
    assert_eq!(answer.mended, 0);
    answer
}

fn show(answer: &FilesAnswer) -> String {
    let mut text = String::new();
    for file in &answer.files {
        text.push_str(&format!("== {}\n{}", file.path, file.content));
    }
    for path in &answer.removed {
        text.push_str(&format!("== {path} goes\n"));
    }
    for conflict in &answer.conflicts {
        text.push_str(&format!("? {} {}\n", conflict.kind.name(), conflict.label));
    }
    text
}

fn check(versions: Versions<Files<'_>>, expected: Expect) {
    expected.assert_eq(&show(&merged(versions, Vec::new())));
}

fn resource(name: &str, x: u32) -> String {
    format!("# {name}\napiVersion: v1\nkind: A\nmetadata:\n  name: {name}\nx: {x}\ny: 1\n")
}

#[test]
fn an_edit_follows_a_resource_to_another_file() {
    let (old, edited) = (resource("a", 1), resource("a", 2));
    check(
        Versions {
            base: &[("one.yaml", &old)],
            ours: &[("one.yaml", &edited)],
            theirs: &[("two.yaml", &old)],
        },
        expect![[r#"
            == two.yaml
            # a
            apiVersion: v1
            kind: A
            metadata:
              name: a
            x: 2
            y: 1
        "#]],
    );
    check(
        Versions {
            base: &[("one.yaml", &old)],
            ours: &[("two.yaml", &old)],
            theirs: &[("one.yaml", &edited)],
        },
        expect![[r#"
            == two.yaml
            # a
            apiVersion: v1
            kind: A
            metadata:
              name: a
            x: 2
            y: 1
            == one.yaml goes
        "#]],
    );
}

#[test]
fn an_edit_follows_a_split() {
    let (a, b, edited) = (resource("a", 1), resource("b", 1), resource("b", 2));
    let both = format!("{a}---\n{b}");
    let both_edited = format!("{a}---\n{edited}");
    check(
        Versions {
            base: &[("all.yaml", &both)],
            ours: &[("all.yaml", &both_edited)],
            theirs: &[("a.yaml", &a), ("b.yaml", &b)],
        },
        expect![[r#"
            == b.yaml
            # b
            apiVersion: v1
            kind: A
            metadata:
              name: b
            x: 2
            y: 1
        "#]],
    );
    check(
        Versions {
            base: &[("all.yaml", &both)],
            ours: &[("a.yaml", &a), ("b.yaml", &b)],
            theirs: &[("all.yaml", &both_edited)],
        },
        expect![[r#"
            == a.yaml
            # a
            apiVersion: v1
            kind: A
            metadata:
              name: a
            x: 1
            y: 1
            == b.yaml
            # b
            apiVersion: v1
            kind: A
            metadata:
              name: b
            x: 2
            y: 1
            == all.yaml goes
        "#]],
    );
}

#[test]
fn two_moves_to_different_files_are_asked_about() {
    let a = resource("a", 1);
    check(
        Versions { base: &[("one.yaml", &a)], ours: &[("two.yaml", &a)], theirs: &[("three.yaml", &a)] },
        expect![[r#"
            ? move/move A a
        "#]],
    );
}

#[test]
fn a_file_that_one_side_deleted_and_the_other_changed_is_asked_about() {
    let (old, edited) = (resource("a", 1), resource("a", 2));
    check(
        Versions { base: &[("one.yaml", &old)], ours: &[], theirs: &[("one.yaml", &edited)] },
        expect![[r#"
            ? delete/modify A a
        "#]],
    );
    check(
        Versions { base: &[("one.yaml", &old)], ours: &[("one.yaml", &edited)], theirs: &[] },
        expect![[r#"
            ? modify/delete A a
        "#]],
    );
}

#[test]
fn one_resource_added_to_two_files_is_asked_about() {
    let a = resource("a", 1);
    check(
        Versions { base: &[], ours: &[("one.yaml", &a)], theirs: &[("two.yaml", &a)] },
        expect![[r#"
            ? duplicate-identity A a
        "#]],
    );
}

#[test]
fn a_resource_moved_out_of_a_file_by_each_side_is_asked_about_and_its_neighbour_is_not() {
    let (a, b) = (resource("a", 1), resource("b", 1));
    let both = format!("{a}---\n{b}");
    check(
        Versions {
            base: &[("all.yaml", &both)],
            ours: &[("all.yaml", &b), ("mine.yaml", &a)],
            theirs: &[("all.yaml", &b), ("yours.yaml", &a)],
        },
        expect![[r#"
            ? move/move A a
        "#]],
    );
}

#[test]
fn a_resource_moved_by_both_and_changed_by_one_is_asked_about_and_keeps_the_change() {
    let (a, edited) = (resource("a", 1), resource("a", 2));
    check(
        Versions { base: &[("one.yaml", &a)], ours: &[("two.yaml", &edited)], theirs: &[("three.yaml", &a)] },
        expect![[r#"
            == three.yaml
            # a
            apiVersion: v1
            kind: A
            metadata:
              name: a
            x: 2
            y: 1
            ? move/move A a
        "#]],
    );
    check(
        Versions { base: &[("one.yaml", &a)], ours: &[("two.yaml", &a)], theirs: &[("three.yaml", &edited)] },
        expect![[r#"
            ? move/move A a
        "#]],
    );
}

#[test]
fn one_resource_added_differently_to_two_files_is_asked_about() {
    let (a, other) = (resource("a", 1), resource("a", 2));
    check(
        Versions { base: &[], ours: &[("one.yaml", &a)], theirs: &[("two.yaml", &other)] },
        expect![[r#"
            ? duplicate-identity A a
            ? add/add x
        "#]],
    );
    check(
        Versions { base: &[], ours: &[("two.yaml", &other)], theirs: &[("one.yaml", &a)] },
        expect![[r#"
            ? duplicate-identity A a
            ? add/add x
        "#]],
    );
}

#[test]
fn a_choice_brings_back_what_theirs_deleted() {
    let (old, edited) = (resource("a", 1), resource("a", 2));
    let base: Files<'_> = &[("one.yaml", &old)];
    let ours: Files<'_> = &[("one.yaml", &edited)];
    let versions = Versions { base, ours, theirs: &[] };
    let open = merged(versions, Vec::new());
    let conflict = open.conflicts[0].id.clone();
    let settled = merged(versions, vec![Choice { conflict, settlement: Settlement::Ours }]);
    expect![[r#"
        == one.yaml
        # a
        apiVersion: v1
        kind: A
        metadata:
          name: a
        x: 2
        y: 1
    "#]]
    .assert_eq(&show(&settled));
}

#[test]
fn files_that_are_no_yaml_are_merged_apart_from_the_others() {
    let (old, edited) = (resource("a", 1), resource("a", 2));
    check(
        Versions {
            base: &[("a.yaml", &old), ("README.md", "one: [\ntwo\nthree\n")],
            ours: &[("a.yaml", &edited), ("README.md", "one: [\ntwo\nthree\nfour\n")],
            theirs: &[("a.yaml", &old), ("README.md", "zero: [\ntwo\nthree\n")],
        },
        expect![[r#"
            == a.yaml
            # a
            apiVersion: v1
            kind: A
            metadata:
              name: a
            x: 2
            y: 1
            ? parse README.md
        "#]],
    );
}

#[test]
fn a_billion_laughs_that_both_add_to_merge_as_if_they_were_few() {
    let mut bomb = String::from("a0: &a0 [lol, lol]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    let (ours, theirs) = (format!("{bomb}ours: 1\n"), format!("theirs: 1\n{bomb}"));
    let answer = merged(
        Versions { base: &[("a.yaml", &bomb)], ours: &[("a.yaml", &ours)], theirs: &[("a.yaml", &theirs)] },
        Vec::new(),
    );
    assert!(answer.conflicts.is_empty());
    assert_eq!(answer.files.first().unwrap().content, format!("theirs: 1\n{bomb}ours: 1\n"));
}

/// VPCs of one subnet each, all with one prefix and one VLAN.
fn alike(names: std::ops::Range<usize>) -> String {
    let subnets = "spec: {subnets: {a: {subnet: 10.0.1.0/24, vlan: 1001}}}";
    let vpc = |at| {
        format!(
            "---\napiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {{name: v{at}}}\n{subnets}\n"
        )
    };
    names.map(vpc).collect()
}

#[test]
fn masses_that_clash_with_masses_are_one_question_of_each_sort() {
    let (ours, theirs) = (alike(0..300), alike(500..800));
    let files = Versions {
        base: &[("vpcs.yaml", "# ours to keep\n")] as Files<'_>,
        ours: &[("vpcs.yaml", &format!("# ours to keep\n{ours}"))],
        theirs: &[("vpcs.yaml", &format!("# ours to keep\n{theirs}"))],
    };
    let answer = merged(files, Vec::new());
    let asked: Vec<&str> = answer.conflicts.iter().map(|conflict| conflict.label.as_str()).collect();
    expect![[r#"
        [
            "VPC v0 spec.subnets.a.subnet (and 299 more) and VPC v500 spec.subnets.a.subnet (and 299 more): overlap",
            "VPC v0 spec.subnets.a.vlan (and 299 more) and VPC v500 spec.subnets.a.vlan (and 299 more): share a VLAN",
        ]
    "#]]
    .assert_debug_eq(&asked);
    let all = |settlement: Settlement| {
        let conflicts = answer.conflicts.iter();
        conflicts
            .map(|conflict| Choice { conflict: conflict.id.clone(), settlement: settlement.clone() })
            .collect::<Vec<_>>()
    };
    let count = |settlement: Settlement| {
        let settled = merged(files, all(settlement));
        assert!(settled.conflicts.is_empty());
        let content = settled.files.first().map_or(theirs.as_str(), |file| file.content.as_str());
        let names =
            |from: usize| (from..from + 300).filter(|at| content.contains(&format!("v{at}}}"))).count();
        (names(0), names(500))
    };
    assert_eq!(count(Settlement::Ours), (300, 0));
    assert_eq!(count(Settlement::Theirs), (0, 300));
    assert_eq!(count(Settlement::Both), (300, 300));
}
