//! `edit`: changes of fields, as the least change of a text.

use super::error::Error;
use super::file::File;
use super::shapes::TextEdit;
use crate::edit;
use crate::edit::Edit;
use crate::limits::Limits;
use crate::text::Encoding;

/// An edited file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditAnswer {
    /// Its bytes, encoded as they were.
    pub content: Vec<u8>,
    /// How they came from those before.
    pub edits: Vec<TextEdit>,
}

/// Edits a file. On an error nothing is changed.
pub fn edit(file: &File, edits: &[Edit]) -> Result<EditAnswer, Error> {
    let tree = file.tree();
    if tree.source().encoding() == Encoding::Unknown {
        return Err(Error::new("not-text", "the file is neither UTF-8 nor UTF-16: save it as UTF-8 first"));
    }
    let edited = edit::apply(tree, edits, &Limits::DEFAULT)
        .map_err(|problem| Error::new(problem.code(), problem.to_string()))?;
    let edits = edited.edits.iter().map(|edit| file.text_edit(edit));
    Ok(EditAnswer { content: tree.source().encode_like(&edited.text), edits: edits.collect() })
}
