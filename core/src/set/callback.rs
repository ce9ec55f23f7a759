//! [`Event`] and [`Callback`]: scripts that are no migrations, and the moments of a run at which they are due.

#[cfg(test)]
mod tests;

use super::Script;
use crate::Dialect;

/// A moment of a run at which callbacks are due.
///
/// Events are in the order in which a run comes to them, and those of an undoing after those of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Event {
    /// Before the first migration that is to be applied.
    BeforeRun,
    /// Before each migration that is applied.
    BeforeEach,
    /// After each migration that is applied.
    AfterEach,
    /// After the last migration that is applied.
    AfterRun,
    /// Before the first migration that is to be undone.
    BeforeRevert,
    /// Before each migration that is undone.
    BeforeEachRevert,
    /// After each migration that is undone.
    AfterEachRevert,
    /// After the last migration that is undone.
    AfterRevert,
}

impl Event {
    /// Every event, in their order.
    pub const ALL: [Self; 8] = [
        Self::BeforeRun,
        Self::BeforeEach,
        Self::AfterEach,
        Self::AfterRun,
        Self::BeforeRevert,
        Self::BeforeEachRevert,
        Self::AfterEachRevert,
        Self::AfterRevert,
    ];

    /// What the files of its callbacks begin with: `beforeMigrate`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BeforeRun => "beforeMigrate",
            Self::BeforeEach => "beforeEachMigrate",
            Self::AfterEach => "afterEachMigrate",
            Self::AfterRun => "afterMigrate",
            Self::BeforeRevert => "beforeUndo",
            Self::BeforeEachRevert => "beforeEachUndo",
            Self::AfterEachRevert => "afterEachUndo",
            Self::AfterRevert => "afterUndo",
        }
    }

    /// The event of this name, in this very case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }
}

/// A script that is run at an event. It has no version and no row in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub struct Callback {
    pub event: Event,
    /// Its label is the name of the event, its name the description, perhaps empty.
    pub script: Script,
}

/// The scripts of an event for a dialect, from callbacks that are ordered by event and description.
pub(super) fn due(
    callbacks: &'static [Callback],
    event: Event,
    dialect: Dialect,
) -> impl Iterator<Item = &'static Script> + use<> {
    let start = callbacks.partition_point(|callback| callback.event < event);
    let length = callbacks[start..].partition_point(|callback| callback.event == event);
    let descriptions = callbacks[start..start + length]
        .chunk_by(|one, other| one.script.name == other.script.name);
    descriptions.filter_map(move |scripts| {
        let serves = |wanted: Option<Dialect>| {
            scripts
                .iter()
                .map(|callback| &callback.script)
                .find(|script| script.dialect == wanted)
        };
        serves(Some(dialect)).or_else(|| serves(None))
    })
}
