//! Applies edits one after another, and proves each.

use super::anchors::refuse_used;
use super::anchors::refuse_used_inside;
use super::collection::Addition;
use super::collection::Fate;
use super::collection::change_entries;
use super::collection::keep_open_end;
use super::document::DocumentRef;
use super::document::append_document;
use super::document::find_document;
use super::document::remove_document;
use super::error::EditError;
use super::intent::Change;
use super::intent::change;
use super::intent::get;
use super::intent::key_of;
use super::patch::Patch;
use super::print::Place;
use super::print::print_text;
use super::set::end_of;
use super::set::fill_document;
use super::set::is_block_collection;
use super::set::kept_anchor;
use super::set::replace;
use super::set::set;
use super::style::LongTexts;
use super::style::Quotes;
use super::style::Style;
use super::style::quotes_of;
use super::trivia::Entry;
use super::trivia::entries;
use super::trivia::is_flow;
use crate::diagnostic::Severity;
use crate::limits::Limits;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Located;
use crate::model::Misfit;
use crate::model::Pointer;
use crate::model::Reading;
use crate::model::Value;
use crate::model::locate;
use crate::model::locate_nearest;
use crate::model::read;
use crate::model::read_key;
use crate::model::same_value;
use crate::syntax;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use crate::syntax::parse;
use crate::text;
use crate::text::Source;
use crate::text::Span;
use crate::text::TextEdit;
use serde::Serialize;

/// A change of one field, or of one document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Edit {
    /// Gives a field a value, and makes the field if only its last key is
    /// missing.
    Set {
        /// The document; the only one if left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        document: Option<DocumentRef>,
        /// The field.
        #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
        field: Pointer,
        /// Its value.
        #[cfg_attr(target_arch = "wasm32", tsify(type = "Json"))]
        value: Value,
    },
    /// Puts an item into a list.
    Insert {
        /// The document; the only one if left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        document: Option<DocumentRef>,
        /// The list.
        #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
        field: Pointer,
        /// The place the item will have; the end if left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        index: Option<usize>,
        /// The item.
        #[cfg_attr(target_arch = "wasm32", tsify(type = "Json"))]
        value: Value,
    },
    /// Takes a field away, with its comments.
    Remove {
        /// The document; the only one if left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        document: Option<DocumentRef>,
        /// The field.
        #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
        field: Pointer,
    },
    /// Gives a field another key.
    Rename {
        /// The document; the only one if left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        document: Option<DocumentRef>,
        /// The field.
        #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
        field: Pointer,
        /// The key it gets.
        to: String,
    },
    /// Puts what is written at a field in quotes, so that every reader takes it
    /// for text.
    Quote {
        /// The document; the only one if left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        document: Option<DocumentRef>,
        /// The field, a scalar.
        #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
        field: Pointer,
    },
    /// Puts a document behind the last one.
    AppendDocument {
        /// Its value.
        #[cfg_attr(target_arch = "wasm32", tsify(type = "Json"))]
        value: Value,
    },
    /// Takes a document away.
    RemoveDocument {
        /// The document.
        document: DocumentRef,
    },
}

impl FromValue for Edit {
    fn from_value(value: Value) -> Result<Edit, Misfit> {
        let mut fields = Fields::of(value)?;
        let op: String = fields.read("op")?;
        match op.as_str() {
            "set" => {
                fields.nothing_but(&["document", "field", "value"])?;
                let (document, field) = (fields.read("document")?, fields.read("field")?);
                Ok(Edit::Set { document, field, value: fields.read("value")? })
            }
            "insert" => {
                fields.nothing_but(&["document", "field", "index", "value"])?;
                let (document, field) = (fields.read("document")?, fields.read("field")?);
                let index = fields.read("index")?;
                Ok(Edit::Insert { document, field, index, value: fields.read("value")? })
            }
            "remove" => {
                fields.nothing_but(&["document", "field"])?;
                Ok(Edit::Remove { document: fields.read("document")?, field: fields.read("field")? })
            }
            "rename" => {
                fields.nothing_but(&["document", "field", "to"])?;
                let (document, field) = (fields.read("document")?, fields.read("field")?);
                Ok(Edit::Rename { document, field, to: fields.read("to")? })
            }
            "quote" => {
                fields.nothing_but(&["document", "field"])?;
                Ok(Edit::Quote { document: fields.read("document")?, field: fields.read("field")? })
            }
            "append-document" => {
                fields.nothing_but(&["value"])?;
                Ok(Edit::AppendDocument { value: fields.read("value")? })
            }
            "remove-document" => {
                fields.nothing_but(&["document"])?;
                Ok(Edit::RemoveDocument { document: fields.read("document")? })
            }
            _ => {
                let ops =
                    "`set`, `insert`, `remove`, `rename`, `quote`, `append-document`, `remove-document`";
                Err(Misfit::new(format!("unknown variant `{op}`, expected one of {ops}")))
            }
        }
    }
}

/// A changed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The text.
    pub text: String,
    /// How it came from the text before, in text order.
    pub edits: Vec<TextEdit>,
    /// How often a node had to be printed anew because finer edits did not
    /// prove right. Anything but 0 is worth a bug report.
    pub reprinted: u32,
}

/// Applies edits in order; each refers to what those before it left.
pub fn apply(tree: &Tree, edits: &[Edit], limits: &Limits) -> Result<Edited, EditError> {
    let mut patch = Patch::new(tree.text());
    let mut reprinted = 0;
    let mut current: Option<Tree> = None;
    for edit in edits {
        let before = current.as_ref().unwrap_or(tree);
        let step = Step { tree: before, limits };
        let done = step.apply(edit)?;
        reprinted += done.reprinted;
        if let Some((edits, after)) = done.change {
            patch.apply(&edits);
            current = Some(after);
        }
    }
    Ok(Edited { edits: patch.edits(), text: patch.text().to_owned(), reprinted })
}

struct Step<'a> {
    tree: &'a Tree,
    limits: &'a Limits,
}

#[derive(Default)]
struct Done {
    change: Option<(Vec<TextEdit>, Tree)>,
    reprinted: u32,
}

impl Step<'_> {
    fn apply(&self, edit: &Edit) -> Result<Done, EditError> {
        match edit {
            Edit::Set { document, field, value } => {
                self.check(value)?;
                match find_document(self.tree, document.as_ref()) {
                    Err(EditError::NoSuchDocument) if document.is_none() => {
                        let value = change(&Value::Null, field, Change::Set(value));
                        let value = value.ok_or_else(|| EditError::NoSuchField(field.clone()))?;
                        self.append(&value)
                    }
                    document => self.inside(document?, field, Change::Set(value)),
                }
            }
            Edit::Insert { document, field, index, value } => {
                self.check(value)?;
                let document = find_document(self.tree, document.as_ref())?;
                self.inside(document, field, Change::Insert { index: *index, value })
            }
            Edit::Remove { document, field } => {
                let document = find_document(self.tree, document.as_ref())?;
                self.inside(document, field, Change::Remove)
            }
            Edit::Rename { document, field, to } => {
                let document = find_document(self.tree, document.as_ref())?;
                self.inside(document, field, Change::Rename(to))
            }
            Edit::Quote { document, field } => {
                let document = find_document(self.tree, document.as_ref())?;
                self.quote(document, field)
            }
            Edit::AppendDocument { value } => {
                self.check(value)?;
                self.append(value)
            }
            Edit::RemoveDocument { document } => {
                let document = find_document(self.tree, Some(document))?;
                self.take_out(document)
            }
        }
    }

    /// Refuses what cannot be written.
    fn check(&self, value: &Value) -> Result<(), EditError> {
        let mut open = vec![(value, 0)];
        while let Some((value, depth)) = open.pop() {
            if depth >= self.limits.depth / 2 {
                return Err(EditError::BadValue("it is nested too deeply"));
            }
            match value {
                Value::Float(number) if !number.is_finite() => {
                    return Err(EditError::BadValue("JSON has no such number"));
                }
                Value::List(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
                Value::Map(entries) => open.extend(entries.iter().map(|(_, value)| (value, depth + 1))),
                _ => {}
            }
        }
        Ok(())
    }

    fn append(&self, value: &Value) -> Result<Done, EditError> {
        let count = self.tree.documents().count();
        for long_texts in [LongTexts::Blocks, LongTexts::Quoted] {
            let edits = vec![append_document(self.tree, value, long_texts)];
            let after = self.parse(&edits);
            let appended = after.documents().nth(count);
            let is_right = appended
                .is_some_and(|document| same_value(&read(&after, document, Reading::Kubernetes), value));
            if is_right && count_errors(&after) <= count_errors(self.tree) {
                return Ok(Done { change: Some((edits, after)), reprinted: 0 });
            }
        }
        Err(EditError::Unprovable(Pointer::root()))
    }

    fn take_out(&self, document: NodeId) -> Result<Done, EditError> {
        let edits = vec![remove_document(self.tree, document)];
        let after = self.parse(&edits);
        let is_gone = after.documents().count() + 1 == self.tree.documents().count();
        if !is_gone || count_errors(&after) > count_errors(self.tree) {
            return Err(EditError::Unprovable(Pointer::root()));
        }
        Ok(Done { change: Some((edits, after)), reprinted: 0 })
    }

    fn inside(&self, document: NodeId, field: &Pointer, wanted: Change<'_>) -> Result<Done, EditError> {
        let before = read(self.tree, document, Reading::Kubernetes);
        self.refuse_elsewhere(document, field, wanted)?;
        if let (Change::Insert { .. }, Some(value)) = (wanted, get(&before, &field.0))
            && !matches!(value, Value::List(_) | Value::Null)
        {
            return Err(EditError::NotAList(field.clone()));
        }
        if let (Change::Rename(to), Some((parent, last))) = (wanted, field.split_last())
            && key_of(last) != to
            && get(&before, &parent.0).and_then(|parent| parent.get(to)).is_some()
        {
            return Err(EditError::KeyTaken(to.to_owned()));
        }
        let after = change(&before, field, wanted).ok_or_else(|| EditError::NoSuchField(field.clone()))?;
        if same_value(&before, &after) {
            return Ok(Done::default());
        }
        // A block text takes in blanks that happen to stand below it, so quotes
        // are the second try.
        for long_texts in [LongTexts::Blocks, LongTexts::Quoted] {
            let edits = self.fine(document, field, wanted, long_texts)?;
            if let Some(tree) = self.proved(document, &edits, &after) {
                return Ok(Done { change: Some((edits, tree)), reprinted: 0 });
            }
        }
        self.coarse(document, field, &after)
    }

    fn quote(&self, document: NodeId, field: &Pointer) -> Result<Done, EditError> {
        let tree = self.tree;
        let located = locate(tree, document, field).ok_or_else(|| EditError::NoSuchField(field.clone()))?;
        if located.through.is_some() {
            return Err(EditError::ThroughAlias(field.clone()));
        }
        let node = located.value;
        if tree.kind(node) != Kind::Scalar || tree.is_missing(node) {
            return Err(EditError::BadValue("only a scalar can be put in quotes"));
        }
        if quotes_of(tree, node) != Some(Quotes::None) {
            return Ok(Done::default());
        }
        refuse_used(tree, node)?;
        let text = tree.scalar(node).into_owned();
        let needed = Style::of(tree, node).needed;
        let edits = vec![TextEdit::new(tree.span(node), print_text(&text, needed, needed, Place::Flow))];
        let before = read(tree, document, Reading::Kubernetes);
        let after = change(&before, field, Change::Set(&Value::String(text)));
        let after = after.ok_or_else(|| EditError::NoSuchField(field.clone()))?;
        let proved = self.proved(document, &edits, &after);
        let tree = proved.ok_or_else(|| EditError::Unprovable(field.clone()))?;
        Ok(Done { change: Some((edits, tree)), reprinted: 0 })
    }

    /// Refuses fields that are written elsewhere, or that other places use.
    fn refuse_elsewhere(
        &self,
        document: NodeId,
        field: &Pointer,
        wanted: Change<'_>,
    ) -> Result<(), EditError> {
        if field.0.is_empty() && matches!(wanted, Change::Remove | Change::Rename(_)) {
            return Err(EditError::Root);
        }
        let Some(nearest) = locate_nearest(self.tree, document, field) else { return Ok(()) };
        let is_there = nearest.steps == field.0.len();
        let Located { key, value, through } = nearest.located;
        if let (Change::Remove | Change::Rename(_), Some(key)) = (wanted, key) {
            refuse_used_inside(self.tree, key)?;
        }
        // What a merge key brings in may be set: an entry of its own wins.
        let holder = field.split_last().and_then(|(parent, _)| locate(self.tree, document, &parent));
        let may_override = matches!(wanted, Change::Set(_))
            && is_there
            && holder.is_some_and(|holder| {
                holder.through.is_none() && self.tree.kind(holder.value) == Kind::Mapping
            });
        let is_behind_alias =
            self.tree.kind(value) == Kind::Alias && (!is_there || matches!(wanted, Change::Insert { .. }));
        if (through.is_some() && !may_override) || is_behind_alias {
            return Err(EditError::ThroughAlias(field.clone()));
        }
        if through.is_none() { refuse_used(self.tree, value) } else { Ok(()) }
    }

    /// Returns the least edits.
    fn fine(
        &self,
        document: NodeId,
        field: &Pointer,
        wanted: Change<'_>,
        long_texts: LongTexts,
    ) -> Result<Vec<TextEdit>, EditError> {
        let tree = self.tree;
        let Some(root) = tree.root(document) else {
            let value = change(&Value::Null, field, wanted);
            let value = value.ok_or_else(|| EditError::NoSuchField(field.clone()))?;
            return Ok(fill_document(tree, document, &value, long_texts));
        };
        let there = locate(tree, document, field).filter(|located| located.through.is_none());
        match (wanted, there) {
            (Change::Set(value), Some(located)) => set(tree, located.value, value, long_texts),
            (Change::Insert { index, value }, Some(located)) => {
                self.insert(located.value, index, value, long_texts)
            }
            (Change::Remove, Some(located)) => self.remove(located, root),
            (Change::Rename(to), Some(located)) => {
                let Some(key) = located.key else { return Err(EditError::NoSuchField(field.clone())) };
                let mut edits = self.drop_repeated(located);
                edits.push(self.rename(key, to));
                Ok(edits)
            }
            (Change::Set(value), None) => {
                let Some((parent, last)) = field.split_last() else {
                    return set(tree, root, value, long_texts);
                };
                let holder = locate(tree, document, &parent);
                let holder = holder.ok_or_else(|| EditError::NoSuchField(field.clone()))?;
                self.add(holder.value, &key_of(last), value, long_texts)
            }
            (_, None) => Err(EditError::NoSuchField(field.clone())),
        }
    }

    /// Adds an entry to a mapping, or makes what is null a mapping.
    fn add(
        &self,
        holder: NodeId,
        key: &str,
        value: &Value,
        long_texts: LongTexts,
    ) -> Result<Vec<TextEdit>, EditError> {
        let entries = entries(self.tree, holder);
        let takes_entries = self.tree.kind(holder) == Kind::Mapping && !entries.is_empty();
        if !takes_entries || self.tree.style(holder) == syntax::Style::FlowPair {
            let old = read(self.tree, holder, Reading::Kubernetes);
            let last = Pointer::root().key(key);
            let new = change(&old, &last, Change::Set(value)).unwrap_or_default();
            return set(self.tree, holder, &new, long_texts);
        }
        let addition = Addition { after: entries.len().checked_sub(1), key: Some(key), value };
        let fates = vec![Fate::Kept; entries.len()];
        Ok(change_entries(self.tree, holder, &entries, &fates, &[addition], long_texts))
    }

    fn insert(
        &self,
        list: NodeId,
        index: Option<usize>,
        value: &Value,
        long_texts: LongTexts,
    ) -> Result<Vec<TextEdit>, EditError> {
        let entries = entries(self.tree, list);
        if self.tree.kind(list) != Kind::Sequence || entries.is_empty() {
            return set(self.tree, list, &Value::List(vec![value.clone()]), long_texts);
        }
        let after = index.unwrap_or(entries.len()).checked_sub(1);
        let fates = vec![Fate::Kept; entries.len()];
        Ok(change_entries(
            self.tree,
            list,
            &entries,
            &fates,
            &[Addition { after, key: None, value }],
            long_texts,
        ))
    }

    fn remove(&self, located: Located, root: NodeId) -> Result<Vec<TextEdit>, EditError> {
        let tree = self.tree;
        let holder = tree.parent(located.value).unwrap_or(root);
        let entries = entries(tree, holder);
        let fates: Vec<Fate> = entries
            .iter()
            .map(|entry| match entry.value == located.value || self.repeats(*entry, located) {
                true => Fate::Removed,
                false => Fate::Kept,
            })
            .collect();
        for (entry, _) in entries.iter().zip(&fates).filter(|(_, fate)| **fate == Fate::Removed) {
            refuse_used_inside(tree, entry.value)?;
        }
        if fates.contains(&Fate::Kept) && tree.style(holder) != syntax::Style::FlowPair {
            return Ok(keep_open_end(
                tree,
                change_entries(tree, holder, &entries, &fates, &[], LongTexts::Blocks),
            ));
        }
        let empty =
            if tree.kind(holder) == Kind::Sequence { Value::List(vec![]) } else { Value::Map(vec![]) };
        replace(tree, holder, &empty, LongTexts::Blocks)
    }

    /// Says whether an entry has the key that counts further down.
    fn repeats(&self, entry: Entry, located: Located) -> bool {
        match (entry.key, located.key) {
            (Some(other), Some(key)) => {
                let read = |key| read_key(self.tree, key, Reading::Kubernetes);
                other != key && read(other) == read(key)
            }
            _ => false,
        }
    }

    /// Takes out earlier entries with the key of a field, which would come to
    /// light without it.
    fn drop_repeated(&self, located: Located) -> Vec<TextEdit> {
        let Some(holder) = self.tree.parent(located.value) else { return Vec::new() };
        let entries = entries(self.tree, holder);
        let fate = |entry: &Entry| if self.repeats(*entry, located) { Fate::Removed } else { Fate::Kept };
        let fates: Vec<Fate> = entries.iter().map(fate).collect();
        change_entries(self.tree, holder, &entries, &fates, &[], LongTexts::Blocks)
    }

    fn rename(&self, key: NodeId, to: &str) -> TextEdit {
        let tree = self.tree;
        let style = Style::of(tree, key);
        let is_in_flow = tree.parent(key).is_some_and(|parent| is_flow(tree, parent));
        let place = if is_in_flow { Place::Flow } else { Place::Block };
        let quotes = quotes_of(tree, key).unwrap_or(Quotes::None);
        let needed = if quotes == Quotes::None { style.needed } else { quotes };
        let printed = kept_anchor(tree, key) + &print_text(to, quotes, needed, place);
        let span = tree.full_span(key);
        match tree.indicator(key) {
            Some(question) if span.is_empty() || is_block_collection(tree, key) => {
                let end = end_of(tree, key).max(question + 1);
                TextEdit::new(Span::new(question + 1, end), format!(" {printed}"))
            }
            _ => TextEdit::new(span, printed),
        }
    }

    /// Prints ever larger nodes anew until that proves right.
    fn coarse(&self, document: NodeId, field: &Pointer, after: &Value) -> Result<Done, EditError> {
        // Printing anew would drop what cannot be read.
        if count_errors(self.tree) > 0 {
            return Err(EditError::Unprovable(field.clone()));
        }
        for length in (0..=field.0.len()).rev() {
            let path = Pointer(field.0.iter().take(length).cloned().collect());
            let Some(located) = locate(self.tree, document, &path) else { continue };
            let Some(value) = get(after, &path.0) else { continue };
            if located.through.is_some() {
                continue;
            }
            let Ok(edits) = replace(self.tree, located.value, value, LongTexts::Quoted) else { continue };
            if let Some(tree) = self.proved(document, &edits, after) {
                return Ok(Done { change: Some((edits, tree)), reprinted: 1 });
            }
        }
        Err(EditError::Unprovable(field.clone()))
    }

    /// Parses the text after the edits. None if the document does not have the
    /// value that was meant, or if anything else broke.
    fn proved(&self, document: NodeId, edits: &[TextEdit], meant: &Value) -> Option<Tree> {
        let after = self.parse(edits);
        let place = self.tree.documents().position(|other| other == document)?;
        let is_whole = after.documents().count() == self.tree.documents().count()
            && count_errors(&after) <= count_errors(self.tree);
        let value = read(&after, after.documents().nth(place)?, Reading::Kubernetes);
        (is_whole && same_value(&value, meant)).then_some(after)
    }

    fn parse(&self, edits: &[TextEdit]) -> Tree {
        let text = text::apply(self.tree.text(), edits);
        parse(Source::from_text(text), self.limits)
    }
}

fn count_errors(tree: &Tree) -> usize {
    tree.diagnostics().iter().filter(|finding| finding.severity == Severity::Error).count()
}
