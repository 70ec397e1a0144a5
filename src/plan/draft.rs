//! What a person changed and did not send yet.

use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::order::Map;
use crate::plan::contents::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The change of one file. No bytes stand for no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What was there before the first edit.
    pub base: Option<Bytes>,
    /// What shall be there.
    pub ours: Option<Bytes>,
}

/// Drafts by the path of their file.
pub type Drafts = Map<String, Draft>;

impl Draft {
    /// Says whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.base == self.ours
    }
}

/// Makes a draft from texts, as they come from a person's hands.
pub fn draft_of(base: Option<&[u8]>, ours: Option<&[u8]>) -> Draft {
    Draft { base: base.map(Bytes::from), ours: ours.map(Bytes::from) }
}

/// Bytes are base64 in a value.
impl From<&Draft> for Value {
    fn from(draft: &Draft) -> Value {
        let text = |bytes: &Option<Bytes>| bytes.as_ref().map(|bytes| STANDARD.encode(bytes)).into();
        Value::object([("base", text(&draft.base)), ("ours", text(&draft.ours))])
    }
}

impl FromValue for Draft {
    fn from_value(value: Value) -> Result<Draft, Misfit> {
        let mut fields = Fields::only(value, &["base", "ours"])?;
        let mut bytes =
            |name: &str| match fields.read::<Option<String>>(name)?.map(|text| STANDARD.decode(text)) {
                Some(Ok(bytes)) => Ok(Some(Bytes::from(bytes))),
                Some(Err(_)) => Err(Misfit::new("the content of a draft is not base64")),
                None => Ok(None),
            };
        Ok(Draft { base: bytes("base")?, ours: bytes("ours")? })
    }
}
