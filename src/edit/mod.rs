//! Changes fields of a file by the least set of text edits, in the file's own
//! style.
//!
//! Every edit is proved: the changed text is parsed again, and the document
//! must have exactly the value that the edit means. Where the fine edits fail
//! that, a larger node is printed anew.
//!
//! **Invariant:** an edit that changes no value changes no byte, and a refused
//! edit changes nothing.

mod align;
mod anchors;
mod apply;
mod collection;
mod document;
mod error;
mod intent;
mod lines;
mod patch;
mod print;
mod set;
mod style;
mod trivia;

pub use apply::Edit;
pub use apply::Edited;
pub use apply::apply;
pub use document::DocumentRef;
pub use error::EditError;
pub use lines::Lines;
pub use patch::Patch;
pub use print::Lead;
pub use print::Place;
pub use print::Printed;
pub use print::is_plain;
pub use print::print;
pub use print::print_entry;
pub use print::print_flow;
pub use print::print_flow_entry;
pub use print::print_item;
pub use print::print_key;
pub use print::print_text;
pub use set::set;
pub use style::LongTexts;
pub use style::Padding;
pub use style::Quotes;
pub use style::Style;
pub use style::line_break;
pub use trivia::Entry;
pub use trivia::entries;
pub use trivia::is_comment;
pub use trivia::is_flow;
pub use trivia::last_line_end;
pub use trivia::lead_start;
pub use trivia::lines_of;
