//! The tables that a plan creates: one that is there already says that the history is not that of the database.

use std::collections::HashSet;

use super::{Footing, Plan, Step};
use crate::check::sentence::first_words;
use crate::{Dialect, Direction, Effect, Object, ObjectKind, Statement, Via, effect};

/// A table that a plan creates, and where.
#[derive(Debug, Clone)]
pub struct Created<'p> {
    /// Its name, in the schema that the connection is in.
    pub table: String,
    /// The step that does so.
    pub step: &'p Step,
    /// With this statement.
    pub statement: Statement,
}

impl Created<'_> {
    /// What the catalogue is asked for.
    pub fn object(&self) -> Object {
        Object {
            kind: ObjectKind::Table,
            schema: None,
            table: None,
            name: self.table.clone(),
        }
    }
}

impl Plan {
    /// The tables of the current schema that it creates, each of which must not be there when it begins: those that nothing
    /// in front of their statement mentions, which might take away what is there.
    pub fn creates(&self, dialect: Dialect) -> Vec<Created<'_>> {
        let mut created = Vec::new();
        let mut before = HashSet::new();
        for step in &self.steps {
            let begins = step.done == 0
                && !step.running
                && step.footing != Footing::Reverting
                && step.direction() == Direction::Up;
            if step.via != Via::Run || !begins || step.script.is_rust() {
                return created;
            }
            for &statement in &step.statements {
                let sql = step.script.text(statement);
                let words = words(sql, dialect);
                if leads_elsewhere(&words) {
                    return created;
                }
                if let Some(Effect::Creates(object)) = effect(sql, dialect)
                    && object.kind == ObjectKind::Table
                    && object.schema.is_none()
                    && !before.contains(&object.name.to_lowercase())
                {
                    created.push(Created {
                        table: object.name,
                        step,
                        statement,
                    });
                }
                before.extend(words);
            }
        }
        created
    }
}

/// Whether a statement may change what a bare name means, or take away what its words do not say.
fn leads_elsewhere(words: &[String]) -> bool {
    const PLAIN: [&str; 7] = [
        "create", "insert", "update", "delete", "alter", "comment", "drop",
    ];
    const WIDE: [&str; 6] = ["schema", "database", "owned", "extension", "role", "user"];
    let mut words = words.iter().map(String::as_str);
    let (first, second) = (words.next(), words.next());
    !first.is_some_and(|first| PLAIN.contains(&first))
        || second.is_some_and(|second| WIDE.contains(&second))
}

/// The words and names of a statement, in small letters.
fn words(sql: &str, dialect: Dialect) -> Vec<String> {
    let statement = Statement {
        start: 0,
        end: sql.len(),
    };
    let words = first_words(sql, dialect, &statement).into_iter();
    let named = words.filter_map(|word| Some(word.name()?.to_lowercase()));
    named.collect()
}
