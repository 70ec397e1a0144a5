//! Promises of `text`.

use hedgerow::text::Encoding;
use hedgerow::text::LineIndex;
use hedgerow::text::Position;
use hedgerow::text::Source;
use hedgerow::text::Span;
use hedgerow::text::TextEdit;
use hedgerow::text::apply;
use hedgerow::text::diff;
use proptest::prelude::*;

#[test]
fn utf16_with_a_mark_is_decoded_and_encoded_back() {
    for (bytes, encoding) in [
        (&[0xFE, 0xFF, 0, b'a', 0xD8, 0x3D, 0xDE, 0x00][..], Encoding::Utf16Be),
        (&[0xFF, 0xFE, b'a', 0, 0x3D, 0xD8, 0x00, 0xDE][..], Encoding::Utf16Le),
    ] {
        let source = Source::from_bytes(bytes);
        assert_eq!(source.text(), "\u{FEFF}a😀");
        assert_eq!(source.encoding(), encoding);
        assert_eq!(source.to_bytes(), bytes);
    }
}

#[test]
fn bytes_that_are_no_text_are_kept_and_the_first_is_named() {
    let source = Source::from_bytes(b"ab\xFFcd");
    assert_eq!(source.text(), "ab\u{FFFD}cd");
    assert_eq!(source.broken_at(), Some(2));
    assert_eq!(source.to_bytes(), b"ab\xFFcd");
}

#[test]
fn positions_count_utf16_units_and_all_three_line_ends() {
    let text = "a\r\né😀x\rb\n";
    let index = LineIndex::new(text);
    let position = |offset| index.position(text, offset);
    assert_eq!(position(0), Position { offset: 0, line: 1, column: 1 });
    assert_eq!(position(3), Position { offset: 3, line: 2, column: 1 });
    assert_eq!(position(9), Position { offset: 6, line: 2, column: 4 });
    assert_eq!(position(11), Position { offset: 8, line: 3, column: 1 });
    assert_eq!(position(99), Position { offset: 10, line: 4, column: 1 });
}

#[test]
fn edits_apply_in_text_order_and_overlapping_ones_are_left_out() {
    let edits = [
        TextEdit::new(Span::new(4, 5), "E"),
        TextEdit::insert(1, "x"),
        TextEdit::insert(1, "y"),
        TextEdit::cut(Span::new(4, 6)),
    ];
    assert_eq!(apply("abcdef", &edits), "axybcdEf");
}

proptest! {
    #[test]
    fn any_bytes_come_back(bytes: Vec<u8>) {
        prop_assert_eq!(Source::from_bytes(&bytes).to_bytes(), bytes);
    }

    #[test]
    fn a_position_leads_back_to_its_byte(text: String, at: prop::sample::Index) {
        let index = LineIndex::new(&text);
        let offset = text.char_indices().map(|(offset, _)| offset).chain([text.len()]).collect::<Vec<_>>();
        let offset = *at.get(&offset) as u32;
        prop_assert_eq!(index.byte(&text, index.utf16(&text, offset)), offset);
    }
}

#[test]
fn a_unified_diff_shows_three_lines_around_what_changed() {
    let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18";
    let new = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n";
    assert_eq!(
        diff::unified(old, new),
        "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n\
         @@ -15,4 +15,4 @@\n 15\n 16\n 17\n-18\n\\ No newline at end of file\n+18\n"
    );
    assert_eq!(diff::unified("", "a\nb\n"), "@@ -0,0 +1,2 @@\n+a\n+b\n");
    assert_eq!(diff::unified("a\n", ""), "@@ -1 +0,0 @@\n-a\n");
    assert_eq!(diff::unified(old, old), "");
}

/// Does what a unified diff says.
fn patched(old: &str, patch: &str) -> String {
    let mut rest = diff::lines(old).into_iter();
    let (mut text, mut done) = (String::new(), 0);
    let mut after_break = false;
    for line in diff::lines(patch) {
        let (sign, content) = line.split_at(1);
        match sign {
            "@" => {
                let range = line.split(['-', ' ']).nth(2).unwrap();
                let (start, count) = range.split_once(',').unwrap_or((range, "1"));
                let start: usize = start.parse().unwrap();
                let before = if count == "0" { start } else { start - 1 };
                for kept in rest.by_ref().take(before - done) {
                    text += kept;
                }
                done = before;
            }
            "+" => text += content,
            "\\" if after_break => text.truncate(text.len() - 1),
            "\\" => {}
            _ => {
                let there = rest.next().unwrap();
                assert_eq!(there.trim_end_matches('\n'), content.trim_end_matches('\n'));
                done += 1;
                if sign == " " {
                    text += content;
                }
            }
        }
        after_break = matches!(sign, "+" | " ");
    }
    text.extend(rest);
    text
}

proptest! {
    #[test]
    fn a_unified_diff_leads_from_the_old_text_to_the_new(
        old in "([abc]\n){0,30}[abc]{0,1}",
        new in "([abc]\n){0,30}[abc]{0,1}",
    ) {
        prop_assert_eq!(patched(&old, &diff::unified(&old, &new)), new);
    }

    #[test]
    fn what_lies_between_changes_is_the_same(
        old in prop::collection::vec(0..4usize, 0..60),
        new in prop::collection::vec(0..4usize, 0..60),
    ) {
        let (mut from, mut to) = (0, 0);
        for change in diff::changes(&old, &new) {
            prop_assert!(change.old.start >= from && change.new.start >= to);
            prop_assert_eq!(&old[from..change.old.start], &new[to..change.new.start]);
            (from, to) = (change.old.end, change.new.end);
        }
        prop_assert_eq!(&old[from..], &new[to..]);
    }
}
