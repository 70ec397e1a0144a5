mod files;
mod fixtures;
mod generate;
mod laws;
mod markers;
mod mutations;
mod no_text;
mod suites;
