//! The directive `-- no-transaction`.

use std::ops::Range;

use super::finding::Finding;
use crate::Dialect;
use crate::diagnostic::Code;
use crate::lex::{Lexer, Token, TokenKind};
use crate::suggest::is_near_miss;

const NO_TRANSACTION: &str = "no-transaction";
const MEANT: &str = "notransaction";

/// Whether the script runs in a transaction, and what is nearly the directive but is not.
///
/// The directive stands on a line of its own before the first statement; a reason may follow it.
pub(super) fn transaction(
    text: &str,
    dialect: Dialect,
    first_statement: usize,
) -> (bool, Vec<Finding>) {
    let mut transaction = true;
    let mut findings = Vec::new();
    for token in Lexer::new(text, dialect).map_while(Result::ok) {
        let Some(written) = comment(text, token) else {
            continue;
        };
        let exact = token.kind == TokenKind::Comment && is_directive(written);
        if exact && token.start < first_statement {
            transaction = false;
        } else if exact && !transaction {
            // Said once more, where it changes nothing.
        } else if exact || is_nearly(written) {
            let end = token.start + written.len();
            findings.push(misplaced(token.start..end, exact));
        }
    }
    (transaction, findings)
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
