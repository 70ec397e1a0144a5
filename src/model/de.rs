//! Turns nodes into any type that serde can make.
//!
//! Text is borrowed from the tree wherever the file spells it as it reads.
//! A target that wants text takes a plain number or truth value as it is
//! written, as the cluster's decoder does for typed targets.
//!
//! **Invariant:** an error names the innermost node that did not fit.

use super::read::Entry;
use super::read::Reader;
use super::read::read_text;
use super::reading::Plain;
use super::reading::Reading;
use super::reading::read_plain;
use super::value::Value;
use crate::limits::Limits;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Siblings;
use crate::syntax::Style;
use crate::syntax::Tree;
use crate::text::Span;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::DeserializeSeed;
use serde::de::EnumAccess;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Unexpected;
use serde::de::VariantAccess;
use serde::de::Visitor;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::value::StringDeserializer;
use serde::forward_to_deserialize_any;
use std::borrow::Cow;
use std::fmt;

/// Why a node does not fit a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    /// What does not fit, as serde says it.
    pub message: String,
    /// The node that does not fit.
    pub span: Span,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

impl Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> DecodeError {
        DecodeError { message: message.to_string(), span: NOWHERE }
    }
}

/// Stands for the place that an error does not have yet.
const NOWHERE: Span = Span::at(u32::MAX);

/// Makes a `T` from a node, or from the root of a document.
pub fn from_node<'de, T: Deserialize<'de>>(
    tree: &'de Tree,
    node: NodeId,
    reading: Reading,
) -> Result<T, DecodeError> {
    let mut reader = Reader::new(tree, reading, &Limits::DEFAULT);
    T::deserialize(NodeDeserializer { reader: &mut reader, node })
}

struct NodeDeserializer<'r, 'de> {
    reader: &'r mut Reader<'de>,
    node: NodeId,
}

impl<'r, 'de> NodeDeserializer<'r, 'de> {
    /// Follows aliases and documents to the node that holds content, runs
    /// `visit` on it, and gives its place to an error that has none.
    fn enter<T>(
        self,
        visit: impl FnOnce(&mut Reader<'de>, NodeId) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let NodeDeserializer { reader, node } = self;
        let span = reader.tree.span(node);
        let result = match reader.tree.kind(node) {
            Kind::Document => match reader.tree.root(node) {
                Some(root) => visit(reader, root),
                None => Err(Error::custom("the document is empty")),
            },
            Kind::Alias => match reader.alias(node) {
                Some(target) => reader
                    .expanded(|reader| visit(reader, target))
                    .unwrap_or_else(|| Err(Error::custom("the aliases expand to more than may be read"))),
                None => Err(Error::custom("the alias stands for nothing")),
            },
            _ => visit(reader, node),
        };
        result.map_err(|error| if error.span == NOWHERE { DecodeError { span, ..error } } else { error })
    }
}

fn visit_node<'de, V: Visitor<'de>>(
    reader: &mut Reader<'de>,
    node: NodeId,
    visitor: V,
) -> Result<V::Value, DecodeError> {
    if !reader.spend(reader.tree.len(node) + 1) {
        return Err(Error::custom("the aliases expand to more than may be read"));
    }
    match reader.tree.kind(node) {
        Kind::Sequence => {
            let items = reader.tree.items(node);
            visitor.visit_seq(Items { reader, items })
        }
        Kind::Mapping => {
            let entries = reader.entries(node).into_iter();
            visitor.visit_map(Pairs { reader, entries, value: None })
        }
        Kind::Scalar => visit_scalar(reader, node, visitor),
        // The alias of an alias cannot be written, and a root is no document.
        Kind::Alias | Kind::Document | Kind::Error => Err(Error::custom("this is not YAML")),
    }
}

fn visit_scalar<'de, V: Visitor<'de>>(
    reader: &mut Reader<'de>,
    node: NodeId,
    visitor: V,
) -> Result<V::Value, DecodeError> {
    let tree = reader.tree;
    if tree.tag(node).is_none() {
        let text = read_text(tree, node, reader.reading);
        return match tree.style(node) {
            Style::Plain => visit_plain(read_plain(&text, reader.reading), text, visitor),
            _ => visit_text(text, visitor),
        };
    }
    match reader.value(node) {
        Value::Null => visitor.visit_unit(),
        Value::Bool(value) => visitor.visit_bool(value),
        Value::Int(value) => visit_plain(Plain::Int(value), Cow::Borrowed(""), visitor),
        Value::Float(value) => visitor.visit_f64(value),
        Value::String(text) => visitor.visit_string(text),
        Value::List(_) | Value::Map(_) => Err(Error::custom("this is no scalar")),
    }
}

fn visit_plain<'de, V: Visitor<'de>>(
    plain: Plain,
    text: Cow<'de, str>,
    visitor: V,
) -> Result<V::Value, DecodeError> {
    match plain {
        Plain::Null => visitor.visit_unit(),
        Plain::Bool(value) => visitor.visit_bool(value),
        Plain::Int(value) => match (u64::try_from(value), i64::try_from(value)) {
            (Ok(value), _) => visitor.visit_u64(value),
            (_, Ok(value)) => visitor.visit_i64(value),
            _ => visitor.visit_i128(value),
        },
        Plain::Float(value) => visitor.visit_f64(value),
        Plain::Text => visit_text(text, visitor),
    }
}

fn visit_text<'de, V: Visitor<'de>>(text: Cow<'de, str>, visitor: V) -> Result<V::Value, DecodeError> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}

/// Says whether a node is a scalar that is null.
pub(super) fn is_null_scalar(reader: &Reader<'_>, node: NodeId) -> bool {
    let tree = reader.tree;
    match tree.kind(node) {
        Kind::Scalar => match tree.resolved_tag(node) {
            Some(tag) => tag == "tag:yaml.org,2002:null",
            None => {
                tree.style(node) == Style::Plain
                    && read_plain(&tree.scalar(node), reader.reading) == Plain::Null
            }
        },
        _ => false,
    }
}

impl<'de> Deserializer<'de> for NodeDeserializer<'_, 'de> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.enter(|reader, node| visit_node(reader, node, visitor))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.enter(|reader, node| match reader.tree.kind(node) {
            Kind::Scalar if !is_null_scalar(reader, node) => {
                visit_text(read_text(reader.tree, node, reader.reading), visitor)
            }
            _ => visit_node(reader, node, visitor),
        })
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.enter(|reader, node| match is_null_scalar(reader, node) {
            true => visitor.visit_none(),
            false => visitor.visit_some(NodeDeserializer { reader, node }),
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.enter(|reader, node| match reader.tree.kind(node) {
            Kind::Scalar => {
                let name = reader.tree.scalar(node);
                visitor.visit_enum(Variant { reader, name, content: None })
            }
            Kind::Mapping => {
                let mut entries = reader.entries(node).into_iter();
                match (entries.next(), entries.next()) {
                    (Some(entry), None) => {
                        visitor.visit_enum(Variant { reader, name: entry.key, content: Some(entry.value) })
                    }
                    _ => Err(Error::invalid_value(Unexpected::Map, &"a mapping with one key")),
                }
            }
            _ => Err(Error::invalid_type(Unexpected::Seq, &"a name, or a mapping with one key")),
        })
    }

    /// Takes no list for a struct, as serde would.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.enter(|reader, node| match reader.tree.kind(node) {
            Kind::Sequence => Err(Error::invalid_type(Unexpected::Seq, &visitor)),
            _ => visit_node(reader, node, visitor),
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple
        tuple_struct map
    }
}

/// Makes a key or the name of a variant.
fn name<'de, T: DeserializeSeed<'de>>(text: Cow<'de, str>, seed: T) -> Result<T::Value, DecodeError> {
    match text {
        Cow::Borrowed(text) => seed.deserialize(BorrowedStrDeserializer::new(text)),
        Cow::Owned(text) => seed.deserialize(StringDeserializer::new(text)),
    }
}

struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    items: Siblings<'de>,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some(node) = self.items.next() else { return Ok(None) };
        seed.deserialize(NodeDeserializer { reader: self.reader, node }).map(Some)
    }
}

struct Pairs<'r, 'de> {
    reader: &'r mut Reader<'de>,
    entries: std::vec::IntoIter<Entry<'de>>,
    value: Option<(NodeId, bool)>,
}

impl<'de> MapAccess<'de> for Pairs<'_, 'de> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        let Some(entry) = self.entries.next() else { return Ok(None) };
        self.value = Some((entry.value, entry.merged));
        name(entry.key, seed).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        let Some((node, merged)) = self.value.take() else {
            return Err(Error::custom("a value was asked for before its key"));
        };
        if !merged {
            return seed.deserialize(NodeDeserializer { reader: self.reader, node });
        }
        let value = self.reader.expanded(|reader| seed.deserialize(NodeDeserializer { reader, node }));
        value.unwrap_or_else(|| Err(Error::custom("the merged keys expand to more than may be read")))
    }
}

struct Variant<'r, 'de> {
    reader: &'r mut Reader<'de>,
    name: Cow<'de, str>,
    content: Option<NodeId>,
}

impl<'r, 'de> EnumAccess<'de> for Variant<'r, 'de> {
    type Error = DecodeError;
    type Variant = Content<'r, 'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Content<'r, 'de>), DecodeError> {
        let variant = name(self.name, seed)?;
        Ok((variant, Content { reader: self.reader, content: self.content }))
    }
}

struct Content<'r, 'de> {
    reader: &'r mut Reader<'de>,
    content: Option<NodeId>,
}

impl<'r, 'de> Content<'r, 'de> {
    fn deserializer(self) -> Result<NodeDeserializer<'r, 'de>, DecodeError> {
        let Some(node) = self.content else {
            return Err(Error::invalid_type(Unexpected::UnitVariant, &"a mapping with one key"));
        };
        Ok(NodeDeserializer { reader: self.reader, node })
    }
}

impl<'de> VariantAccess<'de> for Content<'_, 'de> {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        match self.content {
            None => Ok(()),
            Some(node) => Deserialize::deserialize(NodeDeserializer { reader: self.reader, node }),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, DecodeError> {
        seed.deserialize(self.deserializer()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserializer()?.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserializer()?.deserialize_any(visitor)
    }
}
