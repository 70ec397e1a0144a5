mod fixtures;
mod suites;
