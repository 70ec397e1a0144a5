//! Times the parser natively, beside a scan of the same bytes.
//!
//! ```text
//! node tests/bench/corpus-file.mjs /tmp/corpus.yaml
//! cargo bench --bench native -- /tmp/corpus.yaml
//! ```
//!
//! The scan for line breaks and colons is what any parser must do. The text is
//! timed in pieces of some documents, each piece many times, and the minima are
//! added up: a piece is done before the machine turns to a neighbour, so what
//! is counted is our work alone. The last line is the text in one piece.

#![allow(missing_docs)]

use hedgerow::limits::Limits;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use std::hint::black_box;
use std::time::Duration;
use std::time::Instant;

const RUNS: usize = 30;

/// The bar: a parse may take this many times as long as the scan.
const BAR: f64 = 12.5;

fn main() {
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let Some(path) = path else {
        println!("Name a YAML file: cargo bench --bench native -- <file>");
        return;
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path}: {error}");
            std::process::exit(2);
        }
    };
    let pieces = pieces(&text);
    let scanned = report("scan", &pieces, None, scan);
    report("parse, in pieces", &pieces, Some(scanned), nodes);
    report("parse, one text", &[&text], Some(scanned), nodes);
}

/// Cuts a text behind documents, into pieces of some 50 KB.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.get(50_000..).and_then(|more| more.find("\n---\n")) {
        let (piece, more) = rest.split_at(50_000 + end + 1);
        pieces.push(piece);
        rest = more;
    }
    pieces.push(rest);
    pieces
}

/// Counts line breaks and colons.
fn scan(text: &str) -> usize {
    memchr::memchr2_iter(b'\n', b':', text.as_bytes()).count()
}

/// Parses, and counts the nodes. Bytes go in, so the check for UTF-8 and the
/// copy are part of it.
fn nodes(text: &str) -> usize {
    let tree = parse(Source::from_bytes(text.as_bytes()), &Limits::DEFAULT);
    assert!(tree.diagnostics().is_empty(), "{:?}", tree.diagnostics());
    tree.node_count()
}

fn report(name: &str, pieces: &[&str], scanned: Option<Duration>, work: fn(&str) -> usize) -> Duration {
    let mut best = vec![Duration::MAX; pieces.len()];
    let mut found = 0;
    for _ in 0..RUNS {
        found = 0;
        for (piece, best) in pieces.iter().zip(&mut best) {
            let start = Instant::now();
            found += black_box(work(piece));
            *best = start.elapsed().min(*best);
        }
    }
    let total: Duration = best.iter().sum();
    let bytes: usize = pieces.iter().map(|piece| piece.len()).sum();
    let speed = bytes as f64 / 1e6 / total.as_secs_f64();
    let ratio = scanned.map_or(String::new(), |scanned| {
        format!(", {:.1} times the scan, bar {BAR}", total.as_secs_f64() / scanned.as_secs_f64())
    });
    println!("{name}: {:.2} ms, {speed:.0} MB/s, {found} found{ratio}", total.as_secs_f64() * 1e3);
    total
}
