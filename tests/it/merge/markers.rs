//! Conflict markers at whole nodes.

use expect_test::Expect;
use expect_test::expect;
use hedgerow::merge;
use hedgerow::merge::MergeOptions;
use hedgerow::merge::Versions;
use hedgerow::schema::Catalogue;
use hedgerow::text::Source;

fn check(versions: Versions<&str>, expected: Expect) {
    let catalogue = Catalogue::built_in(Catalogue::NEWEST).unwrap();
    let sources = versions.map(Source::from_text);
    let sides =
        Versions { base: Some(&sources.base), ours: Some(&sources.ours), theirs: Some(&sources.theirs) };
    let answer = merge::merge(sides, &MergeOptions::new(&catalogue)).unwrap();
    expected.assert_eq(&merge::markers(&answer));
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
fn a_value_stands_with_its_key_and_comment() {
    let base = "spec:\n  vlan: 1 # old\n  x: 1\n";
    let versions = Versions {
        base,
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
    let base = "subnets:\n  front:\n    vlan: 1\n  back:\n    vlan: 2\n";
    let versions = Versions {
        base,
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
fn what_theirs_has_not_stands_at_the_end() {
    let base = "subnets:\n  front:\n    vlan: 1\n  back:\n    vlan: 2\n";
    let versions = Versions {
        base,
        ours: "subnets:\n  front:\n    vlan: 1\n  back:\n    vlan: 3\n",
        theirs: "subnets:\n  front:\n    vlan: 1\n",
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
        "#]],
    );
}
