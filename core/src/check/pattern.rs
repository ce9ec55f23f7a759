//! The words that a statement begins with.

use crate::lex::{Lexer, TokenKind};
use crate::{Dialect, Statement};

/// Enough for a `COPY` of every column of a wide table; nothing is looked for behind that.
const MOST_WORDS: usize = 512;

/// The first words and symbols of a statement, without what is quoted or in comments.
pub(super) fn words<'a>(text: &'a str, dialect: Dialect, statement: &Statement) -> Vec<&'a str> {
    let sql = &text[statement.start..statement.end];
    Lexer::new(sql, dialect)
        .map_while(Result::ok)
        .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Symbol))
        .map(|token| &sql[token.start..token.end])
        .take(MOST_WORDS)
        .collect()
}

/// Whether words begin with a pattern: words in upper case, of which `?WORD` may be absent and `A|B` is either; `_` is
/// any one word, `*` any number of them, and `(*)` a list in parentheses that may be absent.
pub(super) fn begins(words: &[&str], pattern: &str) -> bool {
    let pattern: Vec<&str> = pattern.split(' ').collect();
    matches(words, &pattern)
}

fn matches(words: &[&str], pattern: &[&str]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return true;
    };
    match *first {
        "*" => (0..=words.len()).any(|skipped| matches(&words[skipped..], rest)),
        "(*)" => matches(without_list(words), rest),
        _ => {
            let optional = first.strip_prefix('?');
            let alternatives = optional.unwrap_or(first);
            let taken = words.split_first().is_some_and(|(word, others)| {
                is_one_of(word, alternatives) && matches(others, rest)
            });
            taken || optional.is_some() && matches(words, rest)
        }
    }
}

fn is_one_of(word: &str, alternatives: &str) -> bool {
    alternatives == "_"
        || alternatives
            .split('|')
            .any(|alternative| alternative.eq_ignore_ascii_case(word))
}

fn without_list<'a, 'b>(words: &'a [&'b str]) -> &'a [&'b str] {
    match (words.first(), words.iter().position(|word| *word == ")")) {
        (Some(&"("), Some(end)) => &words[end + 1..],
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_words_alternatives_and_gaps() {
        let begins = |sql: &str, pattern| begins(&sql.split(' ').collect::<Vec<_>>(), pattern);
        let index = "CREATE ?UNIQUE INDEX CONCURRENTLY";
        assert!(begins("CREATE INDEX CONCURRENTLY a ON b", index));
        assert!(begins("create unique index concurrently a", index));
        assert!(!begins("CREATE INDEX a ON CONCURRENTLY", index));
        assert!(begins(
            "ALTER TABLE a DETACH PARTITION b",
            "ALTER * DETACH PARTITION"
        ));
        assert!(begins("DROP DATABASE a", "CREATE|DROP DATABASE"));
        assert!(!begins("DROP", "CREATE|DROP DATABASE"));
    }

    #[test]
    fn a_list_in_parentheses_may_be_absent_and_one_word_may_be_any() {
        let begins = |sql: &str, pattern| begins(&sql.split(' ').collect::<Vec<_>>(), pattern);
        let reindex = "REINDEX (*) SYSTEM";
        assert!(begins("REINDEX SYSTEM a", reindex));
        assert!(begins(
            "REINDEX ( VERBOSE , TABLESPACE b ) SYSTEM a",
            reindex
        ));
        assert!(!begins("REINDEX TABLE SYSTEM . a", reindex));
        assert!(!begins("REINDEX ( VERBOSE SYSTEM", reindex));
        let pragma = "PRAGMA ?_ ?. SYNCHRONOUS =";
        assert!(begins("PRAGMA synchronous = OFF", pragma));
        assert!(begins("PRAGMA aux . synchronous = OFF", pragma));
        assert!(!begins("PRAGMA synchronous", pragma));
    }
}
