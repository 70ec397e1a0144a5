//! Turns trees into resources: values, paths to fields, and identity.
//!
//! **Invariant:** a value never holds what the text does not say; defaults and
//! types of a schema come later.

mod ambiguity;
mod de;
mod document;
mod field_path;
mod from_value;
mod json;
mod locate;
mod pointer;
mod read;
mod reading;
mod resource;
mod same_value;
mod value;

pub use ambiguity::AMBIGUOUS_SCALAR;
pub use ambiguity::Ambiguity;
pub use ambiguity::ambiguities;
pub use de::DecodeError;
pub use de::from_node;
pub use document::Document;
pub use document::document;
pub use document::documents;
pub use field_path::FieldPath;
pub use field_path::InferredLabels;
pub use field_path::ItemLabels;
pub use field_path::Segment;
pub use from_value::Fields;
pub use from_value::FromValue;
pub use from_value::Misfit;
pub use from_value::read_word;
pub use from_value::word_of;
pub use json::NotJson;
pub use json::read_json;
pub use json::write_json;
pub use locate::Located;
pub use locate::Nearest;
pub use locate::locate;
pub use locate::locate_nearest;
pub use locate::pointer_of;
pub use pointer::Pointer;
pub use pointer::Step;
pub use read::ALIAS_BUDGET;
pub use read::ALIAS_CYCLE;
pub use read::KEY_NOT_TEXT;
pub use read::MERGE_NOT_MAP;
pub use read::NUMBER_NOT_JSON;
pub use read::Read;
pub use read::TAG_MISMATCH;
pub use read::UNKNOWN_ALIAS;
pub use read::read;
pub use read::read_key;
pub use read::read_with_findings;
pub use reading::Plain;
pub use reading::Reading;
pub use reading::is_old_type;
pub use reading::is_text_to_all;
pub use reading::read_plain;
pub use reading::read_plain_key;
pub use resource::ResourceId;
pub use same_value::same_value;
pub use value::Value;
pub use value::is_same;
