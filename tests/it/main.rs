//! The native tests, one binary. Each module is a list of promises.

mod text;
