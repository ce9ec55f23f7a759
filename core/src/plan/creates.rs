//! The tables that a plan creates: one that is there already says that the history is not that of the database.

use std::collections::HashSet;

use super::{Footing, Plan, Step};
use crate::check::sentence::{Word, words_of};
use crate::effect::effect_of;
use crate::{Dialect, Direction, Effect, Object, ObjectKind, Statement, Via};

/// A table that a plan creates, and where.
#[derive(Debug, Clone)]
pub struct Created<'p> {
    /// What the catalogue calls it, in the schema that the connection is in.
    pub object: Object,
    /// The step that does so.
    pub step: &'p Step,
    /// With this statement.
    pub statement: Statement,
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
                let words = words_of(sql, dialect);
                let effect = effect_of(&words, dialect);
                let words = named(&words);
                if leads_elsewhere(&words) {
                    return created;
                }
                if let Some(Effect::Creates(object)) = effect
                    && object.kind == ObjectKind::Table
                    && object.schema.is_none()
                    && !before.contains(&object.name.to_lowercase())
                {
                    created.push(Created {
                        object,
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

/// Words and names, in small letters.
fn named(words: &[Word<'_>]) -> Vec<String> {
    let names = words.iter().filter_map(|word| word.name());
    names.map(|name| name.to_lowercase()).collect()
}
