//! Merges block scalars line by line, as Git merges files.
//!
//! **Invariant:** lines that one side changed are in the result, or in a
//! conflict of their own.

use super::answer::ConflictKind;
use super::answer::ConflictSeverity;
use super::engine::Engine;
use super::hash;
use super::merged::MergedValue;
use super::merged::Shapes;
use super::options::Settlement;
use super::sequence;
use super::sequence::Touching;
use super::settle::Allows;
use super::settle::Outcome;
use super::shape::NodeIx;
use super::versions::Version;
use super::versions::Versions;
use super::versions::three_way;
use crate::syntax::Style;

/// A block scalar: its header and its lines without indentation.
#[derive(Debug, Clone)]
pub(super) struct BlockText<'a> {
    pub header: &'a str,
    pub lines: Vec<&'a str>,
    pub style: Style,
}

/// Says whether a scalar of that style stands in one line.
pub(super) fn is_one_line(style: Style) -> bool {
    matches!(style, Style::Plain | Style::SingleQuoted | Style::DoubleQuoted)
}

/// Reads what the versions have as block scalars of one style. None if one has
/// something else.
pub(super) fn read<'a>(
    shapes: &Shapes<'a>,
    at: &Versions<Option<NodeIx>>,
) -> Option<Versions<BlockText<'a>>> {
    let read = |version: Version| block(shapes, at, version);
    let texts =
        Versions { base: read(Version::Base)?, ours: read(Version::Ours)?, theirs: read(Version::Theirs)? };
    (texts.base.style == texts.ours.style && texts.base.style == texts.theirs.style).then_some(texts)
}

fn block<'a>(shapes: &Shapes<'a>, at: &Versions<Option<NodeIx>>, version: Version) -> Option<BlockText<'a>> {
    let shape = (*shapes.of(version))?;
    let node = shape.node((*at.of(version))?);
    if !shape.is_block_scalar(node.id) {
        return None;
    }
    let raw: &'a str = shape.text(shape.tree.span(node.id));
    let (header, body) = raw.split_once('\n').unwrap_or((raw, ""));
    let lines: Vec<&str> = body.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let lines = if body.is_empty() { Vec::new() } else { lines };
    let indent =
        lines.iter().filter(|line| !line.trim_start_matches(' ').is_empty()).map(|line| indent_of(line));
    let indent = match header.bytes().find(u8::is_ascii_digit) {
        // The first line may be indented further than the text.
        Some(_) => indent.min(),
        None => indent.clone().next(),
    };
    let indent = indent.unwrap_or(0);
    let strip = |line: &&'a str| line.get(indent.min(indent_of(line))..).unwrap_or("");
    Some(BlockText {
        header: header.trim_end_matches('\r'),
        lines: lines.iter().map(strip).collect(),
        style: shape.tree.style(node.id),
    })
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Merges three texts; a stretch that clashes is asked about by itself.
pub(super) fn merge(
    engine: &mut Engine<'_, '_, '_>,
    at: &Versions<Option<NodeIx>>,
    texts: Versions<BlockText<'_>>,
) -> Option<MergedValue> {
    let headers = texts.clone().map(|text| text.header);
    let header = three_way(&headers)?;
    let slices =
        Versions { base: &*texts.base.lines, ours: &*texts.ours.lines, theirs: &*texts.theirs.lines };
    let mut lines: Vec<String> = Vec::new();
    for hunk in sequence::merge(slices, Touching::Clashes) {
        if let Some(taken) = hunk.taken(&slices) {
            lines.extend(taken.iter().map(|line| (*line).to_owned()));
            continue;
        }
        let part = |version: Version| slices.of(version).get(hunk.at.of(version).clone()).unwrap_or_default();
        let parts = Versions::each(|version| Some(part(version).join("\n")));
        let number = hash::of_text(&part(Version::Base).join("\n"));
        let place = engine.path.place(engine.shapes, at, engine.resource, ConflictKind::Text).texts(parts);
        let allows = Allows { base: true, both: Some("Keep the lines of both"), value: false, text: true };
        let place = place.with(ConflictSeverity::Medium, allows).facet(&format!("lines {number:x}"));
        let taken: Vec<&str> = match engine.settler.settle(place) {
            Outcome::Settled(Settlement::Both) => {
                part(Version::Theirs).iter().chain(part(Version::Ours)).copied().collect()
            }
            Outcome::Settled(Settlement::Text(text)) => {
                lines.extend(text.lines().map(str::to_owned));
                continue;
            }
            outcome => part(outcome.version().unwrap_or(Version::Theirs)).to_vec(),
        };
        lines.extend(taken.into_iter().map(str::to_owned));
    }
    let chomp = texts.of(header);
    let text = content(chomp, &lines);
    let value = hash::of_string(&text);
    Some(MergedValue::Lines { header, lines, text, value })
}

/// Returns what the lines say under a header.
fn content(text: &BlockText<'_>, lines: &[String]) -> String {
    let end = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |at| at + 1);
    let body = lines.get(..end).unwrap_or_default();
    let body = match text.style {
        Style::Folded => fold(body),
        _ => body.join("\n"),
    };
    let signs = text.header.split([' ', '\t']).next().unwrap_or("");
    match signs.contains('-') {
        true => body,
        false if signs.contains('+') => format!("{body}{}", "\n".repeat(lines.len() - end + 1)),
        false if body.is_empty() => body,
        false => body + "\n",
    }
}

/// Folds lines as `>` does.
fn fold(lines: &[String]) -> String {
    let mut text = String::new();
    let mut previous_is_text = false;
    let mut breaks = 0;
    for line in lines {
        if line.is_empty() {
            breaks += 1;
            continue;
        }
        let is_text = !line.starts_with([' ', '\t']);
        if !text.is_empty() || breaks > 0 {
            match (previous_is_text && is_text, breaks) {
                (true, 0) => text.push(' '),
                (true, _) => text.push_str(&"\n".repeat(breaks)),
                (false, _) if text.is_empty() => text.push_str(&"\n".repeat(breaks)),
                (false, _) => text.push_str(&"\n".repeat(breaks + 1)),
            }
        }
        text.push_str(line);
        previous_is_text = is_text;
        breaks = 0;
    }
    text
}
