//! What is kept of a workspace beyond the page, as records.
//!
//! Each page keeps its own, so two pages never write over each other's. What a
//! page that is gone has left is taken up by another: drafts of one file by
//! two pages are put together where that goes, else the second stands aside
//! until the first is on the branch or given up, and is then asked about.
//!
//! **Invariant:** a record is forgotten only after what it held is in another
//! one, on the branch, or given up by the person.

use super::Workspace;
use crate::host::Record;
use crate::model::FromValue;
use crate::model::Value;
use crate::model::read_json;
use crate::model::write_json;
use crate::order;
use crate::order::Map;
use crate::plan::Draft;
use crate::sync;
use crate::sync::Carried;
use crate::sync::Entry;
use crate::sync::Findings;
use crate::sync::Fit;
use crate::sync::Work;

/// What the keys of drafts begin with; a path comes behind it.
const DRAFT: &str = "draft/";
/// What the keys of drafts begin with that stand aside; the page that made
/// them comes behind it, and a path.
const ASIDE: &str = "aside/";
const CHOICES: &str = "choices";

impl Workspace {
    /// Returns the records that are not kept as they are now, and takes them
    /// for kept.
    pub fn unsaved(&mut self) -> Vec<Record> {
        let mut now: Map<String, String> = Map::new();
        for (path, draft) in self.work.drafts.iter() {
            now.insert(format!("{DRAFT}{path}"), write_json(&Value::from(draft)));
        }
        for (key, draft) in self.aside.iter() {
            now.insert(key.clone(), write_json(&Value::from(draft)));
        }
        if !self.choices.is_empty() {
            now.insert(CHOICES.to_owned(), write_json(&self.choices.iter().map(Value::from).collect()));
        }
        for entry in &self.outbox {
            let Record { key, text } = entry.record();
            now.insert(key, text.unwrap_or_default());
        }
        let mut records = Vec::new();
        for (key, text) in now.iter().filter(|(key, text)| self.saved.get(key.as_str()) != Some(*text)) {
            records.push(Record { key: key.clone(), text: Some(text.clone()) });
        }
        for (key, _) in self.saved.iter().filter(|(key, _)| !now.contains_key(key.as_str())) {
            records.push(Record { key: key.clone(), text: None });
        }
        self.saved = now;
        records
    }

    /// Takes note that records were not kept: they are unsaved again.
    pub fn not_kept(&mut self, records: &[Record]) {
        for Record { key, .. } in records {
            // No record is empty, so this one is another than any.
            self.saved.insert(key.clone(), String::new());
        }
    }

    /// Takes up what the branch held when it was last open.
    pub fn restore(&mut self, records: &[Record]) {
        self.known = sync::restore(self.branch.as_deref(), records);
    }

    /// Says whether a record is that of a save.
    pub fn is_save(record: &Record) -> bool {
        record.key.starts_with(Entry::prefix())
    }

    /// Says whether a record is that of a draft.
    pub fn is_draft(record: &Record) -> bool {
        record.key.starts_with(DRAFT)
    }

    /// Takes up a record that `page`, which is gone, has left. Says whether it
    /// did, so that it can be forgotten as soon as what is unsaved now is kept;
    /// one that cannot be read is left alone.
    pub fn adopt(&mut self, page: &str, record: &Record) -> bool {
        self.merging.choose(&[]);
        let is_taken = self.take(page, record).is_some();
        if !self.work.drafts.is_empty() && !self.choices.is_empty() {
            self.fit = Fit::Conflicted;
        }
        order::sort_by_key(&mut self.outbox, |entry| entry.created_ms);
        is_taken
    }

    fn take(&mut self, page: &str, record: &Record) -> Option<()> {
        let Record { key, text } = record;
        let text = text.as_deref()?;
        if Workspace::is_save(record) {
            let entry = Entry::restore(text).ok()?;
            if !self.outbox.iter().any(|known| known.operation == entry.operation) {
                self.outbox.push(entry);
            }
            return Some(());
        }
        let value = read_json(text).ok()?;
        if key == CHOICES {
            self.choices.extend(Vec::from_value(value).ok()?);
        } else if let Some(path) = key.strip_prefix(DRAFT) {
            let draft = Draft::from_value(value).ok()?;
            let together = match self.work.drafts.get(path) {
                Some(older) => sync::on_top(path, older, &draft, &*self.merging),
                None => Some(draft.clone()),
            };
            match together {
                Some(draft) => {
                    self.work.base = None;
                    self.work.drafts.insert(path.to_owned(), draft)
                }
                None => self.aside.insert(format!("{ASIDE}{page}/{path}"), draft),
            };
        } else if key.starts_with(ASIDE) {
            self.aside.insert(key.clone(), Draft::from_value(value).ok()?);
        } else {
            return None;
        }
        Some(())
    }

    /// Takes up drafts that stand aside where nothing is in their way any more.
    pub(super) fn take_up(&mut self) {
        let Some(snapshot) = self.snapshot().cloned() else { return };
        let mut drafts = self.work.drafts.clone();
        let keys: Vec<String> = self.aside.keys().cloned().collect();
        for key in keys {
            let path = key.strip_prefix(ASIDE).and_then(|rest| rest.split_once('/')).map(|(_, path)| path);
            let Some(path) = path.filter(|_| self.fit != Fit::Conflicted) else { continue };
            let waits = self.outbox.iter().any(|entry| entry.drafts.contains_key(path));
            if !waits
                && !drafts.contains_key(path)
                && let Some(draft) = self.aside.remove(&key)
            {
                drafts.insert(path.to_owned(), draft);
            }
        }
        if drafts == self.work.drafts {
            return;
        }
        let (fabrics, base) = (&self.session.fabrics, self.work.base.as_ref());
        match sync::carry(&*self.merging, fabrics, base, &snapshot, &drafts, Findings::Refuse) {
            Carried::Over(drafts) => self.work = Work { base: Some(snapshot), drafts },
            Carried::Invalid { drafts, message } => {
                self.work = Work { base: Some(snapshot), drafts };
                self.fit = Fit::Invalid { message };
            }
            Carried::Conflicted => {
                self.work.drafts = drafts;
                self.fit = Fit::Conflicted;
            }
        }
    }
}
