//! [`Target`]: how far to go.

use std::fmt;

use crate::{MigrationSet, Version};

/// How far a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Target {
    /// To the newest migration of the set.
    #[default]
    Latest,
    /// Up to and with this version.
    Version(Version),
    /// At most so many migrations.
    Steps(usize),
}

impl Target {
    /// The last version that belongs to the target, if there is a bound.
    pub(super) fn last(self, set: &MigrationSet) -> Result<Option<Version>, UnknownTarget> {
        match self {
            Self::Latest | Self::Steps(_) => Ok(None),
            Self::Version(version) if set.get(version).is_some() => Ok(Some(version)),
            Self::Version(version) => Err(UnknownTarget::new(version, set)),
        }
    }

    pub(super) fn steps(self) -> Option<usize> {
        match self {
            Self::Steps(most) => Some(most),
            Self::Latest | Self::Version(_) => None,
        }
    }
}

/// A target that is no version of the set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownTarget {
    version: Version,
    nearest: Vec<Version>,
}

impl UnknownTarget {
    fn new(version: Version, set: &MigrationSet) -> Self {
        let versions = || set.migrations().filter_map(|migration| migration.version());
        let below = versions().rfind(|other| *other < version);
        let above = versions().find(|other| *other > version);
        Self {
            version,
            nearest: below.into_iter().chain(above).collect(),
        }
    }

    /// The versions of the set next to the target: the one below and the one above.
    pub fn nearest(&self) -> &[Version] {
        &self.nearest
    }
}

impl fmt::Display for UnknownTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nearest: Vec<String> = self.nearest.iter().map(Version::to_string).collect();
        write!(f, "no migration has the version {}", self.version)?;
        if nearest.is_empty() {
            f.write_str("; there are none at all")
        } else {
            let verb = if nearest.len() == 1 { "is" } else { "are" };
            write!(f, "; the nearest {verb} {}", nearest.join(" and "))
        }
    }
}
