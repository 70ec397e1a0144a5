//! Reads files, and changes them as drafts.

use super::super::edit::edit;
use super::super::error::Error;
use super::super::file::File;
use super::super::json::Json;
use super::super::shapes::Finding;
use super::super::shapes::Range;
use super::super::shapes::TextEdit;
use super::super::validate::ReplaceAnswer;
use super::Workspace;
use crate::edit::DocumentRef;
use crate::edit::Edit;
use crate::model;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Reading;
use crate::model::ResourceId;
use crate::model::Value;
use crate::order::Map;
use crate::plan::Bytes;
use crate::plan::Draft;
use crate::schema::Catalogue;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use crate::text::Source;
use serde::Serialize;

/// How a resource stands to the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum ResourceState {
    /// As on the branch.
    Clean,
    /// The branch has it not.
    Added,
    /// The branch has it otherwise.
    Changed,
    /// The branch has it, the drafts have not.
    Removed,
    /// A person must decide about it.
    Conflict,
}

/// A resource of a workspace.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct WorkspaceItem {
    /// Who it is.
    pub id: ResourceId,
    /// The fabric it belongs to.
    pub fabric: String,
    /// Its file.
    pub path: String,
    /// Its document; left out if it is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    /// How it stands to the branch.
    pub state: ResourceState,
}

/// A page of resources.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct WorkspacePage {
    /// How many there are in all.
    pub total: usize,
    /// Those of this page, by fabric, file and place.
    pub items: Vec<WorkspaceItem>,
}

/// A file as it stands with its draft.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct WorkspaceFile {
    /// The resource that was asked for.
    pub id: ResourceId,
    /// Its file.
    pub path: String,
    /// The file's text.
    pub content: String,
    /// Its document in the file.
    pub range: Range,
    /// What its document says.
    pub value: Json,
}

/// What an edit brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct DraftAnswer {
    /// The file.
    pub path: String,
    /// Its text; null if it is gone.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | null"))]
    pub content: Option<String>,
    /// How the text came from the one before.
    pub edits: Vec<TextEdit>,
    /// The findings of the file, and of all resources that were checked again.
    pub findings: Vec<Finding>,
    /// How many resources that were.
    pub revalidated: usize,
}

/// Where a new resource goes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct CreateOptions {
    /// The fabric's name.
    pub fabric: String,
}

impl FromValue for CreateOptions {
    fn from_value(value: Value) -> Result<CreateOptions, Misfit> {
        let mut fields = Fields::only(value, &["fabric"])?;
        Ok(CreateOptions { fabric: fields.read("fabric")? })
    }
}

impl Workspace {
    /// Returns resources by fabric, file and place; the removed ones last.
    pub fn resources(&self, offset: usize, limit: usize) -> WorkspacePage {
        let conflicts: Vec<ResourceId> =
            self.conflicts().into_iter().filter_map(|conflict| conflict.resource).collect();
        let drafts: Map<&str, Sides> =
            self.work.drafts.iter().map(|(path, draft)| (path.as_str(), Sides::of(draft))).collect();
        let mut all = Vec::new();
        for (name, fabric) in &self.checks {
            for item in fabric.resources(0, usize::MAX).items {
                let state = match conflicts.contains(&item.id) {
                    true => ResourceState::Conflict,
                    false => drafts
                        .get(item.path.as_str())
                        .map_or(ResourceState::Clean, |draft| draft.state(&item.id)),
                };
                let (fabric, range) = (name.clone(), Some(item.range));
                all.push(WorkspaceItem { id: item.id, fabric, path: item.path, range, state });
            }
        }
        for (path, draft) in &self.work.drafts {
            let Some(fabric) = self.session.fabrics.of_path(path) else { continue };
            let is_there =
                |id: &ResourceId| all.iter().any(|item| item.fabric == fabric.name && item.id == *id);
            let gone: Vec<ResourceId> =
                ids(draft.base.as_ref()).into_iter().filter(|id| !is_there(id)).collect();
            all.extend(gone.into_iter().map(|id| WorkspaceItem {
                id,
                fabric: fabric.name.clone(),
                path: path.clone(),
                range: None,
                state: ResourceState::Removed,
            }));
        }
        let total = all.len();
        WorkspacePage { total, items: all.into_iter().skip(offset).take(limit).collect() }
    }

    /// Returns the file a resource is in.
    pub fn read(&self, id: &ResourceId) -> Result<WorkspaceFile, Error> {
        self.need_loaded()?;
        let (path, file) = self.find(id)?;
        let document = document_of(file.tree(), id).ok_or_else(|| no_such(id))?;
        Ok(WorkspaceFile {
            id: id.clone(),
            content: file.tree().text().to_owned(),
            range: file.range(file.tree().span(document)),
            value: Json(model::read(file.tree(), document, Reading::Kubernetes)),
            path,
        })
    }

    /// Returns the text of a file with its draft, readable as a resource or
    /// not; none where there is no such file.
    pub fn text(&self, path: &str) -> Option<String> {
        self.current(path).map(|bytes| Source::from_bytes(bytes).text().to_owned())
    }

    /// Changes fields of a resource.
    pub fn edit(&mut self, id: &ResourceId, edits: Vec<Edit>) -> Result<DraftAnswer, Error> {
        self.need_loaded()?;
        let (path, file) = self.find(id)?;
        let edits: Vec<Edit> = edits.into_iter().map(|edit| within(edit, id)).collect();
        let answer = edit(file, &edits)?;
        Ok(self.put(path, Some(answer.content), answer.edits))
    }

    /// Puts a text in the place of a file's; none takes the file away.
    pub fn write(&mut self, path: &str, content: Option<Vec<u8>>) -> Result<DraftAnswer, Error> {
        self.need_loaded()?;
        if !self.session.fabrics.holds_resources(path) {
            return Err(Error::bad_request(format!("`{path}` is no file of a fabric's resources")));
        }
        Ok(self.put(path.to_owned(), content, Vec::new()))
    }

    /// Adds a resource, in a file of its own.
    pub fn create(&mut self, value: Json, options: &CreateOptions) -> Result<DraftAnswer, Error> {
        self.need_loaded()?;
        let text = |name: &str| value.0.get(name).and_then(|value| value.as_str()).unwrap_or("").to_owned();
        let metadata = |name: &str| {
            let value = value.0.get("metadata").and_then(|metadata| metadata.get(name));
            value.and_then(|value| value.as_str()).unwrap_or("").to_owned()
        };
        let (api_version, kind, name) = (text("apiVersion"), text("kind"), metadata("name"));
        if api_version.is_empty() || kind.is_empty() || name.is_empty() {
            return Err(Error::bad_request("a resource needs apiVersion, kind and metadata.name"));
        }
        let namespace = Some(metadata("namespace")).filter(|namespace| !namespace.is_empty());
        let id = ResourceId {
            group: api_version.split_once('/').map_or("", |(group, _)| group).to_owned(),
            namespace: namespace.unwrap_or_else(|| "default".to_owned()),
            kind,
            name,
        };
        if self.checks.get(&options.fabric).is_some_and(|fabric| fabric.find(&id).is_some()) {
            return Err(Error::new("already-exists", format!("there is a {id} already")));
        }
        let fabric = self
            .session
            .fabrics
            .named(&options.fabric)
            .ok_or_else(|| Error::bad_request(format!("there is no fabric `{}`", options.fabric)))?;
        let catalogue = Catalogue::built_in(Catalogue::NEWEST);
        let plural = catalogue.as_ref().and_then(|catalogue| catalogue.find(&api_version, &id.kind));
        let plural = plural
            .map_or_else(|| format!("{}s", id.kind.to_ascii_lowercase()), |kind| kind.plural.to_string());
        let path = fabric
            .directory
            .managed_path(&plural, &id)
            .map_err(|problem| Error::bad_request(format!("{id} cannot be a file: {problem}")))?;
        if self.current(&path).is_some() {
            return Err(Error::new("already-exists", format!("there is a file `{path}` already")));
        }
        let empty = File::new(Some(path.clone()), b"");
        let answer = edit(&empty, &[Edit::AppendDocument { value: value.0 }])?;
        Ok(self.put(path, Some(answer.content), answer.edits))
    }

    /// Takes a resource away, and its file if nothing else is in it.
    pub fn remove(&mut self, id: &ResourceId) -> Result<DraftAnswer, Error> {
        self.need_loaded()?;
        let (path, file) = self.find(id)?;
        if file.tree().documents().filter(|&document| file.tree().root(document).is_some()).count() < 2 {
            return Ok(self.put(path, None, Vec::new()));
        }
        let answer = edit(file, &[Edit::RemoveDocument { document: DocumentRef::Resource(id.clone()) }])?;
        Ok(self.put(path, Some(answer.content), answer.edits))
    }

    /// Gives up the draft of a resource's file, or all drafts.
    pub fn discard(&mut self, id: Option<&ResourceId>) -> Result<(), Error> {
        self.need_loaded()?;
        let paths: Vec<String> = match id {
            None => self.work.drafts.keys().cloned().collect(),
            Some(id) => {
                let holds = |draft: &Draft| {
                    ids(draft.base.as_ref()).contains(id) || ids(draft.ours.as_ref()).contains(id)
                };
                self.work
                    .drafts
                    .iter()
                    .filter(|(_, draft)| holds(draft))
                    .map(|(path, _)| path.clone())
                    .collect()
            }
        };
        for path in paths {
            self.work.drafts.remove(&path);
            let content = self.current(&path).cloned();
            self.check(&path, content.as_deref());
        }
        if self.work.drafts.is_empty() {
            self.settled();
        }
        if !self.aside.is_empty() {
            self.take_up();
            // The options were good when the branch was opened.
            let _ = self.check_all();
        }
        Ok(())
    }

    /// Makes a text the draft of a file, and validates what depends on it.
    fn put(&mut self, path: String, content: Option<Vec<u8>>, edits: Vec<TextEdit>) -> DraftAnswer {
        if self.work.drafts.is_empty() {
            self.work.base = self.snapshot().cloned();
        }
        let ours: Option<Bytes> = content.map(Bytes::from);
        let base = match self.work.drafts.remove(&path) {
            Some(draft) => draft.base,
            None => self.before(&path).cloned(),
        };
        let draft = Draft { base, ours };
        let ReplaceAnswer { findings, revalidated } = self.check(&path, draft.ours.as_deref());
        let content =
            draft.ours.as_ref().map(|_| self.file(&path).map_or("", |file| file.tree().text()).to_owned());
        if !draft.is_empty() {
            self.work.drafts.insert(path.clone(), draft);
        }
        DraftAnswer { path, content, edits, findings, revalidated }
    }

    /// Returns what a first draft of a file is made from: the branch, with the
    /// saves that wait to be sent.
    fn before(&self, path: &str) -> Option<&Bytes> {
        let waiting = self.outbox.iter().rev().find_map(|entry| entry.drafts.get(path));
        match waiting {
            Some(draft) => draft.ours.as_ref(),
            None => self.work.base.as_ref().or(self.snapshot())?.file(path),
        }
    }

    fn check(&mut self, path: &str, content: Option<&[u8]>) -> ReplaceAnswer {
        let name = self.session.fabrics.of_path(path).map(|fabric| fabric.name.clone());
        match name.and_then(|name| self.checks.get_mut(&name)) {
            Some(fabric) => fabric.replace(path, content),
            None => ReplaceAnswer { findings: Vec::new(), revalidated: 0 },
        }
    }

    fn find(&self, id: &ResourceId) -> Result<(String, &File), Error> {
        let mut found = self.checks.values().filter_map(|fabric| fabric.find(id));
        match (found.next(), found.next()) {
            (None, _) => Err(no_such(id)),
            (Some((path, file)), None) => Ok((path.to_owned(), file)),
            // An edit must not hit the other fabric's.
            (Some(_), Some(_)) => Err(Error::new(
                "ambiguous-resource",
                format!("more than one fabric has a {id}: open the fabrics in workspaces of their own"),
            )),
        }
    }
}

fn no_such(id: &ResourceId) -> Error {
    Error::new("no-such-resource", format!("there is no {id}"))
}

/// Has an edit name its document.
fn within(edit: Edit, id: &ResourceId) -> Edit {
    let named = |document: Option<DocumentRef>| document.or_else(|| Some(DocumentRef::Resource(id.clone())));
    match edit {
        Edit::Set { document, field, value } => Edit::Set { document: named(document), field, value },
        Edit::Insert { document, field, index, value } => {
            Edit::Insert { document: named(document), field, index, value }
        }
        Edit::Remove { document, field } => Edit::Remove { document: named(document), field },
        Edit::Rename { document, field, to } => Edit::Rename { document: named(document), field, to },
        Edit::Quote { document, field } => Edit::Quote { document: named(document), field },
        other => other,
    }
}

fn parse(bytes: &Bytes) -> File {
    File::new(None, bytes)
}

/// Returns the resources of a file.
fn ids(bytes: Option<&Bytes>) -> Vec<ResourceId> {
    let documents = bytes.map(|bytes| model::documents(parse(bytes).tree())).unwrap_or_default();
    documents.into_iter().filter_map(|document| document.id).collect()
}

fn document_of(tree: &Tree, id: &ResourceId) -> Option<NodeId> {
    tree.documents().find(|&document| model::document(tree, document).id.as_ref() == Some(id))
}

/// The resources of a file with their text, on the branch and in the draft.
struct Sides {
    before: Map<ResourceId, String>,
    after: Map<ResourceId, String>,
}

impl Sides {
    fn of(draft: &Draft) -> Sides {
        Sides { before: texts(draft.base.as_ref()), after: texts(draft.ours.as_ref()) }
    }

    fn differs(&self, id: &ResourceId) -> bool {
        self.before.get(id) != self.after.get(id)
    }

    fn state(&self, id: &ResourceId) -> ResourceState {
        if !self.before.contains_key(id) {
            return ResourceState::Added;
        }
        // What changes no resource, as a comment on top, is a change of the whole file.
        let of_file = || !self.before.keys().chain(self.after.keys()).any(|id| self.differs(id));
        if self.differs(id) || of_file() { ResourceState::Changed } else { ResourceState::Clean }
    }
}

fn texts(bytes: Option<&Bytes>) -> Map<ResourceId, String> {
    let Some(bytes) = bytes else { return Map::new() };
    let file = parse(bytes);
    let documents = model::documents(file.tree()).into_iter().zip(file.tree().documents());
    documents.filter_map(|(document, node)| Some((document.id?, file.tree().raw(node).to_owned()))).collect()
}
