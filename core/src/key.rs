//! [`Key`]: what a migration is known by.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::version::ParseVersionError;
use crate::{Kind, Version};

/// What a migration is known by in its set, in the history table and in every message: its version, or its name where it
/// is repeatable.
///
/// Keys are in the order in which migrations are applied: by version, and the repeatables last, by name.
///
/// ```
/// use embed_migrations_core::{Key, Version};
///
/// let version: Key = "0003".parse().unwrap();
/// assert_eq!(version, Key::Version(Version::new(3)));
/// let repeatable: Key = "R__views".parse().unwrap();
/// assert_eq!(repeatable.to_string(), "R__views");
/// assert!(version < repeatable);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A migration with a version.
    Version(Version),
    /// A repeatable, by its name.
    Repeatable(Cow<'static, str>),
}

/// What stands before the name of a repeatable, so that no name is taken for a version.
pub(crate) const REPEATABLE: &str = "R__";

impl Key {
    /// The version, which a repeatable has not.
    pub const fn version(&self) -> Option<Version> {
        match self {
            Self::Version(version) => Some(*version),
            Self::Repeatable(_) => None,
        }
    }

    /// The kind of a row with this key.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Version(_) => Kind::Versioned,
            Self::Repeatable(_) => Kind::Repeatable,
        }
    }
}

impl From<Version> for Key {
    fn from(version: Version) -> Self {
        Self::Version(version)
    }
}

impl From<u64> for Key {
    fn from(number: u64) -> Self {
        Self::Version(Version::from(number))
    }
}

impl FromStr for Key {
    type Err = ParseVersionError;

    /// Parses a version, or a name after `R__`.
    ///
    /// # Errors
    ///
    /// What is neither.
    fn from_str(text: &str) -> Result<Self, ParseVersionError> {
        match text.strip_prefix(REPEATABLE) {
            Some(name) => Ok(Self::Repeatable(Cow::Owned(name.to_owned()))),
            None => text.parse().map(Self::Version),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => version.fmt(f),
            Self::Repeatable(name) => f.pad(&format!("{REPEATABLE}{name}")),
        }
    }
}
