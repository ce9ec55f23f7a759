//! [`Target`]: how far to go.

use std::fmt;

use crate::{Member, Version};

/// How far a run goes, or a reversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Target {
    /// To the newest migration of the set; a reversion takes the newest one back.
    #[default]
    Latest,
    /// Up to and with this version; a reversion takes back what is above it.
    Version(Version),
    /// At most so many migrations.
    Steps(usize),
}

impl Target {
    /// The last version that belongs to the target, if there is a bound.
    pub(super) fn last(self, member: &Member) -> Result<Option<Version>, UnknownTarget> {
        match self {
            Self::Latest | Self::Steps(_) => Ok(None),
            Self::Version(version) if member.get(version).is_some() => Ok(Some(version)),
            Self::Version(version) => Err(UnknownTarget::new(version, Some(member))),
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
    pub(super) fn new(version: Version, member: Option<&Member>) -> Self {
        let versions = || member.into_iter().flat_map(Member::versions);
        let below = versions().filter(|other| *other < version).last();
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
