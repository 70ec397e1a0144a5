//! Bounds on what input may cost.
//!
//! Every loop and recursion over input stops at one of these. Reaching one is
//! a finding in the author's file, never a panic and never a hang.

/// Bounds on one file or one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of a file in bytes.
    pub file_bytes: usize,
    /// Collections inside each other.
    pub depth: u32,
    /// Findings about the text of one file. Later ones are not kept.
    pub findings: usize,
    /// Findings of one rule for one resource. Later ones are counted, not kept.
    pub rule_findings: usize,
    /// Neighbours named that a resource clashes with. Each of them is told
    /// too; a thousand resources with one VLAN are not a million findings.
    pub neighbours: usize,
    /// Findings for one fabric, and things that were not checked. Once there
    /// are so many, the rules are not run for the resources behind.
    pub report_findings: usize,
    /// Contradictions of one sort between two changes that are asked about one
    /// by one. Where there are more, they are one question.
    pub clashes: usize,
    /// Nodes that aliases may add to one document.
    pub expanded_nodes: usize,
}

impl Limits {
    /// What the package uses: 10 MiB a file; 256 levels, as the common YAML
    /// readers stop there; and 100,000 nodes by aliases, which is more than the
    /// cluster's store takes in one object (1.5 MB).
    pub const DEFAULT: Limits = Limits {
        file_bytes: 10 * 1024 * 1024,
        depth: 256,
        findings: 200,
        rule_findings: 100,
        neighbours: 8,
        report_findings: 3_000,
        clashes: 100,
        expanded_nodes: 100_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Limits::DEFAULT
    }
}
