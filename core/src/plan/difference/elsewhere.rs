//! What is different about a database that another tool has migrated.

use super::{Difference, DifferenceKind};
use crate::{Foreign, History, Key, Migration, Script};

impl Difference {
    /// All would be run on a database that has been through some of it, by another tool.
    pub(crate) fn foreign_history(foreign: Foreign) -> Self {
        let Foreign { table, tool } = foreign;
        Self {
            kind: DifferenceKind::ForeignHistory,
            key: None,
            text: format!("the database has the history of {tool} in `{table}` and none of ours"),
        }
    }

    /// What the tool calls `name` has failed there.
    pub(in crate::plan) fn failed_elsewhere(tool: History, name: &str) -> Self {
        let text = format!("{tool} says that {name} failed");
        Self::of_name(DifferenceKind::FailedElsewhere, name, text)
    }

    /// What the tool calls `name` is applied, and is nothing of the set.
    pub(in crate::plan) fn unknown_elsewhere(tool: History, name: &str) -> Self {
        let text = format!("{tool} has applied {name}, and it is not in this program");
        Self::of_name(DifferenceKind::Missing, name, text)
    }

    /// The tool has applied another text.
    pub(in crate::plan) fn modified_elsewhere(
        tool: History,
        migration: Migration,
        script: &Script,
    ) -> Self {
        let what = format!("is not the text that {tool} has applied: {}", script.path());
        Self::new(DifferenceKind::Modified, migration, what)
    }

    /// Some tools call a migration by its version, others not.
    fn of_name(kind: DifferenceKind, name: &str, text: String) -> Self {
        let key = name.parse().ok().map(Key::Version);
        Self { kind, key, text }
    }
}
