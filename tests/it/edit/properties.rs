//! What holds for every edit of every file.

use super::generate::choices;
use super::generate::get;
use super::generate::map;
use super::generate::pointers;
use super::generate::value;
use super::generate::write;
use super::tree;
use hedgerow::edit::Edit;
use hedgerow::edit::Edited;
use hedgerow::edit::Entry;
use hedgerow::edit::apply;
use hedgerow::edit::lines_of;
use hedgerow::limits::Limits;
use hedgerow::model::Pointer;
use hedgerow::model::Reading;
use hedgerow::model::Step;
use hedgerow::model::Value;
use hedgerow::model::locate;
use hedgerow::model::read;
use hedgerow::model::same_value;
use hedgerow::syntax::Tree;
use hedgerow::text::Span;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

fn only_value(tree: &Tree) -> Value {
    read(tree, tree.documents().next().unwrap(), Reading::Kubernetes)
}

/// Writes a value and reads it back, so that each property starts from a text
/// that says what it should.
fn written(value: &Value, choices: &[u8]) -> Result<Tree, TestCaseError> {
    let tree = tree(&write(value, choices));
    prop_assert!(tree.diagnostics().is_empty(), "{:?}\n{}", tree.diagnostics(), tree.text());
    prop_assert!(same_value(&only_value(&tree), value), "{:?}\n{}", only_value(&tree), tree.text());
    Ok(tree)
}

/// Applies an edit and checks what holds for any of them.
fn edited(before: &Tree, edit: Edit, meant: &Value) -> Result<Edited, TestCaseError> {
    let edited = apply(before, std::slice::from_ref(&edit), &Limits::DEFAULT);
    let edited =
        edited.map_err(|error| TestCaseError::fail(format!("{error}: {edit:?}\n{}", before.text())))?;
    let shown = || format!("{edit:?}\n{}\n>>>\n{}", before.text(), edited.text);
    prop_assert_eq!(edited.reprinted, 0, "printed anew: {}", shown());
    prop_assert_eq!(&hedgerow::text::apply(before.text(), &edited.edits), &edited.text);
    let after = tree(&edited.text);
    prop_assert!(after.diagnostics().is_empty(), "{:?} {}", after.diagnostics(), shown());
    prop_assert!(same_value(&only_value(&after), meant), "{:?} {}", only_value(&after), shown());
    let line_break = if before.text().contains("\r\n") { "\r\n" } else { "\n" };
    let has_one_line_break = edited.text.matches('\n').count() == edited.text.matches(line_break).count();
    prop_assert!(has_one_line_break, "{}", shown());
    Ok(edited)
}

/// Checks that all comments outside of `gone` are there once, and that no line
/// of a field beside the changed one has changed.
fn only_changes(before: &Tree, after: &str, field: &Pointer, gone: Span) -> Result<(), TestCaseError> {
    for &comment in before.comments() {
        let text = before.source().slice(comment);
        let count = after.matches(text).count();
        if comment.end <= gone.start || comment.start >= gone.end {
            prop_assert_eq!(count, 1, "{}\n{}\n>>>\n{}", text, before.text(), after);
        } else {
            prop_assert!(count <= 1, "{}\n{}\n>>>\n{}", text, before.text(), after);
        }
    }
    let root = before.root(before.documents().next().unwrap()).unwrap();
    let Some(changed) = field.0.first() else { return Ok(()) };
    for (key, value) in before.entries(root) {
        let name = hedgerow::model::read_key(before, key, Reading::Kubernetes);
        let is_changed = match changed {
            Step::Key(key) => *key == name,
            Step::Index(index) => index.to_string() == name,
        };
        if !is_changed {
            let lines = before.source().slice(lines_of(before, Entry { key: Some(key), value }));
            prop_assert!(after.contains(lines), "{}\n{}\n>>>\n{}", lines, before.text(), after);
        }
    }
    Ok(())
}

/// Changes the value at a path.
fn with(value: &Value, field: &[Step], change: &dyn Fn(&mut Value)) -> Value {
    let mut changed = value.clone();
    let mut at = &mut changed;
    for step in field {
        at = match (at, step) {
            (Value::List(items), Step::Index(index)) => &mut items[*index],
            (map, Step::Index(index)) => map.get_mut(&index.to_string()).unwrap(),
            (map, Step::Key(key)) => map.get_mut(key).unwrap(),
        };
    }
    change(at);
    changed
}

/// Returns the lines of a field, or its span where it has no lines of its own.
fn extent(tree: &Tree, field: &Pointer) -> Span {
    let document = tree.documents().next().unwrap();
    let located = locate(tree, document, field).unwrap();
    match field.0.is_empty() {
        true => Span::new(0, tree.text().len() as u32),
        false => lines_of(tree, Entry { key: located.key, value: located.value }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_global_rejects: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn setting_any_field_to_any_value_changes_that_field_only(
        base in map(), style in choices(), at: prop::sample::Index, new in value()
    ) {
        let before = written(&base, &style)?;
        let all = pointers(&base);
        let field = at.get(&all);
        let meant = with(&base, &field.0, &|value| *value = new.clone());
        let edit = Edit::Set { document: None, field: field.clone(), value: new };
        let edited = edited(&before, edit, &meant)?;
        only_changes(&before, &edited.text, field, extent(&before, field))?;
    }

    #[test]
    fn setting_a_field_to_what_it_is_changes_no_byte(
        base in map(), style in choices(), at: prop::sample::Index
    ) {
        let before = written(&base, &style)?;
        let all = pointers(&base);
        let field = at.get(&all);
        let value = get(&base, field).unwrap().clone();
        let edit = Edit::Set { document: None, field: field.clone(), value };
        let edited = edited(&before, edit, &base)?;
        prop_assert_eq!(&edited.text, before.text());
        prop_assert!(edited.edits.is_empty());
    }

    #[test]
    fn setting_a_scalar_to_a_scalar_keeps_every_comment_and_every_other_line(
        base in map(), style in choices(), at: prop::sample::Index, new: u16
    ) {
        let before = written(&base, &style)?;
        let document = before.documents().next().unwrap();
        let is_one_line = |field: &&Pointer| {
            let located = locate(&before, document, field).unwrap();
            before.len(located.value) == 0 && !before.raw(located.value).contains('\n')
        };
        let all = pointers(&base);
        let scalars: Vec<&Pointer> = all.iter().filter(is_one_line).filter(|field| !field.0.is_empty()).collect();
        prop_assume!(!scalars.is_empty());
        let field = *at.get(&scalars);
        let new = Value::Int(new.into());
        let meant = with(&base, &field.0, &|value| *value = new.clone());
        let edit = Edit::Set { document: None, field: field.clone(), value: new };
        let edited = edited(&before, edit, &meant)?;
        only_changes(&before, &edited.text, field, Span::at(0))?;
        let pairs = before.text().lines().zip(edited.text.lines());
        prop_assert!(pairs.filter(|(before, after)| before != after).count() <= 1);
        prop_assert_eq!(before.text().lines().count(), edited.text.lines().count());
    }

    #[test]
    fn setting_a_changed_whole_is_setting_what_changed(
        base in map(), style in choices(), at: prop::sample::Index, new in value()
    ) {
        let before = written(&base, &style)?;
        let all = pointers(&base);
        let field = at.get(&all);
        prop_assume!(!field.0.is_empty());
        let meant = with(&base, &field.0, &|value| *value = new.clone());
        let whole = Edit::Set { document: None, field: Pointer::root(), value: meant.clone() };
        let edited = edited(&before, whole, &meant)?;
        only_changes(&before, &edited.text, &Pointer(field.0[..1].to_vec()), extent(&before, &Pointer(field.0[..1].to_vec())))?;
    }

    #[test]
    fn a_new_key_is_made_in_any_map(
        base in map(), style in choices(), at: prop::sample::Index, new in value(), key in "[u-x]{2,3}|on|a b"
    ) {
        let before = written(&base, &style)?;
        let is_map = |field: &&Pointer| matches!(get(&base, field), Some(Value::Map(_) | Value::Null));
        let all = pointers(&base);
        let maps: Vec<&Pointer> = all.iter().filter(is_map).collect();
        let holder = *at.get(&maps);
        prop_assume!(get(&base, holder).unwrap().get(&key).is_none());
        let meant = with(&base, &holder.0, &|value| match value {
            Value::Map(entries) => entries.push((key.clone(), new.clone())),
            other => *other = Value::Map(vec![(key.clone(), new.clone())]),
        });
        let edit = Edit::Set { document: None, field: holder.key(&key), value: new };
        let edited = edited(&before, edit, &meant)?;
        only_changes(&before, &edited.text, &holder.key(&key), Span::at(0))?;
    }

    #[test]
    fn an_item_is_inserted_anywhere(
        base in map(), style in choices(), at: prop::sample::Index, place: prop::sample::Index, new in value()
    ) {
        let before = written(&base, &style)?;
        let is_list = |field: &&Pointer| matches!(get(&base, field), Some(Value::List(_)));
        let all = pointers(&base);
        let lists: Vec<&Pointer> = all.iter().filter(is_list).collect();
        prop_assume!(!lists.is_empty());
        let list = *at.get(&lists);
        let index = place.index(get(&base, list).unwrap().as_list().unwrap().len() + 1);
        let meant = with(&base, &list.0, &|value| {
            if let Value::List(items) = value {
                items.insert(index, new.clone());
            }
        });
        let edit = Edit::Insert { document: None, field: list.clone(), index: Some(index), value: new };
        let edited = edited(&before, edit, &meant)?;
        only_changes(&before, &edited.text, list, Span::at(0))?;
    }

    #[test]
    fn any_field_is_removed_with_its_comments_and_no_others(
        base in map(), style in choices(), at: prop::sample::Index
    ) {
        let before = written(&base, &style)?;
        let all = pointers(&base);
        let fields: Vec<&Pointer> = all.iter().filter(|field| !field.0.is_empty()).collect();
        prop_assume!(!fields.is_empty());
        let field = *at.get(&fields);
        let (holder, last) = field.split_last().unwrap();
        let meant = with(&base, &holder.0, &|value| match (value, last) {
            (Value::List(items), Step::Index(index)) => drop(items.remove(*index)),
            (Value::Map(entries), Step::Index(index)) => entries.retain(|(key, _)| *key != index.to_string()),
            (Value::Map(entries), Step::Key(key)) => entries.retain(|(name, _)| name != key),
            _ => {}
        });
        let edit = Edit::Remove { document: None, field: field.clone() };
        let edited = edited(&before, edit, &meant)?;
        // The last entry takes its holder's lines along.
        let is_last = matches!(get(&meant, &holder), Some(Value::List(items)) if items.is_empty())
            || matches!(get(&meant, &holder), Some(Value::Map(entries)) if entries.is_empty());
        let gone = extent(&before, if is_last { &holder } else { field });
        only_changes(&before, &edited.text, field, gone)?;
    }

    #[test]
    fn any_key_is_renamed_in_its_place(
        base in map(), style in choices(), at: prop::sample::Index, to in "[u-x]{2,3}|on|a: b|1"
    ) {
        let before = written(&base, &style)?;
        let document = before.documents().next().unwrap();
        let all = pointers(&base);
        let has_key = |field: &&Pointer| locate(&before, document, field).is_some_and(|located| located.key.is_some());
        let fields: Vec<&Pointer> = all.iter().filter(has_key).collect();
        prop_assume!(!fields.is_empty());
        let field = *at.get(&fields);
        let (holder, last) = field.split_last().unwrap();
        prop_assume!(get(&base, &holder).unwrap().get(&to).is_none());
        let meant = with(&base, &holder.0, &|value| {
            if let Value::Map(entries) = value {
                let key = match last { Step::Key(key) => key.clone(), Step::Index(index) => index.to_string() };
                entries.iter_mut().find(|(name, _)| *name == key).unwrap().0 = to.clone();
            }
        });
        let edit = Edit::Rename { document: None, field: field.clone(), to: to.clone() };
        let edited = edited(&before, edit, &meant)?;
        only_changes(&before, &edited.text, field, Span::at(0))?;
    }

    #[test]
    fn a_document_is_appended_and_removed_again(
        first in map(), second in map(), new in value(), style in choices(), other in choices()
    ) {
        let mut text = write(&first, &style).replace("\r\n", "\n");
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str("---\n");
        text.push_str(write(&second, &other).replace("\r\n", "\n").trim_start_matches("---\n"));
        let before = tree(&text);
        prop_assert!(before.diagnostics().is_empty(), "{}", text);
        let append = Edit::AppendDocument { value: new.clone() };
        let appended = apply(&before, &[append], &Limits::DEFAULT).unwrap();
        let after = tree(&appended.text);
        let read_at = |tree: &Tree, place| read(tree, tree.documents().nth(place).unwrap(), Reading::Kubernetes);
        prop_assert!(after.diagnostics().is_empty(), "{}", appended.text);
        prop_assert!(appended.text.starts_with(&text));
        for (place, meant) in [&first, &second, &new].into_iter().enumerate() {
            prop_assert!(same_value(&read_at(&after, place), meant), "{} {}", place, appended.text);
        }
        let remove = |index| Edit::RemoveDocument { document: hedgerow::edit::DocumentRef::Index(index) };
        for (gone, left) in [(0, [&second, &new]), (1, [&first, &new]), (2, [&first, &second])] {
            let removed = apply(&after, &[remove(gone)], &Limits::DEFAULT).unwrap();
            let rest = tree(&removed.text);
            for (place, meant) in left.into_iter().enumerate() {
                prop_assert!(same_value(&read_at(&rest, place), meant), "{} {}\n>>>\n{}", gone, appended.text, removed.text);
            }
        }
    }

    #[test]
    fn edits_in_one_call_are_those_edits_one_after_another(
        base in map(), style in choices(), steps in prop::collection::vec((any::<prop::sample::Index>(), value(), any::<bool>()), 1..5)
    ) {
        let start = written(&base, &style)?;
        let mut edits = Vec::new();
        let mut current = start.clone();
        for (at, new, removes) in steps {
            let all = pointers(&only_value(&current));
            let field = at.get(&all).clone();
            let edit = match removes && !field.0.is_empty() {
                true => Edit::Remove { document: None, field },
                false => Edit::Set { document: None, field, value: new },
            };
            let next = apply(&current, std::slice::from_ref(&edit), &Limits::DEFAULT).unwrap();
            current = tree(&next.text);
            edits.push(edit);
        }
        let together = apply(&start, &edits, &Limits::DEFAULT).unwrap();
        prop_assert_eq!(&together.text, current.text());
        prop_assert_eq!(&hedgerow::text::apply(start.text(), &together.edits), &together.text);
        let touching = together.edits.windows(2).filter(|pair| pair[0].span.end >= pair[1].span.start).count();
        prop_assert_eq!(touching, 0, "{:?}", together.edits);
    }

    #[test]
    fn no_text_and_no_edit_make_it_panic_or_lie(
        lines in prop::collection::vec("[ ]{0,4}(- |\\? |[a-c]: |: |&x |\\*x|!t |\\||>|#|\\[|\\]|\\{|\\}|,|'|\"|\t|<<: |---|\\.\\.\\.|[a-z1]{0,3}){0,5}", 0..10),
        at: prop::sample::Index, new in value(), operation in 0..5u8
    ) {
        let text = lines.join("\n");
        let before = tree(&text);
        let Some(document) = before.documents().next() else { return Ok(()) };
        let value = read(&before, document, Reading::Kubernetes);
        let all = pointers(&value);
        let field = at.get(&all).clone();
        let document = Some(hedgerow::edit::DocumentRef::Index(0));
        let edit = match operation {
            0 => Edit::Set { document, field, value: new },
            1 => Edit::Set { document, field: field.key("new"), value: new },
            2 => Edit::Insert { document, field, index: None, value: new },
            3 => Edit::Remove { document, field },
            _ => Edit::Rename { document, field, to: "new".to_owned() },
        };
        if let Ok(edited) = apply(&before, &[edit], &Limits::DEFAULT) {
            prop_assert_eq!(&hedgerow::text::apply(&text, &edited.edits), &edited.text);
            let after = tree(&edited.text);
            prop_assert!(after.diagnostics().len() <= before.diagnostics().len() + 1);
        }
    }
}
