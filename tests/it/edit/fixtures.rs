//! Situations: a file, edits, and the file after them.

use super::edit;
use std::fs;
use std::path::Path;

/// Checks one folder; with `UPDATE_EXPECT=1`, writes what comes out instead.
fn check(folder: &Path) -> Result<(), String> {
    let read = |name| fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"));
    let before = read("before.yaml")?;
    let edited = edit(&before, &read("edits.json")?).map_err(|error| error.to_string())?;
    if hedgerow::text::apply(&before, &edited.edits) != edited.text {
        return Err("the edits do not lead to the text".to_owned());
    }
    if edited.reprinted > 0 {
        return Err(format!("{} nodes were printed anew", edited.reprinted));
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return fs::write(folder.join("after.yaml"), &edited.text).map_err(|error| error.to_string());
    }
    let expected = read("after.yaml")?;
    if edited.text == expected {
        Ok(())
    } else {
        Err(format!("expected:\n{expected}\ngot:\n{}", edited.text))
    }
}

#[test]
fn every_situation_comes_out_as_written_beside_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/edit");
    let mut folders: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 20, "only {} situations", folders.len());
    let name = |folder: &Path| folder.file_name().unwrap().to_string_lossy().into_owned();
    let wrong =
        folders.iter().filter_map(|folder| Some(format!("{}: {}\n", name(folder), check(folder).err()?)));
    let wrong: String = wrong.collect();
    assert!(wrong.is_empty(), "{wrong}");
}
