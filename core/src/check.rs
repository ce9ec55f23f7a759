//! Stage 6: what can be known about a script without a database.
//!
//! A script whose dialect is not known is checked as every dialect would read it, and refused only for what is wrong
//! in all of them. One that has to serve several dialects is refused for what is wrong in any of them.

mod callback;
mod client;
mod copy;
mod data;
mod directive;
mod enums;
mod finding;
mod history;
mod long;
mod most;
pub(crate) mod pattern;
mod refused;
mod rule;
mod safer;
mod search_path;
pub(crate) mod sentence;
mod setting;
#[cfg(test)]
mod tests;
mod transaction;
mod unclosed;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::config::Severities;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::split::{Piece, PieceKind, split};
use crate::{Dialect, Reading, Statement};
use client::{ClientLines, client_lines};
use finding::{Finding, Verdict};
use refused::Refused;
use rule::{Read, Run};
use sentence::Word;
use transaction::Control;
use unclosed::never_closed;

pub(crate) use directive::above_sections;

/// Whether a statement begins a transaction or ends one.
pub(crate) fn ends_or_begins_transaction(words: &[Word]) -> bool {
    Control::of(words) != Control::Nothing
}

/// Whether a dialect refuses a statement inside a transaction, or does not do there what it says.
pub(crate) fn is_refused_in_transaction(words: &[Word], dialect: Dialect) -> bool {
    Refused::find(words, dialect).is_some_and(|rule| rule.is_of(dialect))
}

/// A script, and what is known about it from elsewhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) text: &'a str,
    /// The file, as messages call it.
    pub(crate) path: &'a str,
    /// The line of the file that the text begins on, 1-based.
    pub(crate) first_line: usize,
    /// Whether it runs in a transaction, where something else than its directive says so.
    pub(crate) transaction: Option<bool>,
    /// It is no migration, and runs in the transaction of what it is run for.
    pub(crate) is_callback: bool,
    /// The history table of its set.
    pub(crate) table: &'a str,
    pub(crate) severities: Severities<'a>,
}

impl Source<'_> {
    fn denies(&self, finding: &Finding) -> bool {
        self.severities.of(finding.code) == Severity::Deny
    }
}

/// The dialects that read a script.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Readers<'a> {
    /// It is meant for some of these, and nobody says for which.
    Some(&'a [Dialect]),
    /// It serves each of these.
    Each(&'a [Dialect]),
}

/// What a check finds out about a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    /// It runs in a transaction.
    pub(crate) transaction: bool,
    /// Its statements, for each group of dialects that split it in the same way.
    pub(crate) readings: Vec<Reading>,
    /// What is wrong with it, as severe as it is called here. Nothing of it is allowed.
    pub(crate) mistakes: Vec<Diagnostic>,
}

/// Checks a script as these dialects read it.
pub(crate) fn check(source: &Source, readers: Readers) -> Checked {
    let (Readers::Some(dialects) | Readers::Each(dialects)) = readers;
    let mut candidates = Vec::new();
    let mut unterminated = Vec::new();
    for &dialect in dialects {
        match split(source.text, dialect) {
            Ok(pieces) => candidates.push(Candidate::new(source, dialect, &pieces)),
            Err(open) => unterminated.push(open),
        }
    }
    let each = matches!(readers, Readers::Each(_));
    let never_closed = unterminated
        .first()
        .filter(|_| each || candidates.is_empty())
        .map(|open| never_closed(source, open));
    let findings = if each {
        wrong_anywhere(&candidates)
    } else {
        wrong_everywhere(source, &candidates)
    };
    Checked {
        transaction: candidates.iter().all(|candidate| candidate.transaction),
        mistakes: never_closed
            .into_iter()
            .chain(callback::said_elsewhere(source))
            .chain(most::told(findings, source))
            .collect(),
        readings: grouped(candidates),
    }
}

/// A script as one dialect reads it, before it is known whether that dialect is meant.
struct Candidate {
    dialect: Dialect,
    transaction: bool,
    statements: Vec<Statement>,
    findings: Vec<Finding>,
    is_wrong: bool,
    /// Some of the statements are lines for another dialect's client.
    sends_client_lines: bool,
}

impl Candidate {
    fn new(source: &Source, dialect: Dialect, pieces: &[Piece]) -> Self {
        let text = source.text;
        let mut statements = statements(pieces);
        let ClientLines {
            mut findings,
            are_sent: sends_client_lines,
        } = client_lines(text, dialect, pieces);
        let first = statements.first().map_or(text.len(), |first| first.start);
        let (directive, misplaced) = directive::directive(text, dialect, first);
        let says_so = source.transaction.unwrap_or(directive.is_none());
        let transaction = source.is_callback || says_so;
        let run = if source.is_callback {
            let is_clear = says_so && misplaced.is_empty();
            let nearly = misplaced.into_iter().map(|finding| finding.part);
            findings.extend(directive.into_iter().chain(nearly).map(callback::directive));
            transaction::drop_own_pair(text, dialect, &mut statements);
            if is_clear { Run::AtEvent } else { Run::Unclear }
        } else if !misplaced.is_empty() {
            findings.extend(misplaced);
            Run::Unclear
        } else if transaction {
            let had_pair = transaction::drop_own_pair(text, dialect, &mut statements);
            Run::InTransaction { had_pair }
        } else {
            let has_directive = source.transaction.is_none();
            Run::Statements { has_directive }
        };
        let read = Read {
            text,
            dialect,
            run,
            table: source.table,
        };
        findings.extend(rule::findings(read, &statements));
        findings.retain(|finding| source.severities.of(finding.code) != Severity::Allow);
        let is_wrong = findings
            .iter()
            .any(|finding| finding.verdict == Verdict::Wrong && source.denies(finding));
        Self {
            dialect,
            transaction,
            statements,
            findings,
            is_wrong,
            sends_client_lines,
        }
    }
}

/// The findings that any candidate calls wrong, each once.
fn wrong_anywhere(candidates: &[Candidate]) -> Vec<Finding> {
    let wrong = candidates
        .iter()
        .flat_map(|candidate| &candidate.findings)
        .filter(|finding| finding.verdict == Verdict::Wrong);
    let mut found: BTreeMap<(usize, Code), &Finding> = BTreeMap::new();
    for finding in wrong {
        found
            .entry((finding.part.start, finding.code))
            .or_insert(finding);
    }
    found.into_values().cloned().collect()
}

/// The findings that every candidate shares and at least one calls wrong; where each candidate is refused for a reason
/// of its own, those of the first.
fn wrong_everywhere(source: &Source, candidates: &[Candidate]) -> Vec<Finding> {
    let mut found: BTreeMap<(usize, Code), (usize, Option<&Finding>)> = BTreeMap::new();
    for finding in candidates.iter().flat_map(|candidate| &candidate.findings) {
        let (count, wrong) = found.entry((finding.part.start, finding.code)).or_default();
        *count += 1;
        if finding.verdict == Verdict::Wrong {
            wrong.get_or_insert(finding);
        }
    }
    let shared: Vec<Finding> = found
        .into_values()
        .filter(|(count, _)| *count == candidates.len())
        .filter_map(|(_, wrong)| wrong.cloned())
        .collect();
    let is_refused = shared.iter().any(|finding| source.denies(finding));
    match candidates.first() {
        Some(first) if !is_refused && candidates.iter().all(|other| other.is_wrong) => {
            first.findings.clone()
        }
        _ => shared,
    }
}

/// The readings without mistakes, those that are the same put together.
fn grouped(mut candidates: Vec<Candidate>) -> Vec<Reading> {
    candidates.retain(|candidate| !candidate.is_wrong);
    // Where those lines are allowed, they are meant for a client that only some dialects have.
    if candidates
        .iter()
        .any(|candidate| !candidate.sends_client_lines)
    {
        candidates.retain(|candidate| !candidate.sends_client_lines);
    }
    let mut readings: Vec<Reading> = Vec::new();
    for candidate in candidates {
        match readings
            .iter_mut()
            .find(|reading| reading.statements == candidate.statements)
        {
            Some(reading) => reading.dialects.push(candidate.dialect),
            None => readings.push(Reading {
                dialects: vec![candidate.dialect],
                statements: candidate.statements,
            }),
        }
    }
    readings
}

/// The statements among the pieces.
fn statements(pieces: &[Piece]) -> Vec<Statement> {
    pieces
        .iter()
        .filter_map(|piece| match piece.kind {
            PieceKind::Statement(Range { start, end }) => Some(Statement { start, end }),
            _ => None,
        })
        .collect()
}
