//! A clash of meaning is asked about exactly where the merged fabric has an
//! error that neither side has alone. What counts as an error is written down
//! here once more, pair by pair, and held to what validation refuses.

use super::laws::cases;
use hedgerow::diagnostic::Severity;
use hedgerow::limits::Limits;
use hedgerow::merge;
use hedgerow::merge::ConflictKind;
use hedgerow::merge::MergeOptions;
use hedgerow::merge::Versions;
use hedgerow::model::Reading;
use hedgerow::model::read;
use hedgerow::schema::Catalogue;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use hedgerow::validate::Options;
use hedgerow::validate::Session;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::built_in(Catalogue::NEWEST).unwrap());

const VPCS: [&str; 3] = ["a", "b", "c"];
const PREFIXES: [&str; 7] =
    ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24", "10.0.4.0/24", "10.0.4.0/23", "10.0.5.0/24", "10.0.6.0/24"];

const NAMESPACES: &str = "\
apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata: {name: default}
spec: {subnets: [10.0.0.0/16]}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata: {name: default}
spec: {ranges: [{from: 1000, to: 1099}]}
";

/// VPCs by name, their subnets by name, and which of them peer.
#[derive(Debug, Clone, PartialEq)]
struct Model {
    vpcs: BTreeMap<&'static str, BTreeMap<String, (usize, u16)>>,
    peerings: BTreeSet<(&'static str, &'static str)>,
}

/// What to do, to which VPC and subnet, and with what.
type Op = (u8, usize, usize, usize);

impl Model {
    fn base() -> Model {
        let subnets = |at: usize| {
            let subnet = |index: usize| (format!("s{index}"), (at + index, 1000 + (at + index) as u16));
            [0, 1].map(subnet).into_iter().collect()
        };
        Model {
            vpcs: VPCS.iter().enumerate().map(|(at, &name)| (name, subnets(at * 2))).collect(),
            peerings: BTreeSet::from([("a", "b")]),
        }
    }

    fn edit(&mut self, ops: &[Op]) {
        for &(what, vpc, subnet, value) in ops {
            let name = VPCS[vpc % VPCS.len()];
            let Some(subnets) = self.vpcs.get_mut(name) else { continue };
            let subnet = format!("s{}", subnet % 3);
            let prefix = value % PREFIXES.len();
            let vlan = 1000 + (value % 8) as u16;
            match what % 6 {
                0 => drop(subnets.get_mut(&subnet).map(|subnet| subnet.0 = prefix)),
                1 => drop(subnets.get_mut(&subnet).map(|subnet| subnet.1 = vlan)),
                2 => drop(subnets.entry(subnet).or_insert((prefix, vlan))),
                3 => drop(subnets.remove(&subnet)),
                4 => drop(self.vpcs.remove(name)),
                _ => {
                    let other = VPCS[value % VPCS.len()];
                    if name < other {
                        self.peerings.insert((name, other));
                    }
                }
            }
        }
    }

    fn text(&self) -> String {
        let mut text = NAMESPACES.to_owned();
        for (name, subnets) in &self.vpcs {
            text += &format!(
                "---\napiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  subnets:\n"
            );
            for (subnet, (prefix, vlan)) in subnets {
                text += &format!("    {subnet}:\n      subnet: {}\n      vlan: {vlan}\n", PREFIXES[*prefix]);
            }
        }
        for (one, other) in &self.peerings {
            text += &format!(
                "---\napiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata:\n  name: {one}--{other}\nspec:\n  permit:\n    - {one}: {{subnets: [s0]}}\n      {other}: {{subnets: [s1]}}\n"
            );
        }
        text
    }

    /// Merges values; none where both changed one differently, or one deleted
    /// what the other changed.
    fn merged(base: &Model, ours: &Model, theirs: &Model) -> Option<Model> {
        let vpcs = three_way(&base.vpcs, &ours.vpcs, &theirs.vpcs, |base, ours, theirs| {
            three_way(base, ours, theirs, |base, ours, theirs| {
                Some((scalar(base.0, ours.0, theirs.0)?, scalar(base.1, ours.1, theirs.1)?))
            })
        })?;
        let peerings = ours.peerings.union(&theirs.peerings).copied().collect();
        Some(Model { vpcs, peerings })
    }
}

fn scalar<T: PartialEq>(base: T, ours: T, theirs: T) -> Option<T> {
    if ours == base || ours == theirs { Some(theirs) } else { (theirs == base).then_some(ours) }
}

fn three_way<K: Ord + Clone, V: PartialEq + Clone>(
    base: &BTreeMap<K, V>,
    ours: &BTreeMap<K, V>,
    theirs: &BTreeMap<K, V>,
    inside: impl Fn(&V, &V, &V) -> Option<V>,
) -> Option<BTreeMap<K, V>> {
    let keys: BTreeSet<&K> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
    let mut merged = BTreeMap::new();
    for key in keys {
        let value = match (base.get(key), ours.get(key), theirs.get(key)) {
            (Some(base), Some(ours), Some(theirs)) => Some(inside(base, ours, theirs)?),
            (base, ours, theirs) if ours == base || ours == theirs => theirs.cloned(),
            (base, ours, theirs) if theirs == base => ours.cloned(),
            _ => return None,
        };
        merged.extend(value.map(|value| (key.clone(), value)));
    }
    Some(merged)
}

/// The addresses of a prefix.
fn range(prefix: &str) -> (u32, u32) {
    let (address, bits) = prefix.split_once('/').unwrap();
    let first = address.split('.').fold(0_u32, |sum, part| (sum << 8) | part.parse::<u32>().unwrap());
    (first, first + (u32::MAX >> bits.parse::<u32>().unwrap()))
}

/// What is wrong with a model, each pair of places for itself.
fn violations(model: &Model) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let subnets: Vec<_> = model
        .vpcs
        .iter()
        .flat_map(|(vpc, subnets)| subnets.iter().map(move |(name, of)| (format!("{vpc}/{name}"), *of)))
        .collect();
    for (at, (one, (prefix, vlan))) in subnets.iter().enumerate() {
        for (other, (other_prefix, other_vlan)) in &subnets[..at] {
            let ((first, last), (start, end)) = (range(PREFIXES[*prefix]), range(PREFIXES[*other_prefix]));
            if first <= end && start <= last {
                found.insert(format!(
                    "{other} with {} and {one} with {} overlap",
                    PREFIXES[*other_prefix], PREFIXES[*prefix]
                ));
            }
            if vlan == other_vlan {
                found.insert(format!("{other} and {one} share VLAN {vlan}"));
            }
        }
    }
    for (vpc, _) in model.vpcs.iter().filter(|(_, subnets)| subnets.is_empty()) {
        found.insert(format!("{vpc} has no subnet"));
    }
    for (one, other) in &model.peerings {
        for (vpc, subnet) in [(one, "s0"), (other, "s1")] {
            if !model.vpcs.get(vpc).is_some_and(|subnets| subnets.contains_key(subnet)) {
                found.insert(format!("{one}--{other} refers to {vpc}/{subnet}"));
            }
        }
    }
    found
}

/// Says whether the fabric would refuse something.
fn is_refused(text: &str) -> bool {
    let tree = parse(Source::from_text(text), &Limits::DEFAULT);
    let values = tree.documents().map(|document| read(&tree, document, Reading::Kubernetes)).collect();
    let session =
        Session::open([("a.yaml".to_owned(), values)], Options::default(), &Limits::DEFAULT).unwrap();
    session.report().findings.iter().any(|found| found.finding.severity == Severity::Error)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_only_both_together_break_is_asked_about_and_nothing_else(
        ours in vec((any::<u8>(), any::<usize>(), any::<usize>(), any::<usize>()), 0..4),
        theirs in vec((any::<u8>(), any::<usize>(), any::<usize>(), any::<usize>()), 0..4),
    ) {
        let base = Model::base();
        let (mut our_model, mut their_model) = (base.clone(), base.clone());
        our_model.edit(&ours);
        their_model.edit(&theirs);
        let Some(merged) = Model::merged(&base, &our_model, &their_model) else { return Ok(()) };
        let [base, ours, theirs] = [&base, &our_model, &their_model].map(|model| Source::from_text(model.text()));
        let versions = Versions { base: Some(&base), ours: Some(&ours), theirs: Some(&theirs) };
        let answer = merge::merge(versions, &MergeOptions::new(&CATALOGUE)).unwrap();
        let asked: Vec<_> = answer.conflicts.iter().map(|conflict| (conflict.kind, &conflict.label)).collect();
        // Two subnets may be the same one renamed, which only a person knows.
        prop_assume!(asked.iter().all(|(kind, _)| *kind == ConflictKind::Semantic));
        for model in [&our_model, &their_model, &merged] {
            prop_assert_eq!(is_refused(&model.text()), !violations(model).is_empty(), "{:?}\n{}", violations(model), model.text());
        }
        let known: BTreeSet<String> = violations(&our_model).union(&violations(&their_model)).cloned().collect();
        let new: Vec<String> = violations(&merged).difference(&known).cloned().collect();
        prop_assert_eq!(asked.is_empty(), new.is_empty(), "asked {:?}, new {:#?}\n--- ours\n{}--- theirs\n{}--- merged\n{}", asked, new, ours.text(), theirs.text(), merged.text());
    }
}
