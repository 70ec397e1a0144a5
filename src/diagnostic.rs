//! Findings: what is wrong or worth saying about a text, as data.
//!
//! A finding has a stable code, a span, one sentence that says what is, and
//! help in the imperative. Position, colour and translation belong to the
//! page.

use crate::text::Span;
use std::borrow::Cow;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The fabric or a YAML reader would refuse it.
    Error,
    /// It is taken, but hardly as meant.
    Warning,
    /// Good to know.
    Info,
}

/// Another place that has to do with a finding, in the same text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What it has to do with the finding.
    pub message: Cow<'static, str>,
}

/// One finding about one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable, kebab-case or a rule's id.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The place in the text.
    pub span: Span,
    /// One sentence that says what is.
    pub message: Cow<'static, str>,
    /// What to do, in the imperative.
    pub help: Option<Cow<'static, str>>,
    /// Other places that have to do with it.
    pub related: Vec<Related>,
}

impl Diagnostic {
    /// Makes an error.
    pub fn error(code: &'static str, span: Span, message: impl Into<Cow<'static, str>>) -> Diagnostic {
        Diagnostic::new(code, Severity::Error, span, message)
    }

    /// Makes a warning.
    pub fn warning(code: &'static str, span: Span, message: impl Into<Cow<'static, str>>) -> Diagnostic {
        Diagnostic::new(code, Severity::Warning, span, message)
    }

    /// Makes an information.
    pub fn info(code: &'static str, span: Span, message: impl Into<Cow<'static, str>>) -> Diagnostic {
        Diagnostic::new(code, Severity::Info, span, message)
    }

    fn new(
        code: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<Cow<'static, str>>,
    ) -> Diagnostic {
        Diagnostic { code, severity, span, message: message.into(), help: None, related: Vec::new() }
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds another place that has to do with it.
    pub fn related(mut self, span: Span, message: impl Into<Cow<'static, str>>) -> Diagnostic {
        self.related.push(Related { span, message: message.into() });
        self
    }
}
