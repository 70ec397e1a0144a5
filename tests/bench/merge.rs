//! Merges three files as a program of its own, to be timed beside others.
//!
//! ```text
//! cargo bench --bench merge -- <base> <ours> <theirs> <output>
//! ```

#![allow(missing_docs)]

use hedgerow::merge::MergeOptions;
use hedgerow::merge::Versions;
use hedgerow::merge::merge;
use hedgerow::schema::Catalogue;
use hedgerow::text::Source;
use std::fs;

fn main() {
    let paths: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [base, ours, theirs, output] = paths.as_slice() else {
        println!("Name four files: cargo bench --bench merge -- <base> <ours> <theirs> <output>");
        return;
    };
    if let Err(problem) = run([base, ours, theirs], output) {
        eprintln!("{problem}");
        std::process::exit(2);
    }
}

fn run(paths: [&String; 3], output: &str) -> Result<(), String> {
    let read = |path: &String| match fs::read(path) {
        Ok(bytes) => Ok(Source::from_bytes(&bytes)),
        Err(error) => Err(format!("{path}: {error}")),
    };
    let [base, ours, theirs] = paths.map(read);
    let (base, ours, theirs) = (base?, ours?, theirs?);
    let catalogue = Catalogue::built_in(Catalogue::NEWEST).ok_or("no catalogue")?;
    let versions = Versions { base: Some(&base), ours: Some(&ours), theirs: Some(&theirs) };
    let answer = merge(versions, &MergeOptions::new(&catalogue)).map_err(|problem| problem.to_string())?;
    if !answer.conflicts.is_empty() {
        return Err(format!("{} conflicts", answer.conflicts.len()));
    }
    fs::write(output, answer.content.unwrap_or_default()).map_err(|error| format!("{output}: {error}"))
}
