//! Merges what values are dressed in: comments, blank lines, quotes, the
//! spelling of keys.
//!
//! **Invariant:** dress never makes a hard conflict.

use super::answer::ConflictKind;
use super::answer::ConflictSeverity;
use super::engine::Engine;
use super::matching::Row;
use super::merged::Facet;
use super::merged::Make;
use super::merged::MergedSlot;
use super::merged::MergedValue;
use super::merged::Parts;
use super::options::Settlement;
use super::sequence;
use super::sequence::Touching;
use super::settle::Allows;
use super::settle::Outcome;
use super::shape::Form;
use super::shape::NodeIx;
use super::shape::Shape;
use super::shape::SlotIx;
use super::text;
use super::versions::Version;
use super::versions::Versions;
use super::versions::three_way;

impl<'a> Engine<'_, 'a, '_> {
    /// Puts a slot together of its facets.
    pub(super) fn parts(&mut self, row: Row, value: MergedValue) -> MergedSlot {
        let key = self.facet_version(&row, |shape, slot| {
            let slot = shape.slot(slot);
            shape.text(crate::text::Span::new(slot.body, slot.head_end)).trim_end_matches([':', ' '])
        });
        let lead = self.comments(&row, |slot| slot.lead);
        let trail = self.comments(&row, |slot| slot.trail);
        let foot = self.comments(&row, |slot| slot.foot);
        MergedSlot { at: row, make: Make::Parts(Box::new(Parts { key, lead, trail, foot, value })) }
    }

    pub(super) fn given(&mut self, row: Row, like: Version, value: crate::model::Value) -> MergedSlot {
        let facet = Facet::Of(like);
        let parts = Parts {
            key: like,
            lead: facet.clone(),
            trail: facet.clone(),
            foot: facet,
            value: MergedValue::Given(value),
        };
        MergedSlot { at: row, make: Make::Parts(Box::new(parts)) }
    }

    pub(super) fn facet_version<'t>(&self, row: &Row, read: impl Fn(&Shape<'a>, SlotIx) -> &'t str) -> Version
    where
        'a: 't,
    {
        let texts = Versions::each(|version| Some(read(self.shape(version)?, (*row.of(version))?)));
        match (texts.ours, texts.theirs) {
            (Some(_), None) => Version::Ours,
            (None, Some(_)) => Version::Theirs,
            _ => three_way(&texts).unwrap_or(Version::Theirs),
        }
    }

    /// Merges the comments at one place of a slot.
    pub(super) fn comments(
        &mut self,
        row: &Row,
        of: impl Fn(&super::shape::Slot<'a>) -> crate::text::Span,
    ) -> Facet {
        let lines = Versions::each(|version| {
            let shape = self.shape(version)?;
            let text = shape.text(of(shape.slot((*row.of(version))?)));
            Some(text.lines().map(str::trim).collect::<Vec<&str>>())
        });
        match (&lines.ours, &lines.theirs) {
            (Some(_), None) => return Facet::Of(Version::Ours),
            (_, None) | (None, _) => return Facet::Of(Version::Theirs),
            _ => {}
        }
        if let Some(version) = three_way(&lines) {
            return Facet::Of(version);
        }
        let only_comments = lines.clone().map(|lines| {
            lines.unwrap_or_default().into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>()
        });
        if only_comments.ours == only_comments.theirs {
            return Facet::Of(Version::Theirs);
        }
        let lines = lines.map(Option::unwrap_or_default);
        match (merge_lines(&lines), three_way(&only_comments)) {
            (Some(merged), _) => Facet::Lines(merged.into_iter().map(str::to_owned).collect()),
            // The other side changed blank lines alone, which is no reason to ask.
            (None, Some(version)) => Facet::Of(version),
            (None, None) => self.comment_clash(row, &lines),
        }
    }

    pub(super) fn comment_clash(&mut self, row: &Row, lines: &Versions<Vec<&str>>) -> Facet {
        let texts = Versions::each(|version| Some(lines.of(version).join("\n")));
        let at = self.nodes(row);
        let place = self.path.place(self.shapes, &at, self.resource, ConflictKind::Comment).texts(texts);
        let allows = Allows { base: true, both: Some("Keep both comments"), ..Allows::default() };
        match self.settler.settle(place.with(ConflictSeverity::Low, allows)) {
            Outcome::Settled(Settlement::Both) => {
                let both = lines.theirs.iter().chain(&lines.ours);
                Facet::Lines(both.map(|line| (*line).to_owned()).collect())
            }
            outcome => Facet::Of(outcome.version().unwrap_or(Version::Theirs)),
        }
    }

    /// Takes a version's value in the dress that the sides want for it.
    pub(super) fn dressed(
        &self,
        version: Version,
        at: &Versions<Option<NodeIx>>,
        numbers: &Versions<Option<u64>>,
        raws: &Versions<Option<&str>>,
    ) -> MergedValue {
        if numbers.ours == numbers.theirs {
            let quotes = Versions::each(|version| self.quotes(at, version));
            return MergedValue::Of(three_way(raws).or(three_way(&quotes)).unwrap_or(Version::Theirs));
        }
        let other = version.other();
        // The other side may have put the same value into other quotes.
        let is_requoted = raws.of(other) != &raws.base
            && self.quotes(at, other) != self.quotes(at, Version::Base)
            && self.quotes(at, version) == self.quotes(at, Version::Base)
            && self.quotes(at, other).is_some_and(text::is_one_line);
        if is_requoted {
            MergedValue::Quoted { value: version, style: other }
        } else {
            MergedValue::Of(version)
        }
    }

    pub(super) fn quotes(
        &self,
        at: &Versions<Option<NodeIx>>,
        version: Version,
    ) -> Option<crate::syntax::Style> {
        let shape = self.shape(version)?;
        let node = shape.node((*at.of(version))?);
        matches!(node.form, Form::Scalar).then(|| shape.tree.style(node.id))
    }
}

fn merge_lines<'t>(lines: &Versions<Vec<&'t str>>) -> Option<Vec<&'t str>> {
    let slices = Versions { base: &*lines.base, ours: &*lines.ours, theirs: &*lines.theirs };
    let mut merged = Vec::new();
    for hunk in sequence::merge(slices, Touching::Clashes) {
        merged.extend(hunk.taken(&slices)?);
    }
    Some(merged)
}
