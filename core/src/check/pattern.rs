//! Whether a statement begins in a certain way.

use super::sentence::Word;

/// Whether words begin with a pattern: words in upper case, of which `?WORD` may be absent and `A|B` is either; `_` is
/// any one word, `*` any number of them, and `(*)` a list in parentheses that may be absent. A string stands in its
/// quotes.
pub(crate) fn begins(words: &[Word], pattern: &str) -> bool {
    rest(words, pattern).is_some()
}

/// The words behind those that match.
pub(crate) fn rest<'a, 'b>(words: &'a [Word<'b>], pattern: &str) -> Option<&'a [Word<'b>]> {
    let (first, others) = pattern.split_once(' ').unwrap_or((pattern, ""));
    match first {
        "" => Some(words),
        "*" => {
            // Behind the first match of what comes before the next gap there is all that is behind any other.
            let length = others.find(" *").unwrap_or(others.len());
            let (near, far) = others.split_at(length);
            let found = (0..=words.len()).find_map(|skipped| rest(&words[skipped..], near))?;
            rest(found, far.trim_start())
        }
        "(*)" => rest(without_list(words), others),
        _ => {
            let optional = first.strip_prefix('?');
            let alternatives = optional.unwrap_or(first);
            let taken = words
                .split_first()
                .filter(|(word, _)| is_one_of(word.text, alternatives))
                .and_then(|(_, behind)| rest(behind, others));
            taken.or_else(|| optional.and_then(|_| rest(words, others)))
        }
    }
}

/// Whether words begin with one of the patterns.
pub(crate) fn any(words: &[Word], patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| begins(words, pattern))
}

fn is_one_of(word: &str, alternatives: &str) -> bool {
    alternatives == "_"
        || alternatives
            .split('|')
            .any(|alternative| alternative.eq_ignore_ascii_case(word))
}

fn without_list<'a, 'b>(words: &'a [Word<'b>]) -> &'a [Word<'b>] {
    let is = |word: &Word, symbol| word.text == symbol;
    match (words.first(), words.iter().position(|word| is(word, ")"))) {
        (Some(first), Some(end)) if is(first, "(") => &words[end + 1..],
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sentence::first_words;
    use crate::{Dialect, Statement};

    fn begins(sql: &str, pattern: &str) -> bool {
        let statement = Statement {
            start: 0,
            end: sql.len(),
        };
        super::begins(&first_words(sql, Dialect::Postgres, &statement), pattern)
    }

    #[test]
    fn optional_words_alternatives_and_gaps() {
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
    fn each_gap_ends_where_what_follows_it_is_first_found() {
        let gaps = "ALTER * DETACH PARTITION * CONCURRENTLY";
        assert!(begins(
            "ALTER TABLE a DETACH PARTITION b CONCURRENTLY",
            gaps
        ));
        assert!(begins(
            "ALTER a DETACH b DETACH PARTITION CONCURRENTLY",
            gaps
        ));
        assert!(!begins("ALTER a CONCURRENTLY DETACH PARTITION b", gaps));
        assert!(begins("SELECT a::TEXT", "* : : TEXT"));
        assert!(!begins("SELECT a", "* : : TEXT"));
    }

    #[test]
    fn a_list_in_parentheses_may_be_absent_and_one_word_may_be_any() {
        let reindex = "REINDEX (*) SYSTEM";
        assert!(begins("REINDEX SYSTEM a", reindex));
        assert!(begins("REINDEX (VERBOSE, TABLESPACE b) SYSTEM a", reindex));
        assert!(!begins("REINDEX TABLE SYSTEM . a", reindex));
        assert!(!begins("REINDEX ( VERBOSE SYSTEM", reindex));
        let pragma = "PRAGMA ?_ ?. SYNCHRONOUS =";
        assert!(begins("PRAGMA synchronous = OFF", pragma));
        assert!(begins("PRAGMA \"aux\".synchronous = OFF", pragma));
        assert!(!begins("PRAGMA synchronous", pragma));
    }

    #[test]
    fn a_quoted_name_is_no_keyword_and_a_string_stands_in_its_quotes() {
        assert!(!begins(
            "CREATE INDEX \"CONCURRENTLY\"",
            "CREATE INDEX CONCURRENTLY"
        ));
        assert!(begins("CREATE INDEX \"a\" ON b", "CREATE INDEX _ ON"));
        assert!(begins("SET search_path = ''", "SET SEARCH_PATH = ''"));
        assert!(!begins("SET search_path = 'a'", "SET SEARCH_PATH = ''"));
    }
}
