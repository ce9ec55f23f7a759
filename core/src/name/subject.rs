//! [`Subject`]: what a script is a script of.

use crate::{Event, Version};

/// What a script is a script of. Subjects are in the order in which a set holds them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// A migration with a version.
    Version(Version),
    /// A repeatable, by its name.
    Repeatable(String),
    /// A callback, by its event and its description.
    Callback(Event, String),
}

impl Subject {
    pub(crate) const fn is_versioned(&self) -> bool {
        matches!(self, Self::Version(_))
    }

    pub(crate) const fn is_callback(&self) -> bool {
        matches!(self, Self::Callback(..))
    }
}
