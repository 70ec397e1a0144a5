//! Why an edit is refused.

use crate::model::Pointer;

/// Why an edit cannot be made. Nothing is changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// No document is named, and there are several; or several are meant.
    #[error("the file has more than one such document: say which one")]
    AmbiguousDocument,
    /// The document that is named is not there.
    #[error("the file has no such document")]
    NoSuchDocument,
    /// The field is not there, and is not one that setting can make.
    #[error("the document has no field `{0}`")]
    NoSuchField(Pointer),
    /// Something is to be inserted into what is no list.
    #[error("the field `{0}` is not a list")]
    NotAList(Pointer),
    /// The new name of a field is taken.
    #[error("the key `{0}` is already used")]
    KeyTaken(String),
    /// The root of a document was to be removed or renamed.
    #[error("the root of a document can only be set, or removed with its document")]
    Root,
    /// The field is written elsewhere, and that place has a name of its own.
    #[error("the field `{0}` comes from an alias or a merge key: edit it where it is written")]
    ThroughAlias(Pointer),
    /// Other places use what is to be changed.
    #[error("the field `{field}` is also used elsewhere by `*{anchor}`: put the value there first")]
    AnchorInUse {
        /// The field.
        field: Pointer,
        /// The name of the anchor.
        anchor: String,
    },
    /// JSON has no such value, or it is nested too deeply.
    #[error("the value cannot be written: {0}")]
    BadValue(&'static str),
    /// The text is such that the edit cannot be proved right.
    #[error("the text around the field `{0}` is broken: mend it first")]
    Unprovable(Pointer),
}

impl EditError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            EditError::AmbiguousDocument => "ambiguous-document",
            EditError::NoSuchDocument | EditError::NoSuchField(_) => "no-such-field",
            EditError::NotAList(_) => "not-a-list",
            EditError::KeyTaken(_) => "key-taken",
            EditError::Root | EditError::BadValue(_) => "bad-request",
            EditError::ThroughAlias(_) => "through-alias",
            EditError::AnchorInUse { .. } => "anchor-in-use",
            EditError::Unprovable(_) => "broken-text",
        }
    }
}
