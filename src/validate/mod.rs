//! Turns resources into findings: what the fabric would say, before the
//! commit.
//!
//! A resource goes through the chain of the cluster, in its order:
//!
//! 1. `decode`: unknown fields, nulls, types and widths;
//! 2. `defaults`: what the mutating webhooks fill in, the labels they make;
//! 3. `structure`, `metadata`: schema, names, labels;
//! 4. `rules`: a file a kind, over a `Check`, which gives a rule the object,
//!    the settings and the `cluster` around it.
//!
//! Everything works on values with paths, so it is the same for files and for
//! JSON objects. `locate` turns paths into spans of a file, last of all.
//!
//! **Invariant:** all findings are reported, not the first; the same resources
//! give the same findings in the same order, however they came to be.

mod admit;
mod chain;
mod check;
mod cluster;
mod decode;
mod defaults;
mod documents;
mod endpoints;
mod field;
mod finding;
mod locate;
mod metadata;
mod names;
mod object;
mod options;
mod ports;
mod profiles;
mod readers;
mod room;
pub mod rule_ids;
mod rules;
mod session;
mod settings;
mod spelling;
mod structure;

pub use admit::Admission;
pub use admit::Operation;
pub use admit::Verdict;
pub use field::label;
pub use finding::Finding;
pub use finding::Fix;
pub use finding::FixEdit;
pub use finding::Key;
pub use finding::NotChecked;
pub use finding::Part;
pub use finding::Related;
pub use finding::Stage;
pub use locate::locate;
pub use options::Hydration;
pub use options::Options;
pub use options::Scope;
pub use options::UnknownFields;
pub use options::View;
pub use profiles::built_in_profiles;
pub use session::Located;
pub use session::Omitted;
pub use session::OpenProblem;
pub use session::Replaced;
pub use session::Report;
pub use session::Session;
pub use session::Unchecked;
pub use settings::Setting;
pub use settings::Settings;
pub use settings::SettingsProblem;
