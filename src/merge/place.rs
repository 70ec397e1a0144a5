//! Names places in the three versions: as a label for people, as a pointer for
//! programs, and as a key that stays the same.

use super::answer::ConflictKind;
use super::answer::ConflictSeverity;
use super::answer::Side;
use super::matching::Row;
use super::merged::Shapes;
use super::settle::Allows;
use super::settle::Place;
use super::shape::NodeIx;
use super::versions::Version;
use super::versions::Versions;
use crate::model::FieldPath;
use crate::model::Pointer;
use crate::model::Reading;
use crate::model::ResourceId;
use crate::model::Segment;
use crate::model::Step;
use crate::model::read;
use crate::text::Span;

/// One step of a [`Path`].
#[derive(Debug, Clone)]
pub(super) enum Seg {
    Key(String),
    Item {
        /// The item's key.
        label: Option<String>,
        /// The number of what it says, where it has no key.
        number: u64,
        /// Its place in each version's list.
        places: Versions<Option<usize>>,
        /// The last names of the fields that are its key.
        keys: Vec<String>,
    },
}

/// Where a merge is in the document.
#[derive(Debug, Clone, Default)]
pub(super) struct Path(Vec<Seg>, usize);

impl Path {
    /// Begins at a document that names no resource.
    pub fn document(&mut self, place: usize) {
        self.1 = place;
    }

    pub fn push(&mut self, seg: Seg) {
        self.0.push(seg);
    }

    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// Says whether this is the field `name` of the resource.
    pub fn is(&self, name: &str) -> bool {
        matches!(self.0.as_slice(), [Seg::Key(key)] if key == name)
    }

    /// Says whether this is a field that its item is known by.
    pub fn is_key_of_item(&self) -> bool {
        let Some(Seg::Key(last)) = self.0.last() else { return false };
        self.0
            .iter()
            .rev()
            .skip(1)
            .take(2)
            .any(|seg| matches!(seg, Seg::Item { keys, .. } if keys.contains(last)))
    }

    /// Returns the path that a person reads.
    pub fn label(&self) -> String {
        let segment = |seg: &Seg| match seg {
            Seg::Key(key) => Segment::Key(key.clone()),
            Seg::Item { label: Some(label), .. } => Segment::Item(label.clone()),
            Seg::Item { places, .. } => {
                Segment::Index(places.theirs.or(places.ours).or(places.base).unwrap_or(0))
            }
        };
        FieldPath(self.0.iter().map(segment).collect()).to_string()
    }

    /// Returns what tells the place apart, whatever moves around it.
    pub fn key(&self) -> String {
        let mut key = if self.1 > 0 { format!("document {}", self.1 + 1) } else { String::new() };
        for seg in &self.0 {
            key.push('\n');
            match seg {
                Seg::Key(name) => key.push_str(name),
                Seg::Item { label: Some(label), .. } => key.push_str(&format!("[{label}]")),
                Seg::Item { number, .. } => key.push_str(&format!("#{number:x}")),
            }
        }
        key
    }

    /// Returns the pointer to the place in a version. None if an item on the
    /// way is not there.
    pub fn pointer(&self, version: Version) -> Option<Pointer> {
        let step = |seg: &Seg| match seg {
            Seg::Key(key) => Some(Step::Key(key.clone())),
            Seg::Item { places, .. } => places.of(version).map(Step::Index),
        };
        self.0.iter().map(step).collect::<Option<Vec<Step>>>().map(Pointer)
    }

    /// Describes the place with what the versions have there.
    pub fn place(
        &self,
        shapes: &Shapes<'_>,
        at: &Versions<Option<NodeIx>>,
        resource: Option<&ResourceId>,
        kind: ConflictKind,
    ) -> Place {
        let sides = Versions::each(|version| side(shapes, at, version));
        let order = if at.theirs.is_some() || at.ours.is_none() {
            [Version::Theirs, Version::Ours, Version::Base]
        } else {
            [Version::Ours, Version::Theirs, Version::Base]
        };
        Place {
            kind,
            severity: ConflictSeverity::Medium,
            resource: resource.cloned(),
            field: order.into_iter().find_map(|version| self.pointer(version)),
            label: self.label(),
            key: self.key(),
            sides,
            allows: Allows::default(),
            group: None,
        }
    }
}

fn side(shapes: &Shapes<'_>, at: &Versions<Option<NodeIx>>, version: Version) -> Side {
    let (Some(shape), Some(at)) = (shapes.of(version), at.of(version)) else { return Side::default() };
    let node = shape.node(*at);
    Side {
        present: true,
        value: Some(read(shape.tree, node.id, Reading::Kubernetes)),
        text: Some(shape.raw(*at).to_owned()),
        path: None,
        span: Some(node.span),
    }
}

impl Place {
    /// Shows the slots with their keys, not their values alone.
    pub fn slots(mut self, shapes: &Shapes<'_>, row: &Row) -> Place {
        for (version, side) in [
            (Version::Base, &mut self.sides.base),
            (Version::Ours, &mut self.sides.ours),
            (Version::Theirs, &mut self.sides.theirs),
        ] {
            if let (Some(shape), Some(at)) = (shapes.of(version), row.of(version)) {
                let slot = shape.slot(*at);
                let end = shape.node(slot.value).span.end.max(slot.head_end);
                let span = Span::new(slot.body, end);
                side.text = Some(shape.text(span).to_owned());
                side.span = Some(span);
            }
        }
        self
    }

    pub fn with(mut self, severity: ConflictSeverity, allows: Allows) -> Place {
        self.severity = severity;
        self.allows = allows;
        self
    }

    /// Tells this facet of the place apart from its others.
    pub fn facet(mut self, facet: &str) -> Place {
        self.key.push('\t');
        self.key.push_str(facet);
        self
    }

    /// Shows these texts for what the versions have.
    pub fn texts(mut self, texts: Versions<Option<String>>) -> Place {
        let show = |side: &mut Side, text: Option<String>| {
            side.present = text.is_some();
            side.value = None;
            side.text = text;
        };
        show(&mut self.sides.base, texts.base);
        show(&mut self.sides.ours, texts.ours);
        show(&mut self.sides.theirs, texts.theirs);
        self
    }
}
