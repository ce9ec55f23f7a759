//! What the statements that are done left in their session, when a later run goes on behind them.

use crate::again::{called, has_variable, says_it_all};
use crate::check::pattern::{any, begins};
use crate::check::sentence::{Word, first_words};
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
    /// variable that was computed, a setting that was taken back with its transaction; or one that is left and asks what
    /// those that are done did.
    pub(super) fn lost(&self) -> Option<Statement> {
        let lost = self.traces(Trace::Lost).next();
        lost.or_else(|| self.taken_back())
            .or_else(|| self.opaque())
            .or_else(|| self.asks_for_the_done())
    }

    /// What may have set what the rest asks for.
    fn opaque(&self) -> Option<Statement> {
        let left = self.statements.iter().skip(self.done);
        let mut left = left.map(|statement| self.words(*statement));
        let mut done = self.statements.iter().take(self.done);
        let opaque = done.find(|statement| any(&self.words(**statement), OPAQUE))?;
        left.any(|words| has_variable(&words) || calls(&words, &["CURRENT_SETTING"]))
            .then_some(*opaque)
    }

    fn asks_for_the_done(&self) -> Option<Statement> {
        let left = self.statements.iter().skip(self.done);
        for (index, statement) in left.enumerate().filter(|_| self.done > 0) {
            let words = self.words(*statement);
            if calls(&words, OF_THE_LAST_ROW) || index == 0 && calls(&words, OF_THE_LAST) {
                return Some(*statement);
            }
            // From here on the last row is one of its own.
            if any(&words, &["INSERT|REPLACE"]) {
                break;
            }
        }
        None
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
/// What says itself whether it is the same again.
const PLAIN: &[&str] = &["RESET|DISCARD|USE|PREPARE|DEALLOCATE|LOCK|UNLOCK|PRAGMA|ATTACH|DETACH"];
/// What may leave anything in the session.
const OPAQUE: &[&str] = &[
    "CALL|EXECUTE|DO|IF|CASE|WHILE|LOOP|REPEAT|FOR",
    "BEGIN NOT ATOMIC",
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
    } else if any(words, PLAIN) {
        Trace::Setting
    } else if begins(words, "SET") || called(words).is_some() {
        // The same again where nothing is computed for it.
        if says_it_all(words) {
            Trace::Setting
        } else {
            Trace::Lost
        }
    } else {
        Trace::None
    }
}

/// Whether a variable may get a value that is not in the statement.
fn assigns(words: &[Word<'_>]) -> bool {
    has_variable(words) && !says_it_all(words) && !begins(words, "PREPARE")
}

/// What asks for the key of the last row that the session made.
const OF_THE_LAST_ROW: &[&str] = &[
    "LAST_INSERT_ID",
    "LAST_INSERT_ROWID",
    "IDENTITY",
    "INSERT_ID",
    "LASTVAL",
    "CURRVAL",
    "TOTAL_CHANGES",
];
/// What asks for what the statement before did.
const OF_THE_LAST: &[&str] = &["ROW_COUNT", "FOUND_ROWS", "CHANGES"];

/// Whether one of the functions is called, or a variable of that name asked.
fn calls(words: &[Word<'_>], names: &[&str]) -> bool {
    let is_one = |word: &Word<'_>| {
        names
            .iter()
            .any(|name| word.text.eq_ignore_ascii_case(name))
    };
    words.windows(2).any(|pair| {
        is_one(&pair[0]) && pair[1].text == "(" || pair[0].text == "@" && is_one(&pair[1])
    })
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
            "SET sql_mode = CONCAT(@@sql_mode, ',ANSI')",
            "SELECT pg_advisory_lock(7)",
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
            "SELECT set_config('my.n', (SELECT max(n)::text FROM a), false)",
            "SELECT set_config('my.n', f(), false)",
            "SET SESSION sort_buffer_size = 1000000 + f()",
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
