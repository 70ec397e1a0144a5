//! What is kept of a workspace beyond the page, as records.

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
use crate::sync::Entry;
use crate::sync::Fit;

/// What the keys of drafts begin with; a path comes behind it.
const DRAFT: &str = "draft/";
const CHOICES: &str = "choices";

impl Workspace {
    /// Returns the records that are not kept as they are now, and takes them
    /// for kept.
    ///
    /// A draft is a record of its own, written when it changes: so two pages
    /// over one branch do not undo each other's drafts of different files.
    pub fn unsaved(&mut self) -> Vec<Record> {
        let mut now: Map<String, String> = Map::new();
        for (path, draft) in self.work.drafts.iter() {
            now.insert(format!("{DRAFT}{path}"), write_json(&Value::from(draft)));
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

    /// Takes up what was kept. Records that cannot be read are left alone.
    pub fn restore(&mut self, records: &[Record]) {
        for Record { key, text } in records {
            let Some(text) = text else { continue };
            if let Some(path) = key.strip_prefix(DRAFT)
                && let Some(draft) = read_json(text).ok().and_then(|draft| Draft::from_value(draft).ok())
            {
                self.work.drafts.insert(path.to_owned(), draft);
                self.saved.insert(key.clone(), text.clone());
            } else if key == CHOICES
                && let Some(choices) = read_json(text).ok().and_then(|all| Vec::from_value(all).ok())
            {
                self.choices = choices;
                self.saved.insert(key.clone(), text.clone());
            } else if key.starts_with(Entry::prefix())
                && let Ok(entry) = Entry::restore(text)
            {
                self.outbox.push(entry);
                self.saved.insert(key.clone(), text.clone());
            }
        }
        if !self.work.drafts.is_empty() && !self.choices.is_empty() {
            self.fit = Fit::Conflicted;
        }
        order::sort_by_key(&mut self.outbox, |entry| entry.created_ms);
        self.known = sync::restore(self.branch.as_deref(), records);
    }
}
