//! The head of a branch, for a poll.

use crate::host::azure::Azure;
use crate::host::azure::bootstrap::List;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Head;
use crate::host::outcome::Trouble;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::plan::ObjectId;

struct Ref {
    name: String,
    object_id: ObjectId,
}

impl Azure {
    /// Asks for the head. The filter is the beginning of a name, so others may
    /// come with it.
    pub(in crate::host) async fn head(
        &self,
        wire: &Wire,
        branch: &str,
        known: Option<ObjectId>,
    ) -> Result<Head, Failure> {
        let path = format!("/refs?filter={}", encode(&format!("heads/{branch}")));
        let List(refs): List<Ref> = self.read(wire, self.get(&path)).await?;
        let name = format!("refs/heads/{branch}");
        let found = refs.into_iter().find(|candidate| candidate.name == name);
        let missing = || Failure::new(Trouble::Missing, "there is no such branch");
        let head = found.ok_or_else(missing)?.object_id;
        Ok(if Some(head) == known { Head::Unchanged } else { Head::At(head) })
    }
}

impl FromValue for Ref {
    fn from_value(value: Value) -> Result<Ref, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Ref { name: fields.read("name")?, object_id: fields.read("objectId")? })
    }
}
