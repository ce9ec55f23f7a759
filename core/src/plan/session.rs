//! What the statements that are done left in their session, when a later run goes on behind them.

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
    /// variable that was computed.
    pub(super) fn lost(&self) -> Option<Statement> {
        self.traces(Trace::Lost).next()
    }

    fn traces(&self, wanted: Trace) -> impl Iterator<Item = Statement> {
        let script = self.script;
        self.statements
            .iter()
            .take(self.done)
            .copied()
            .filter(move |statement| trace(script.text(*statement)) == wanted)
    }
}

/// Judges by the first words. MySQL's `/*!40101 SET … */` is the statement inside of it.
fn trace(sql: &str) -> Trace {
    let sql = sql.strip_prefix("/*!").map_or(sql, |code| {
        code.trim_start_matches(|c: char| c.is_ascii_digit())
    });
    let upper = sql.to_ascii_uppercase();
    let mut words = upper.split(|c: char| c.is_whitespace() || matches!(c, '(' | '=' | ';'));
    let mut word = || words.find(|word| !word.is_empty()).unwrap_or_default();
    match word() {
        "SET" => match word() {
            "TRANSACTION" | "LOCAL" | "CONSTRAINTS" | "GLOBAL" | "PERSIST" | "PASSWORD" => {
                Trace::None
            }
            name if name.starts_with('@') && !name.starts_with("@@") && upper.contains('(') => {
                Trace::Lost
            }
            _ => Trace::Setting,
        },
        "RESET" | "USE" | "PREPARE" | "DEALLOCATE" | "LOCK" | "UNLOCK" | "PRAGMA" | "ATTACH"
        | "DETACH" => Trace::Setting,
        "CREATE" if matches!(word(), "TEMP" | "TEMPORARY" | "LOCAL" | "GLOBAL") => Trace::Lost,
        "SELECT" if upper.contains("SET_CONFIG") => Trace::Setting,
        "SELECT" if upper.contains("INTO @") || upper.contains(":=") => Trace::Lost,
        _ => Trace::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_set_again_and_what_was_computed_is_lost() {
        for sql in [
            "SET search_path = a",
            "set names utf8mb4",
            "/*!40101 SET NAMES utf8 */",
            "SET @@session.sql_mode = ''",
            "SET @five = 5",
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
        ] {
            assert_eq!(trace(sql), Trace::Lost, "{sql}");
        }
        for sql in [
            "SET LOCAL x = 1",
            "CREATE TABLE a (n INT)",
            "INSERT INTO a SELECT 1",
            "SETUP",
        ] {
            assert_eq!(trace(sql), Trace::None, "{sql}");
        }
    }
}
