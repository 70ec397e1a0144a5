//! Promises of `text`.

use hedgerow::text::Encoding;
use hedgerow::text::LineIndex;
use hedgerow::text::Position;
use hedgerow::text::Source;
use hedgerow::text::Span;
use hedgerow::text::TextEdit;
use hedgerow::text::apply;
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
