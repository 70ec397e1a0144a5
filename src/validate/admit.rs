//! Answers what the cluster would do with one object.

use super::chain::Chain;
use super::check::Check;
use super::cluster::Cluster;
use super::field::Field;
use super::finding::Finding;
use super::finding::Key;
use super::finding::Stage;
use super::metadata;
use super::object::Object;
use super::options::Hydration;
use super::options::Options;
use super::options::Scope;
use super::options::View;
use super::rules;
use super::session::join;
use crate::diagnostic::Severity;
use crate::model::Value;
use crate::schema::Kind;
use std::rc::Rc;

/// What is to be done with the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// It is not there yet.
    Create,
    /// It is there and changes.
    Update,
    /// It is there and goes.
    Delete,
}

/// A question to the cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Admission {
    /// What is to be done.
    pub operation: Operation,
    /// The object as it is to be; none for a delete.
    pub object: Option<Value>,
    /// The object as it stands there; none for the fabric's own.
    pub old: Option<Value>,
    /// Objects of the fabric that count as absent: kind and name.
    pub without: Vec<(String, String)>,
    /// Objects that count as present.
    pub with: Vec<Value>,
}

/// The cluster's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What all stages that could be run say.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// Returns the first stage that refuses; none if the object is accepted.
    pub fn refused_by(&self) -> Option<Stage> {
        let errors = self.findings.iter().filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| finding.stage).min()
    }
}

/// Answers a question; the cluster is in the end as it was.
pub(super) fn admit(
    request: &Admission,
    cluster: &mut Cluster,
    chain: &mut Chain,
    options: &Options,
) -> Verdict {
    let options =
        Options { scope: Scope::Fabric, hydration: Hydration::Done, view: View::Cluster, ..options.clone() };
    let mut undo = Vec::new();
    for (kind, name) in &request.without {
        let Some(kind) = Kind::from_name(kind) else { continue };
        let key = Key::new(kind, name);
        undo.extend(cluster.remove(&key).map(Undo::Insert));
        undo.extend(cluster.remove_built_in(&key).map(Undo::InsertBuiltIn));
    }
    for value in request.with.iter().chain(&request.old) {
        if let Ok(object) = chain.prepare(value.clone(), &options).object {
            let key = object.key.clone();
            undo.push(cluster.insert(Rc::new(object)).map_or(Undo::Remove(key), Undo::Insert));
        }
    }
    let verdict = match request.operation {
        Operation::Delete => delete(request, cluster, &options),
        operation => put(request, operation, cluster, chain, &options),
    };
    for step in undo.into_iter().rev() {
        match step {
            Undo::Insert(object) => drop(cluster.insert(object)),
            Undo::InsertBuiltIn(object) => cluster.insert_built_in(object),
            Undo::Remove(key) => drop(cluster.remove(&key)),
        }
    }
    verdict
}

/// One step back to the cluster as it was. A copy of a large one would cost
/// more than the answer.
enum Undo {
    Insert(Rc<Object>),
    InsertBuiltIn(Rc<Object>),
    Remove(Key),
}

fn put(
    request: &Admission,
    operation: Operation,
    cluster: &Cluster,
    chain: &mut Chain,
    options: &Options,
) -> Verdict {
    let raw = request.object.as_ref().unwrap_or(&Value::Null);
    let prepared = chain.prepare(raw.clone(), options);
    let mut findings = prepared.findings;
    if let Ok(object) = &prepared.object {
        findings.extend(chain.inspect(&object.value));
        let there = cluster
            .get(&object.key)
            .filter(|_| cluster.built_in(object.key.kind, &object.key.name).is_none());
        match (operation, there) {
            (Operation::Create, Some(_)) => findings.push(presence(
                "already-exists",
                Field::root(raw),
                "is already there",
                "Update it, or choose another name",
            )),
            (Operation::Update, None) if cluster.get(&object.key).is_none() => {
                findings.push(presence("not-found", Field::root(raw), "is not there", "Create it"));
            }
            _ => {}
        }
        let mut check = Check::new(object, cluster, options);
        rules::check(&mut check);
        if let Some(old) = cluster.get(&object.key).filter(|_| operation == Operation::Update) {
            rules::update(&mut check, old);
        }
        findings = join(findings, check.findings);
    }
    Verdict { findings }
}

fn delete(request: &Admission, cluster: &Cluster, options: &Options) -> Verdict {
    let value = request.old.as_ref().or(request.object.as_ref()).unwrap_or(&Value::Null);
    let kind = Kind::from_name(Field::root(value).at("kind").text());
    let key = kind.zip(metadata::identity(value)).map(|(kind, name)| Key { kind, name });
    let Some(object) = key.and_then(|key| cluster.get(&key)) else {
        let finding =
            presence("not-found", Field::root(value), "is not there", "Name an object of the fabric");
        return Verdict { findings: vec![finding] };
    };
    let mut check = Check::new(object, cluster, options);
    rules::delete(&mut check);
    Verdict { findings: check.findings }
}

fn presence(code: &'static str, root: Field<'_>, what: &str, help: &'static str) -> Finding {
    let name = root.at("metadata").at("name");
    let message = format!("{} `{}` {what}", root.at("kind").text(), name.text());
    let mut finding = Finding::error(code, Stage::Decode, name.pointer(), message);
    finding.help(help);
    finding
}
