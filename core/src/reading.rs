//! [`Reading`]: how some dialects split a script, and the text that is baked for it.
//!
//! A reading is a line: the dialects, and the offsets of each statement. A script that reads the same in every dialect has
//! one:
//!
//! ```text
//! postgres+mysql+sqlite 0-43 46-80
//! ```

use crate::{Dialect, Statement};

/// How some dialects split a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The dialects.
    pub dialects: Vec<Dialect>,
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

impl Reading {
    /// The text that is baked for the readings of a script.
    pub fn to_text(readings: &[Self]) -> String {
        let lines: Vec<String> = readings.iter().map(Self::line).collect();
        lines.join("\n")
    }

    fn line(&self) -> String {
        let dialects: Vec<&str> = self.dialects.iter().map(|dialect| dialect.name()).collect();
        let statement = |Statement { start, end }: &Statement| format!("{start}-{end}");
        let statements = self.statements.iter().map(statement);
        let words: Vec<String> = std::iter::once(dialects.join("+"))
            .chain(statements)
            .collect();
        words.join(" ")
    }
}

/// The statements of a dialect; `None` where the script cannot be read in it.
pub(crate) fn statements(readings: &str, dialect: Dialect) -> Option<Vec<Statement>> {
    readings.lines().find_map(|line| {
        let (dialects, statements) = line.split_once(' ').unwrap_or((line, ""));
        let mut dialects = dialects.split('+');
        dialects
            .any(|name| name == dialect.name())
            .then(|| statements.split(' ').filter_map(statement).collect())
    })
}

fn statement(offsets: &str) -> Option<Statement> {
    let (start, end) = offsets.split_once('-')?;
    Some(Statement {
        start: start.parse().ok()?,
        end: end.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_survive_being_baked() {
        let at = |offsets: &[(usize, usize)]| -> Vec<Statement> {
            let statement = |&(start, end)| Statement { start, end };
            offsets.iter().map(statement).collect()
        };
        let readings = [
            Reading {
                dialects: vec![Dialect::Postgres, Dialect::Sqlite],
                statements: at(&[(0, 9), (11, 70_000)]),
            },
            Reading {
                dialects: vec![Dialect::MySql],
                statements: Vec::new(),
            },
        ];
        let text = Reading::to_text(&readings);
        assert_eq!(text, "postgres+sqlite 0-9 11-70000\nmysql");
        assert_eq!(
            statements(&text, Dialect::Sqlite),
            Some(at(&[(0, 9), (11, 70_000)]))
        );
        assert_eq!(statements(&text, Dialect::MySql), Some(Vec::new()));
        assert_eq!(statements("mysql 0-1", Dialect::Postgres), None);
    }
}
