//! The directive `-- no-transaction`.

use std::ops::Range;

use super::Source;
use super::finding::Finding;
use crate::Dialect;
use crate::config::Severities;
use crate::diagnostic::{Code, Diagnostic};
use crate::lex::{Lexer, Token, TokenKind};
use crate::suggest::is_near_miss;

const NO_TRANSACTION: &str = "no-transaction";
const MEANT: &str = "notransaction";

/// Where the script says that it runs without a transaction, and what is nearly the directive but is not.
///
/// The directive stands on a line of its own before the first statement; a reason may follow it.
pub(super) fn directive(
    text: &str,
    dialect: Dialect,
    first_statement: usize,
) -> (Option<Range<usize>>, Vec<Finding>) {
    let mut directive = None;
    let mut findings = Vec::new();
    for token in Lexer::new(text, dialect).map_while(Result::ok) {
        let Some(written) = comment(text, token) else {
            continue;
        };
        let exact = token.kind == TokenKind::Comment && is_directive(written);
        let part = token.start..token.start + written.len();
        if exact && token.start < first_statement {
            directive.get_or_insert(part);
        } else if exact && directive.is_some() {
            // Said once more, where it changes nothing.
        } else if exact || is_nearly(written) {
            findings.push(misplaced(part, exact));
        }
    }
    (directive, findings)
}

/// What stands above the sections of a file says for each of them. What is nearly the directive is read as if it were,
/// so that it is the only mistake.
pub(crate) fn above_sections(text: &str, path: &str, dialect: Dialect) -> (bool, Vec<Diagnostic>) {
    let source = Source {
        text,
        path,
        first_line: 1,
        transaction: None,
        is_callback: false,
        table: "",
        severities: Severities::DEFAULT,
    };
    let (directive, findings) = directive(text, dialect, text.len());
    let mistakes: Vec<_> = findings
        .into_iter()
        .map(|finding| finding.diagnose(&source))
        .collect();
    (directive.is_none() && mistakes.is_empty(), mistakes)
}

/// A reason may follow, as it may for sqlx.
fn is_directive(comment: &str) -> bool {
    let words = comment.strip_prefix("--").unwrap_or_default();
    let first = words.split_whitespace().next().unwrap_or_default();
    first.trim_end_matches([':', ';', ',', '.']) == NO_TRANSACTION
}

/// The text of a comment; also of `--no-transaction` without the space that MySQL wants, which is none there.
fn comment(text: &str, token: Token) -> Option<&str> {
    match token.kind {
        TokenKind::Comment => Some(text[token.start..token.end].trim_end()),
        TokenKind::Symbol if text[token.start..].starts_with("--") => {
            text[token.start..].lines().next().map(str::trim_end)
        }
        _ => None,
    }
}

fn misplaced(part: Range<usize>, exact: bool) -> Finding {
    let message = if exact {
        format!("`-- {NO_TRANSACTION}` stands after the first statement")
    } else {
        format!("the comment is nearly `-- {NO_TRANSACTION}`")
    };
    Finding::new(Code::MisplacedDirective, part, message)
        .label("this has no effect")
        .hint(format!(
            "write `-- {NO_TRANSACTION}` as the first line of the file, or reword the comment"
        ))
}

/// `No Transaction`, `no_transaction: why`, `notransaction`, `no-tranaction`, but not a sentence about transactions.
fn is_nearly(comment: &str) -> bool {
    let words = comment
        .trim_start_matches(['-', '#', '/', '*', ' '])
        .trim_end_matches(['*', '/', ' ']);
    let first = words.split_whitespace().next().unwrap_or(words);
    [words, first].into_iter().any(|written| {
        let joined = written
            .replace([' ', '-', '_', ':'], "")
            .to_ascii_lowercase();
        joined == MEANT || joined.starts_with('n') && is_near_miss(&joined, MEANT)
    })
}
