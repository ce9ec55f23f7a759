//! How many findings of one kind are told about one script: enough to see what kind of script it is.

use std::collections::BTreeMap;

use super::Source;
use super::finding::Finding;
use crate::diagnostic::{Code, Diagnostic};

/// A script of one long line may have a mistake every few bytes.
pub(super) const MOST: usize = 20;

/// The first findings of each code; the last of them says how many more there are.
pub(super) fn told(findings: Vec<Finding>, source: &Source) -> Vec<Diagnostic> {
    let mut told: Vec<Diagnostic> = Vec::new();
    let mut counts: BTreeMap<Code, (usize, usize)> = BTreeMap::new();
    for finding in findings {
        let (count, last) = counts.entry(finding.code).or_default();
        *count += 1;
        if *count <= MOST {
            *last = told.len();
            told.push(finding.diagnose(source));
        }
    }
    for (code, (count, last)) in counts {
        if count > MOST {
            let more = count - MOST;
            let hint = format!("there are {more} more of `{code}` in this script");
            told[last].push_hint(hint);
        }
    }
    told
}
