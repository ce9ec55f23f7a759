//! [`Policy`]: what to do about a difference between set and history.

use super::difference::DifferenceKind;

/// What to do about a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Refuse to run.
    Error,
    /// Go on and say so.
    Warn,
    /// Go on.
    Allow,
}

/// The policy for each difference that may be let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policies {
    /// An applied script was edited, or the down script that is about to be run. Default: error, because this history is not ours.
    pub modified: Policy,
    /// An applied migration is not in the set and is older than its newest. Default: error, because a file was deleted.
    pub missing: Policy,
    /// A pending migration is older than the newest applied one. Default: error.
    pub out_of_order: Policy,
    /// The database holds versions newer than this binary knows. Default: warn, because an old replica must come up
    /// during a rolling deploy.
    pub ahead: Policy,
    /// The database has the history of another tool and none of ours. Default: error, so that a whole history is never
    /// run again on a live database.
    pub foreign_history: Policy,
}

impl Default for Policies {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Policies {
    /// The defaults, as a constant.
    pub const DEFAULT: Self = Self {
        modified: Policy::Error,
        missing: Policy::Error,
        out_of_order: Policy::Error,
        ahead: Policy::Warn,
        foreign_history: Policy::Error,
    };

    /// The same with another policy for scripts that were edited.
    #[must_use]
    pub const fn modified(self, modified: Policy) -> Self {
        Self { modified, ..self }
    }

    /// The same with another policy for migrations that are gone.
    #[must_use]
    pub const fn missing(self, missing: Policy) -> Self {
        Self { missing, ..self }
    }

    /// The same with another policy for migrations that come late.
    #[must_use]
    pub const fn out_of_order(self, out_of_order: Policy) -> Self {
        Self {
            out_of_order,
            ..self
        }
    }

    /// The same with another policy for a database that is ahead.
    #[must_use]
    pub const fn ahead(self, ahead: Policy) -> Self {
        Self { ahead, ..self }
    }

    /// The same with another policy for the history of another tool.
    #[must_use]
    pub const fn foreign_history(self, foreign_history: Policy) -> Self {
        Self {
            foreign_history,
            ..self
        }
    }

    /// What is done about a kind of difference; what no policy lets through is an error.
    pub const fn of(self, kind: DifferenceKind) -> Policy {
        match kind {
            DifferenceKind::Modified | DifferenceKind::Replaced | DifferenceKind::DownModified => {
                self.modified
            }
            DifferenceKind::Missing => self.missing,
            DifferenceKind::OutOfOrder => self.out_of_order,
            DifferenceKind::Ahead => self.ahead,
            DifferenceKind::ForeignHistory => self.foreign_history,
            DifferenceKind::NoScript
            | DifferenceKind::Unreadable
            | DifferenceKind::ChangedBeforeResume
            | DifferenceKind::SessionLost
            | DifferenceKind::NoDown
            | DifferenceKind::HalfApplied
            | DifferenceKind::HalfReverted
            | DifferenceKind::NotNewest
            | DifferenceKind::FailedElsewhere => Policy::Error,
        }
    }
}
