mod fixtures;
mod generate;
mod laws;
mod suites;
