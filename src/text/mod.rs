//! Turns the bytes of a file into text with positions.
//!
//! **Invariant:** a [`Source`] gives back the bytes it was made from, whatever
//! they were.

pub mod diff;
mod line_index;
mod source;
mod span;
mod text_edit;

pub use line_index::LineIndex;
pub use line_index::Position;
pub use source::Encoding;
pub use source::Source;
pub use span::Span;
pub use text_edit::TextEdit;
pub use text_edit::apply;
