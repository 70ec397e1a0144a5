//! What is kept of a workspace beyond the page, as records.

use super::super::merge::Choice;
use super::Workspace;
use crate::host::Record;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::model::read_json;
use crate::model::write_json;
use crate::order;
use crate::plan::Draft;
use crate::sync;
use crate::sync::Entry;
use crate::sync::Fit;

const DRAFTS: &str = "drafts";

impl Workspace {
    /// Returns what is to be kept now.
    pub fn records(&self) -> Vec<Record> {
        let drafts = self.work.drafts.iter().map(|(path, draft)| (path.clone(), draft.into()));
        let saved = Value::object([
            ("drafts", Value::Map(drafts.collect())),
            ("choices", self.choices.iter().map(Value::from).collect()),
        ]);
        let text = (!self.work.drafts.is_empty()).then(|| write_json(&saved));
        let drafts = Record { key: DRAFTS.to_owned(), text };
        let mut records = vec![drafts];
        records.extend(self.outbox.iter().map(Entry::record));
        records
    }

    /// Takes up what was kept. Records that cannot be read are left alone.
    pub fn restore(&mut self, records: &[Record]) {
        for Record { key, text } in records {
            let Some(text) = text else { continue };
            if key == DRAFTS {
                self.restore_drafts(text);
            } else if key.starts_with(Entry::prefix())
                && let Ok(entry) = Entry::restore(text)
            {
                self.outbox.push(entry);
            }
        }
        order::sort_by_key(&mut self.outbox, |entry| entry.created_ms);
        self.known = sync::restore(self.branch.as_deref(), records);
    }

    fn restore_drafts(&mut self, text: &str) {
        let read = |saved: Value| {
            let mut fields = Fields::of(saved)?;
            let choices: Vec<Choice> = fields.read("choices")?;
            Ok::<_, Misfit>((Fields::of(fields.read("drafts")?)?, choices))
        };
        let Some(Ok((drafts, choices))) = read_json(text).ok().map(read) else { return };
        for (path, draft) in drafts.into_values() {
            if let Ok(draft) = Draft::from_value(draft) {
                self.work.drafts.insert(path, draft);
            }
        }
        self.choices = choices;
        if !self.work.drafts.is_empty() && !self.choices.is_empty() {
            self.fit = Fit::Conflicted;
        }
    }
}
