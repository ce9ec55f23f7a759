//! What the statements that are done left in their session, when a later run goes on behind them.

use crate::check::pattern::{any, begins, rest};
use crate::check::sentence::{Word, first_words};
use crate::lex::TokenKind;
use crate::{Statement, Step};

/// What a statement leaves in its session for those after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trace {
    /// Nothing that counts.
    None,
    /// A setting, which running it again sets again.
    Setting,
    /// Something that running it again might not give again.
    Lost,
}

impl Step {
    /// The statements among those that are done which set the session up for the rest; to be run again before it.
    pub fn settings(&self) -> impl Iterator<Item = &'static str> {
        self.traces(Trace::Setting)
            .map(|statement| self.script.text(statement))
    }

    /// The first statement that is done and left something in its session that is gone with it: a temporary table, a
    /// variable that was computed, a setting that was taken back with its transaction; or the next statement, where it asks
    /// what the last one did.
    pub(super) fn lost(&self) -> Option<Statement> {
        let next = self.statements.get(self.done).filter(|_| self.done > 0);
        let next = next.filter(|next| asks_for_the_last(&self.words(**next)));
        let lost = self.traces(Trace::Lost).next();
        lost.or_else(|| self.taken_back()).or(next.copied())
    }

    fn taken_back(&self) -> Option<Statement> {
        let done = self.statements.iter().take(self.done);
        let mut done = done.filter(|statement| {
            let words = self.words(**statement);
            any(&words, &["ROLLBACK", "ABORT"]) && !begins(&words, "ROLLBACK ?WORK|TRANSACTION TO")
        });
        done.next()
            .copied()
            .filter(|_| self.traces(Trace::Setting).next().is_some())
    }

    fn traces(&self, wanted: Trace) -> impl Iterator<Item = Statement> {
        self.statements
            .iter()
            .take(self.done)
            .copied()
            .filter(move |statement| trace(&self.words(*statement)) == wanted)
    }

    fn words(&self, statement: Statement) -> Vec<Word<'static>> {
        first_words(self.script.sql(), self.dialect, &statement)
    }
}

/// What ends with its statement, or is not of the session.
const NOTHING: &[&str] = &[
    "SET STATEMENT",
    "SET TRANSACTION|LOCAL|CONSTRAINTS|GLOBAL|PERSIST|PASSWORD",
];
const SETTING: &[&str] = &[
    "SET|RESET|DISCARD|USE|PREPARE|DEALLOCATE|LOCK|UNLOCK|PRAGMA|ATTACH|DETACH",
    "SELECT SET_CONFIG|PG_CATALOG",
];
const LOST: &[&str] = &[
    "CREATE ?OR ?REPLACE ?GLOBAL|LOCAL TEMP|TEMPORARY",
    "SELECT|WITH * INTO TEMP|TEMPORARY",
];

fn trace(words: &[Word<'_>]) -> Trace {
    if any(words, NOTHING) {
        Trace::None
    } else if any(words, LOST) || assigns(words) {
        Trace::Lost
    } else if any(words, SETTING) {
        Trace::Setting
    } else {
        Trace::None
    }
}

/// Whether a variable may get a value that is not in the statement.
fn assigns(words: &[Word<'_>]) -> bool {
    has_variable(words) && !sets_literal(words) && !begins(words, "PREPARE")
}

/// Whether a variable of the user is named, as MySQL does: `@a`, not `@@a`.
fn has_variable(words: &[Word<'_>]) -> bool {
    let is_at = |at: usize| words.get(at).is_some_and(|word| word.text == "@");
    let is_alone = |at: usize| is_at(at) && !is_at(at + 1) && (at == 0 || !is_at(at - 1));
    (0..words.len()).any(is_alone)
}

/// `SET @a = 5`: running it again sets it again.
fn sets_literal(words: &[Word<'_>]) -> bool {
    let assigned = rest(words, "SET @ _ =").or_else(|| rest(words, "SET @ _ : ="));
    let is_literal = |word: &Word<'_>| {
        word.kind == TokenKind::String
            || word.text.starts_with(|first: char| first.is_ascii_digit())
            || matches!(&*word.text.to_ascii_uppercase(), "NULL" | "TRUE" | "FALSE")
    };
    assigned.is_some_and(|assigned| matches!(assigned, [word] if is_literal(word)))
}

/// What asks the session what its last statement did.
fn asks_for_the_last(words: &[Word<'_>]) -> bool {
    const ASKS: [&str; 10] = [
        "LAST_INSERT_ID",
        "LAST_INSERT_ROWID",
        "ROW_COUNT",
        "FOUND_ROWS",
        "CHANGES",
        "TOTAL_CHANGES",
        "IDENTITY",
        "INSERT_ID",
        "LASTVAL",
        "CURRVAL",
    ];
    let asks = |word: &Word<'_>| ASKS.iter().any(|asks| word.text.eq_ignore_ascii_case(asks));
    words
        .windows(2)
        .any(|pair| asks(&pair[0]) && pair[1].text == "(")
        || words
            .windows(2)
            .any(|pair| pair[0].text == "@" && asks(&pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;

    fn trace(sql: &str) -> Trace {
        let statement = Statement {
            start: 0,
            end: sql.len(),
        };
        super::trace(&first_words(sql, Dialect::MySql, &statement))
    }

    #[test]
    fn a_setting_is_set_again_and_what_was_computed_is_lost() {
        for sql in [
            "SET search_path = a",
            "set names utf8mb4",
            "/*!40101 SET NAMES utf8 */",
            "SET @@session.sql_mode = ''",
            "SET @five = 5",
            "/*M!100000 SET @x = 5 */",
            "DISCARD ALL",
            "USE other",
            "PRAGMA foreign_keys = OFF",
            "SELECT pg_catalog.set_config('search_path', '', false)",
            "PREPARE s FROM @sql",
            "LOCK TABLES a WRITE",
        ] {
            assert_eq!(trace(sql), Trace::Setting, "{sql}");
        }
        for sql in [
            "CREATE TEMPORARY TABLE a (n INT)",
            "create temp table a as select 1",
            "SET @id = (SELECT max(id) FROM a)",
            "SELECT max(id) INTO @id FROM a",
            "SELECT @id := 1",
            "SET @id = @@identity",
            "SELECT id\nINTO\n@id FROM a",
            "SELECT 5 INTO@x",
            "WITH r AS (SELECT 1) SELECT id INTO @id FROM r",
            "CALL p(@out)",
            "UPDATE s SET pos = (@c := @c + 1)",
            "CREATE OR REPLACE TEMPORARY TABLE t (n INT)",
            "CREATE /* scratch */ TEMPORARY TABLE t (n INT)",
            "/*M!100000 CREATE TEMPORARY TABLE t (n INT) */",
            "SELECT 5 AS n INTO TEMP tmp",
        ] {
            assert_eq!(trace(sql), Trace::Lost, "{sql}");
        }
        for sql in [
            "SET LOCAL x = 1",
            "CREATE TABLE a (n INT)",
            "INSERT INTO a SELECT 1",
            "SETUP",
            "SET STATEMENT max_statement_time = 60 FOR INSERT INTO a VALUES (1)",
        ] {
            assert_eq!(trace(sql), Trace::None, "{sql}");
        }
    }
}
