//! Stage 5: what can be known about a script without a database.
//!
//! A script whose dialect is not known is checked as every dialect would read it, and refused only for what is wrong
//! in all of them.

mod client;
mod directive;
mod pattern;
mod section;
#[cfg(test)]
mod tests;
mod transaction;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::lex::{Open, Unterminated};
use crate::split::{Piece, PieceKind, split};
use crate::{Dialect, Reading, Statement};

/// A script that can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    /// It has no `-- no-transaction`.
    pub(crate) transaction: bool,
    /// Its statements, for each group of dialects that split it in the same way.
    pub(crate) readings: Vec<Reading>,
}

/// Checks a script as these dialects read it.
///
/// # Errors
///
/// What is wrong in every one of the dialects.
pub(crate) fn check(
    text: &str,
    path: &str,
    dialects: &[Dialect],
) -> Result<Checked, Vec<Diagnostic>> {
    let mut candidates = Vec::new();
    let mut unterminated = Vec::new();
    for &dialect in dialects {
        match split(text, dialect) {
            Ok(pieces) => candidates.push(Candidate::new(text, dialect, &pieces)),
            Err(open) => unterminated.push(open),
        }
    }
    if candidates.is_empty() {
        return Err(unterminated
            .first()
            .map(|open| never_closed(text, path, open))
            .into_iter()
            .collect());
    }
    let mut wrong = wrong_everywhere(&candidates);
    if wrong.is_empty() && candidates.iter().all(Candidate::is_wrong) {
        // Each dialect refuses it for a reason of its own.
        wrong.clone_from(&candidates[0].findings);
    }
    if wrong.is_empty() {
        Ok(Checked {
            transaction: candidates.iter().all(|candidate| candidate.transaction),
            readings: grouped(candidates),
        })
    } else {
        let diagnose = |finding: Finding| finding.diagnose(text, path);
        Err(wrong.into_iter().map(diagnose).collect())
    }
}

/// A script as one dialect reads it, before it is known whether that dialect is meant.
struct Candidate {
    dialect: Dialect,
    transaction: bool,
    statements: Vec<Statement>,
    findings: Vec<Finding>,
}

impl Candidate {
    fn new(text: &str, dialect: Dialect, pieces: &[Piece]) -> Self {
        let mut statements = statements(pieces);
        let mut findings = client::check(text, dialect, pieces);
        let first = statements.first().map_or(text.len(), |first| first.start);
        let (transaction, misplaced) = directive::transaction(text, dialect, first);
        // A directive that is not read as one is the mistake, not what it should have allowed.
        let meant = misplaced.is_empty();
        findings.extend(misplaced);
        if meant && transaction {
            let had_pair = transaction::drop_own_pair(text, dialect, &mut statements);
            findings.extend(transaction::check(text, dialect, &statements, had_pair));
        } else if meant {
            findings.extend(transaction::check_own(text, dialect, &statements));
        }
        Self {
            dialect,
            transaction,
            statements,
            findings,
        }
    }

    fn is_wrong(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.verdict == Verdict::Wrong)
    }
}

/// Something that a dialect would refuse.
#[derive(Clone)]
struct Finding {
    code: Code,
    verdict: Verdict,
    part: Range<usize>,
    message: String,
    label: &'static str,
    hint: String,
}

/// Why a dialect would refuse it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It is a mistake in this dialect.
    Wrong,
    /// It is not a statement of this dialect at all, so the script may be meant for another.
    Foreign,
}

impl Finding {
    fn diagnose(self, text: &str, path: &str) -> Diagnostic {
        let place = Place::text(path, text, self.part).label(self.label);
        Diagnostic::new(self.code, self.message, place).hint(self.hint)
    }
}

/// The findings that every candidate shares and at least one calls wrong.
fn wrong_everywhere(candidates: &[Candidate]) -> Vec<Finding> {
    let mut found: BTreeMap<(usize, Code), (usize, Option<&Finding>)> = BTreeMap::new();
    for finding in candidates.iter().flat_map(|candidate| &candidate.findings) {
        let (count, wrong) = found.entry((finding.part.start, finding.code)).or_default();
        *count += 1;
        if finding.verdict == Verdict::Wrong {
            wrong.get_or_insert(finding);
        }
    }
    found
        .into_values()
        .filter(|(count, _)| *count == candidates.len())
        .filter_map(|(_, wrong)| wrong.cloned())
        .collect()
}

/// The readings without mistakes, those that are the same put together.
fn grouped(candidates: Vec<Candidate>) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    for candidate in candidates
        .into_iter()
        .filter(|candidate| !candidate.is_wrong())
    {
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

fn never_closed(text: &str, path: &str, open: &Unterminated) -> Diagnostic {
    let rest = &text[open.at..];
    let (what, hint) = match open.what {
        Open::String => (
            "string",
            format!("close it with {}; one inside is doubled", quote(rest)),
        ),
        Open::Name => ("quoted name", format!("close it with {}", quote(rest))),
        Open::Comment if rest[2..].contains("/*") && rest.contains("*/") => (
            "comment",
            "close it with `*/`, and each `/*` inside too: in PostgreSQL comments nest".to_owned(),
        ),
        Open::Comment => ("comment", "close it with `*/`".to_owned()),
        Open::DollarQuote => {
            let tag = rest.split_inclusive('$').take(2).collect::<String>();
            ("dollar-quoted string", format!("close it with `{tag}`"))
        }
        Open::Parenthesis => ("parenthesis", "close it with `)`".to_owned()),
        Open::Body => (
            "body of the trigger or routine",
            "close it with `END`, and every `CASE` and every block in it too".to_owned(),
        ),
    };
    let end = rest
        .find(|c: char| c.is_whitespace() || c == ';')
        .map_or(text.len(), |length| open.at + length.max(1));
    Diagnostic::new(
        Code::Unterminated,
        format!("the {what} is never closed"),
        Place::text(path, text, open.at..end).label("opened here"),
    )
    .hint(hint)
}

/// What closes a quoted text, which may begin with a prefix such as `E`.
fn quote(opened: &str) -> &'static str {
    match opened.chars().find(|c| matches!(c, '\'' | '"' | '`' | '[')) {
        Some('"') => "`\"`",
        Some('`') => "a backtick",
        Some('[') => "`]`",
        _ => "`'`",
    }
}
