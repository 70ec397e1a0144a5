//! Promises of `edit`.

mod fixtures;
mod generate;
mod properties;
mod refusals;
mod suite;
mod texts;

use hedgerow::edit::Edit;
use hedgerow::edit::EditError;
use hedgerow::edit::Edited;
use hedgerow::edit::apply;
use hedgerow::limits::Limits;
use hedgerow::model::FromValue;
use hedgerow::model::read_json;
use hedgerow::syntax::Tree;
use hedgerow::syntax::parse;
use hedgerow::text::Source;

fn tree(text: &str) -> Tree {
    parse(Source::from_text(text), &Limits::DEFAULT)
}

/// Applies edits given as JSON.
fn edit(text: &str, edits: &str) -> Result<Edited, EditError> {
    let edits: Vec<Edit> = FromValue::from_value(read_json(edits).unwrap()).unwrap();
    apply(&tree(text), &edits, &Limits::DEFAULT)
}
