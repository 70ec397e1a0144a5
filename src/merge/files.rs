//! Merges the files of three versions, resource by resource.
//!
//! A resource is known by its identity, so an edit follows it from file to
//! file.
//!
//! **Invariant:** a file in which only one side changed anything has that
//! side's bytes.

use super::answer::Conflict;
use super::answer::ConflictKind;
use super::answer::ConflictSeverity;
use super::answer::Decision;
use super::answer::Doubtful;
use super::answer::MergeAnswer;
use super::answer::Side;
use super::arrange;
use super::document;
use super::documents;
use super::documents::Breaks;
use super::documents::Doc;
use super::documents::DocRow;
use super::forced::Forced;
use super::lines;
use super::matching::Row;
use super::options::BadChoice;
use super::options::MergeOptions;
use super::options::Settlement;
use super::renamed_resources;
use super::rope::Rope;
use super::semantic;
use super::settle::Allows;
use super::settle::Outcome;
use super::settle::Place;
use super::settle::Settler;
use super::shape::SlotIx;
use super::sound::Judge;
use super::versions::Version;
use super::versions::Versions;
use super::versions::three_way;
use super::written::Made;
use crate::edit;
use crate::order;
use crate::order::Map;
use crate::syntax;
use crate::syntax::Tree;
use crate::text::Source;
use crate::text::Span;
use crate::text::TextEdit;

/// A file of one version.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its path; no two files of a version share one.
    pub path: &'a str,
    /// Its text.
    pub source: &'a Source,
}

/// A file that the merge wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedFile {
    /// Its path.
    pub path: String,
    /// Its text.
    pub content: String,
    /// What leads to it from theirs.
    pub edits: Vec<TextEdit>,
}

/// What became of the merge of many files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FilesAnswer {
    /// The files that differ from theirs, by path.
    pub files: Vec<MergedFile>,
    /// Paths of theirs that go.
    pub removed: Vec<String>,
    /// What a person must decide.
    pub conflicts: Vec<Conflict>,
    /// What was decided without asking.
    pub decisions: Vec<Decision>,
    /// What of the files may have errors: validation knows which.
    pub doubtful: Vec<Doubtful>,
    /// How often a result had to be mended. Anything but 0 is a bug.
    pub mended: u32,
}

/// Merges one file. None stands for a version without the file.
///
/// The choices and policies of the options settle what they speak of. Fails
/// only for a choice that means nothing.
pub fn merge(
    versions: Versions<Option<&Source>>,
    options: &MergeOptions<'_>,
) -> Result<MergeAnswer, BadChoice> {
    let path = options.path.as_deref().unwrap_or("");
    let lists =
        versions.map(|source| source.map(|source| File { path, source }).into_iter().collect::<Vec<_>>());
    let slices = Versions { base: &*lists.base, ours: &*lists.ours, theirs: &*lists.theirs };
    let mut answer = merge_files(slices, options)?;
    let (content, edits) = match answer.files.pop() {
        Some(file) => (Some(file.content), file.edits),
        None if answer.removed.is_empty() => {
            (versions.theirs.map(|source| source.text().to_owned()), Vec::new())
        }
        None => {
            let len = versions.theirs.map_or(0, |source| source.text().len() as u32);
            (None, vec![TextEdit::cut(Span::new(0, len))])
        }
    };
    Ok(MergeAnswer {
        content,
        edits,
        conflicts: answer.conflicts,
        decisions: answer.decisions,
        doubtful: answer.doubtful,
        mended: answer.mended,
    })
}

/// Merges the files of three versions.
pub fn merge_files(
    versions: Versions<&[File<'_>]>,
    options: &MergeOptions<'_>,
) -> Result<FilesAnswer, BadChoice> {
    let mut paths: Map<&str, Versions<Option<&Source>>> = Map::new();
    for version in Version::ANY {
        for file in *versions.of(version) {
            let entry = paths.entry(file.path).or_default();
            match version {
                Version::Base => entry.base = Some(file.source),
                Version::Ours => entry.ours = Some(file.source),
                Version::Theirs => entry.theirs = Some(file.source),
            }
        }
    }
    let mut answer = FilesAnswer::default();
    let is_text = |file: &Versions<Option<&Source>>| {
        Version::ANY.iter().all(|version| file.of(*version).is_none_or(|source| source.broken_at().is_none()))
    };
    let no_text: Vec<(&str, Versions<Option<&Source>>)> =
        paths.iter().filter(|(_, file)| !is_text(file)).map(|(path, file)| (*path, *file)).collect();
    paths.retain(|_, file| is_text(file));
    paths.retain(|_, file| {
        let texts = texts(file);
        !(texts.base == texts.ours && texts.base == texts.theirs)
    });
    // Only one side changed anything at all, or both did the same.
    let sides = [Version::Ours, Version::Theirs].into_iter().filter(|_| no_text.is_empty());
    if let Some(version) = sides.into_iter().find(|version| {
        let other = version.other();
        paths.values().all(|file| {
            let texts = texts(file);
            texts.of(other) == &texts.base || texts.ours == texts.theirs
        })
    }) {
        for (path, file) in &paths {
            answer.take(path, file, *file.of(version));
        }
        return Ok(answer);
    }
    let trees = Trees::parse(&paths, options);
    let mut settler = Settler::new(options);
    for (path, file) in &no_text {
        keep_bytes(path, file, &mut settler);
    }
    let mut lists: Versions<Vec<Doc<'_>>> = Versions::default();
    let mut loaded: Vec<&str> = Vec::new();
    for (path, file) in &paths {
        if trees.is_broken(path) || !trees.has_documents(path) {
            merge_as_lines(path, file, &mut settler, &mut answer);
            continue;
        }
        loaded.push(path);
        let list = |version| {
            trees.of(path, version).map(|tree| documents::of_file(version, path, tree)).unwrap_or_default()
        };
        lists.base.extend(list(Version::Base));
        lists.ours.extend(list(Version::Ours));
        lists.theirs.extend(list(Version::Theirs));
    }
    let rows = documents::rows(lists);
    let mut placed: Map<&str, Vec<(Row, Made)>> = Map::new();
    let rows = renamed_resources::renamed(rows, &mut settler);
    let forced = semantic::check(&rows, &mut settler);
    let nothing = Forced::default();
    let mut judge = Judge::default();
    for (index, row) in rows.into_iter().enumerate() {
        let forced = forced.get(&index).unwrap_or(&nothing);
        let Some(path) = place_of(&row, &mut settler) else { continue };
        if forced.is_asked() {
            document::doubt(&row, path, &mut settler);
        }
        let Some(made) = document::merge(&row, path, forced, &mut judge, &mut settler) else { continue };
        let slots = Versions::each(|version| {
            row.of(version).as_ref().filter(|doc| doc.path == path).map(|doc| SlotIx::of(doc.place))
        });
        placed.entry(path).or_default().push((slots, made));
    }
    for path in loaded {
        let Some(file) = paths.get(path) else { continue };
        let documents = placed.remove(path).unwrap_or_default();
        answer.write(path, file, documents);
    }
    if let Some(bad) = settler.bad_choice {
        return Err(bad);
    }
    order::sort_by(&mut answer.files, |left, right| left.path.cmp(&right.path));
    order::sort(&mut answer.removed);
    answer.conflicts = settler.conflicts;
    answer.decisions = settler.decisions;
    answer.doubtful = settler.doubtful;
    answer.mended = settler.mended;
    Ok(answer)
}

fn texts<'a>(file: &Versions<Option<&'a Source>>) -> Versions<Option<&'a str>> {
    file.map(|source| source.map(Source::text))
}

/// The trees of the files that are merged.
struct Trees {
    trees: Map<String, Versions<Option<Tree>>>,
}

impl Trees {
    fn parse(paths: &Map<&str, Versions<Option<&Source>>>, options: &MergeOptions<'_>) -> Trees {
        let parse =
            |source: Option<&Source>| source.map(|source| syntax::parse(source.clone(), &options.limits));
        Trees { trees: paths.iter().map(|(path, file)| ((*path).to_owned(), file.map(parse))).collect() }
    }

    fn of(&self, path: &str, version: Version) -> Option<&Tree> {
        self.trees.get(path)?.of(version).as_ref()
    }

    fn each(&self, path: &str) -> impl Iterator<Item = &Tree> {
        Version::ANY.into_iter().filter_map(|version| self.of(path, version))
    }

    /// Says whether a version of the file cannot be read as YAML.
    fn is_broken(&self, path: &str) -> bool {
        self.each(path).any(|tree| {
            tree.source().broken_at().is_some()
                || tree.diagnostics().iter().any(|finding| documents::breaks(finding) == Breaks::File)
        })
    }

    fn has_documents(&self, path: &str) -> bool {
        self.each(path).any(|tree| tree.documents().next().is_some())
    }
}

/// Says in which file the result has a document. None if its file cannot be
/// told, which only a row without documents has.
fn place_of<'t>(row: &DocRow<'t>, settler: &mut Settler<'_>) -> Option<&'t str> {
    let paths = Versions::each(|version| row.of(version).as_ref().map(|doc| doc.path));
    let (ours, theirs) = match (paths.ours, paths.theirs) {
        (Some(ours), Some(theirs)) => (ours, theirs),
        (ours, theirs) => return theirs.or(ours).or(paths.base),
    };
    if let Some(version) = three_way(&paths) {
        return *paths.of(version);
    }
    let resource = row.theirs.as_ref().and_then(|doc| doc.id.clone());
    let side = |path: Option<&str>| Side {
        present: path.is_some(),
        value: path.map(Into::into),
        text: path.map(str::to_owned),
        path: path.map(str::to_owned),
        span: None,
    };
    let place = Place {
        kind: if paths.base.is_some() { ConflictKind::MoveMove } else { ConflictKind::DuplicateIdentity },
        severity: ConflictSeverity::Medium,
        label: resource.as_ref().map_or_else(|| theirs.to_owned(), ToString::to_string),
        resource,
        field: None,
        key: "place".to_owned(),
        sides: paths.map(side),
        allows: Allows { base: paths.base.is_some(), ..Allows::default() },
        group: None,
    };
    match settler.settle(place).version() {
        Some(Version::Ours) => Some(ours),
        Some(Version::Base) => paths.base,
        _ => Some(theirs),
    }
}

/// Leaves a file that is no text in some version as theirs has it, and asks
/// where ours changed it: a merge writes text, and must not guess at bytes.
fn keep_bytes(path: &str, file: &Versions<Option<&Source>>, settler: &mut Settler<'_>) {
    let bytes = file.map(|source| source.map(Source::to_bytes));
    if bytes.ours == bytes.base || bytes.ours == bytes.theirs {
        return;
    }
    let place = Place {
        kind: ConflictKind::Parse,
        severity: ConflictSeverity::Critical,
        resource: None,
        field: None,
        label: if path.is_empty() { "the file".to_owned() } else { path.to_owned() },
        key: format!("bytes {path}"),
        sides: texts(file).map(|text| Side {
            present: text.is_some(),
            value: None,
            text: text.map(str::to_owned),
            path: Some(path.to_owned()).filter(|path| !path.is_empty()),
            span: text.map(|text| Span::new(0, text.len() as u32)),
        }),
        allows: Allows { base: false, both: None, value: false, text: false },
        group: None,
    };
    if let Outcome::Settled(Settlement::Ours) = settler.settle(place) {
        let reason = "a file that is no text cannot be written by a merge: write it as a whole";
        settler.bad_choice.get_or_insert(BadChoice { conflict: path.to_owned(), reason });
    }
}

/// Merges a file that is no YAML in some version.
fn merge_as_lines(
    path: &str,
    file: &Versions<Option<&Source>>,
    settler: &mut Settler<'_>,
    answer: &mut FilesAnswer,
) {
    if let Some(version) = three_way(&texts(file)) {
        return answer.take(path, file, *file.of(version));
    }
    let texts = texts(file);
    let merged = match (texts.base, texts.ours, texts.theirs) {
        (base, Some(ours), Some(theirs)) => {
            let texts = Versions { base: base.unwrap_or(""), ours, theirs };
            Some(lines::merge(texts, Version::Theirs))
        }
        _ => None,
    };
    settler.doubtful.push(Doubtful { path: path.to_owned(), resource: None });
    // Lines that go together are still no proof that the text does.
    let side = |text: Option<&str>| Side {
        present: text.is_some(),
        value: None,
        text: text.map(str::to_owned),
        path: Some(path.to_owned()).filter(|path| !path.is_empty()),
        span: text.map(|text| Span::new(0, text.len() as u32)),
    };
    let place = Place {
        kind: ConflictKind::Parse,
        severity: ConflictSeverity::Critical,
        resource: None,
        field: None,
        label: if path.is_empty() { "the file".to_owned() } else { path.to_owned() },
        key: format!("lines {path}"),
        sides: texts.map(side),
        allows: Allows {
            base: texts.base.is_some(),
            both: merged.as_ref().map(|_| "Merge the lines"),
            value: false,
            text: true,
        },
        group: None,
    };
    let taken = match settler.settle(place) {
        Outcome::Settled(Settlement::Text(text)) => Some(text),
        Outcome::Settled(Settlement::Ours) => texts.ours.map(str::to_owned),
        Outcome::Settled(Settlement::Base) => texts.base.map(str::to_owned),
        Outcome::Settled(Settlement::Both) => merged.map(|merged| merged.text),
        _ => texts.theirs.map(str::to_owned),
    };
    answer.put(path, texts.theirs, taken);
}

impl FilesAnswer {
    /// Takes a version of a file whole.
    fn take(&mut self, path: &str, file: &Versions<Option<&Source>>, taken: Option<&Source>) {
        self.put(path, file.theirs.map(Source::text), taken.map(|source| source.text().to_owned()));
    }

    fn put(&mut self, path: &str, theirs: Option<&str>, content: Option<String>) {
        match (theirs, content) {
            (Some(_), None) => self.removed.push(path.to_owned()),
            (theirs, Some(content)) if theirs != Some(&content) => {
                let mut rope = Rope::new(theirs.unwrap_or(""));
                rope.text(&content);
                self.files.push(MergedFile { path: path.to_owned(), edits: rope.edits(), content });
            }
            _ => {}
        }
    }

    /// Writes the documents of a file.
    fn write(&mut self, path: &str, file: &Versions<Option<&Source>>, documents: Vec<(Row, Made)>) {
        let texts = texts(file);
        let theirs = texts.theirs.unwrap_or("");
        let rows: Vec<Row> = documents.iter().map(|(row, _)| *row).collect();
        let (frame, _) = arrange::frame(&rows);
        let order = arrange::arrange(&rows, frame);
        if order.is_empty() {
            let content = (texts.ours.is_some() && texts.theirs.is_some()).then(String::new);
            return self.put(path, texts.theirs, content);
        }
        let breaks = Versions::each(|version| texts.of(version).map(edit::line_break));
        let line_break = three_way(&breaks).and_then(|version| *breaks.of(version)).or(breaks.theirs);
        let line_break = line_break.or(breaks.ours).unwrap_or("\n");
        let mut rope = Rope::new(theirs);
        let mut made: Vec<Option<Made>> = documents.into_iter().map(|(_, made)| Some(made)).collect();
        for index in order {
            let Some(made) = made.get_mut(index).and_then(Option::take) else { continue };
            if !rope.is_empty() {
                rope.begin_line(line_break);
                if !made.has_marker {
                    rope.text("---");
                    rope.text(line_break);
                }
            }
            made.write(path, line_break, &mut rope);
        }
        // An empty text ends in no way.
        let ends = Versions::each(|version| {
            texts.of(version).filter(|text| !text.is_empty()).map(|text| text.ends_with('\n'))
        });
        let ends_with_break = match (ends.ours, ends.theirs) {
            (_, Some(theirs)) if ends.base.is_none() || ends.ours.is_none() => theirs,
            _ => three_way(&ends).and_then(|version| *ends.of(version)).unwrap_or(true),
        };
        if ends_with_break {
            rope.begin_line(line_break)
        } else {
            rope.end_without_break()
        }
        rope.keep_mark();
        let content = rope.build();
        if texts.theirs != Some(&content) {
            self.files.push(MergedFile { path: path.to_owned(), edits: rope.edits(), content });
        }
    }
}
