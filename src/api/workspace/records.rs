//! What is kept of a workspace beyond the page, as records.

use super::super::merge::Choice;
use super::Workspace;
use crate::host::Record;
use crate::order;
use crate::order::Map;
use crate::plan::Bytes;
use crate::plan::Draft;
use crate::sync;
use crate::sync::Entry;
use crate::sync::Fit;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::Serialize;

const DRAFTS: &str = "drafts";

#[derive(Serialize, Deserialize)]
struct Saved {
    drafts: Map<String, Texts>,
    choices: Vec<Choice>,
}

/// A draft, base64.
#[derive(Serialize, Deserialize)]
struct Texts {
    base: Option<String>,
    ours: Option<String>,
}

impl Workspace {
    /// Returns what is to be kept now.
    pub fn records(&self) -> Vec<Record> {
        let text = |bytes: &Option<Bytes>| bytes.as_ref().map(|bytes| STANDARD.encode(bytes));
        let drafts =
            self.work.drafts.iter().map(|(path, draft)| {
                (path.clone(), Texts { base: text(&draft.base), ours: text(&draft.ours) })
            });
        let saved = Saved { drafts: drafts.collect(), choices: self.choices.clone() };
        let text = serde_json::to_string(&saved).ok().filter(|_| !saved.drafts.is_empty());
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
        let Ok(saved) = serde_json::from_str::<Saved>(text) else { return };
        let bytes = |text: Option<String>| match text {
            Some(text) => STANDARD.decode(text).ok().map(|bytes| Some(Bytes::from(bytes))),
            None => Some(None),
        };
        for (path, Texts { base, ours }) in saved.drafts {
            if let (Some(base), Some(ours)) = (bytes(base), bytes(ours)) {
                self.work.drafts.insert(path, Draft { base, ours });
            }
        }
        self.choices = saved.choices;
        if !self.work.drafts.is_empty() && !self.choices.is_empty() {
            self.fit = Fit::Conflicted;
        }
    }
}
