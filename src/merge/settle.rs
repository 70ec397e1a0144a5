//! Settles conflicts by choice or policy, and keeps those that stay open.

use super::answer::Conflict;
use super::answer::ConflictKind;
use super::answer::ConflictSeverity;
use super::answer::Decision;
use super::answer::Doubtful;
use super::answer::Side;
use super::answer::Suggestion;
use super::hash;
use super::options::BadChoice;
use super::options::Choice;
use super::options::MergeOptions;
use super::options::Settlement;
use super::options::Take;
use super::versions::Version;
use super::versions::Versions;
use crate::model::Pointer;
use crate::model::ResourceId;
use crate::model::Value;
use crate::order::Map;

/// A place where the sides contradict each other, before it is settled.
#[derive(Debug)]
pub(super) struct Place {
    pub kind: ConflictKind,
    pub severity: ConflictSeverity,
    pub resource: Option<ResourceId>,
    pub field: Option<Pointer>,
    pub label: String,
    /// What tells the place apart from every other, whatever its kind.
    pub key: String,
    pub sides: Versions<Side>,
    pub allows: Allows,
    pub group: Option<String>,
}

/// What may be taken at a place beside ours and theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Allows {
    pub base: bool,
    /// Whether keeping both means something, and what.
    pub both: Option<&'static str>,
    pub value: bool,
    pub text: bool,
}

/// How a place came out.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// Nobody decided yet; theirs stands in.
    Open,
    Settled(Settlement),
}

impl Outcome {
    /// Returns which version is taken, if it is one.
    pub fn version(&self) -> Option<Version> {
        match self {
            Outcome::Open | Outcome::Settled(Settlement::Theirs) => Some(Version::Theirs),
            Outcome::Settled(Settlement::Ours) => Some(Version::Ours),
            Outcome::Settled(Settlement::Base) => Some(Version::Base),
            Outcome::Settled(_) => None,
        }
    }
}

/// Keeps what is decided and what is open.
#[derive(Debug)]
pub(super) struct Settler<'o> {
    options: &'o MergeOptions<'o>,
    choices: Map<&'o str, &'o Settlement>,
    /// How often each key was met, so that ids stay apart.
    met: Map<String, u32>,
    pub conflicts: Vec<Conflict>,
    pub decisions: Vec<Decision>,
    pub doubtful: Vec<Doubtful>,
    pub bad_choice: Option<BadChoice>,
    pub mended: u32,
}

impl<'o> Settler<'o> {
    pub fn new(options: &'o MergeOptions<'o>) -> Settler<'o> {
        let choices = options.choices.iter();
        Settler {
            options,
            choices: choices.map(|choice| (choice.conflict.as_str(), &choice.settlement)).collect(),
            met: Map::new(),
            conflicts: Vec::new(),
            decisions: Vec::new(),
            doubtful: Vec::new(),
            bad_choice: None,
            mended: 0,
        }
    }

    pub fn options(&self) -> &'o MergeOptions<'o> {
        self.options
    }

    /// Returns the id of a place.
    pub fn id(&mut self, place: &Place) -> String {
        let resource = place
            .resource
            .as_ref()
            .map(|id| format!("{}/{}/{}/{}", id.group, id.kind, id.namespace, id.name));
        let key = format!("{}\n{}", resource.unwrap_or_default(), place.key);
        let count = self.met.entry(key.clone()).or_default();
        *count += 1;
        let number = hash::of_text(&key);
        format!("{:016x}", if *count > 1 { hash::mix(number, u64::from(*count)) } else { number })
    }

    /// Decides about a place, or leaves it open.
    pub fn settle(&mut self, place: Place) -> Outcome {
        let id = self.id(&place);
        if let Some(&settlement) = self.choices.get(id.as_str()) {
            match refusal(settlement, &place.allows) {
                None => return Outcome::Settled(settlement.clone()),
                Some(reason) => {
                    self.bad_choice.get_or_insert(BadChoice { conflict: id.clone(), reason });
                }
            }
        }
        let resource_kind = place.resource.as_ref().map(|id| id.kind.as_str());
        let take = self.options.policies.take(place.kind, resource_kind, &place.label);
        let settlement = match take {
            Take::Ask => None,
            Take::Ours => Some(Settlement::Ours),
            Take::Theirs | Take::Newest => Some(Settlement::Theirs),
            Take::Base => place.allows.base.then_some(Settlement::Base),
            Take::Both => place.allows.both.map(|_| Settlement::Both),
        };
        let why = match place.kind {
            ConflictKind::Comment => "both changed the comment",
            _ => "a policy says so",
        };
        let conflict = conflict(place, id);
        match settlement {
            Some(took) => {
                self.decisions.push(Decision { place: conflict, took: took.clone(), why: why.to_owned() });
                Outcome::Settled(took)
            }
            None => {
                self.conflicts.push(conflict);
                Outcome::Open
            }
        }
    }

    /// Takes something without asking, unless a choice says otherwise.
    pub fn decide(&mut self, place: Place, took: Settlement, why: &str) -> Outcome {
        let id = self.id(&place);
        if let Some(&settlement) = self.choices.get(id.as_str()) {
            match refusal(settlement, &place.allows) {
                None => return Outcome::Settled(settlement.clone()),
                Some(reason) => {
                    self.bad_choice.get_or_insert(BadChoice { conflict: id.clone(), reason });
                }
            }
        }
        let place = conflict(place, id);
        self.decisions.push(Decision { place, took: took.clone(), why: why.to_owned() });
        Outcome::Settled(took)
    }
}

/// Says why a place cannot be settled so.
fn refusal(settlement: &Settlement, allows: &Allows) -> Option<&'static str> {
    match settlement {
        Settlement::Ours | Settlement::Theirs => None,
        Settlement::Base if allows.base => None,
        Settlement::Both if allows.both.is_some() => None,
        Settlement::Value(_) if allows.value => None,
        Settlement::Text(_) if allows.text => None,
        Settlement::Base => Some("there is nothing before the two changes to go back to"),
        Settlement::Both => Some("both cannot be kept here"),
        Settlement::Value(_) => Some("no value can be given here"),
        Settlement::Text(_) => Some("no text can be given here"),
    }
}

fn conflict(place: Place, id: String) -> Conflict {
    let suggestions = suggestions(&place, &id);
    Conflict {
        id,
        kind: place.kind,
        severity: place.severity,
        resource: place.resource,
        field: place.field,
        label: place.label,
        sides: place.sides,
        suggestions,
        group: place.group,
    }
}

fn suggestions(place: &Place, id: &str) -> Vec<Suggestion> {
    let choice = |settlement: Settlement| Choice { conflict: id.to_owned(), settlement };
    let (ours, theirs) = (describe(&place.sides.ours), describe(&place.sides.theirs));
    let mut ways = vec![
        Suggestion {
            title: take_title("ours", &place.sides.ours, &ours),
            choice: choice(Settlement::Ours),
            loses: Some(loses("theirs", &place.sides.theirs, &theirs)),
        },
        Suggestion {
            title: take_title("theirs", &place.sides.theirs, &theirs),
            choice: choice(Settlement::Theirs),
            loses: Some(loses("ours", &place.sides.ours, &ours)),
        },
    ];
    if let Some(title) = place.allows.both {
        ways.push(Suggestion { title: title.to_owned(), choice: choice(Settlement::Both), loses: None });
    }
    if place.allows.base {
        let base = describe(&place.sides.base);
        ways.push(Suggestion {
            title: if place.sides.base.present {
                format!("Go back to {base}")
            } else {
                "Take out both".to_owned()
            },
            choice: choice(Settlement::Base),
            loses: Some("both changes".to_owned()),
        });
    }
    ways
}

fn take_title(side: &str, of: &Side, what: &str) -> String {
    if of.present { format!("Take {side}: {what}") } else { format!("Take {side}: delete it") }
}

fn loses(side: &str, of: &Side, what: &str) -> String {
    if of.present { format!("{what} of {side}") } else { format!("the deletion by {side}") }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Says in a few words what a side has.
fn describe(side: &Side) -> String {
    const LONGEST: usize = 40;
    let text = match &side.value {
        Some(Value::Map(entries)) => counted(entries.len(), "field"),
        Some(Value::List(items)) => counted(items.len(), "item"),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) => "nothing".to_owned(),
        Some(Value::Bool(value)) => value.to_string(),
        Some(Value::Int(value)) => value.to_string(),
        Some(Value::Float(value)) => value.to_string(),
        None => side.text.clone().unwrap_or_default(),
    };
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}
