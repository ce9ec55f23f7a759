//! [`DifferenceKind`]: how set and history can disagree.

/// How set and history disagree about a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// The script was edited after it was applied, or is not the one that another tool has applied.
    Modified,
    /// Another migration was applied under its version.
    Replaced,
    /// It is in the history and not in the set, and is older than the set's newest; or another tool has applied it, and it is
    /// not in the set.
    Missing,
    /// It is pending and older than the newest applied one.
    OutOfOrder,
    /// It is in the history and newer than everything in the set.
    Ahead,
    /// It has no script for this dialect.
    NoScript,
    /// Its script cannot be read in this dialect.
    Unreadable,
    /// It failed half-way, and what was done already has been edited since.
    ChangedBeforeResume,
    /// It failed half-way, and the rest needs what a finished statement left in a session that is gone.
    SessionLost,
    /// It is to be reverted, and has no down script.
    NoDown,
    /// The down script that is about to run is not the one that there was when the migration was applied.
    DownModified,
    /// It is to be reverted or recorded, and is half applied.
    HalfApplied,
    /// It is to be applied, and is half reverted.
    HalfReverted,
    /// It is to be reverted, and another one was applied above it.
    NotNewest,
    /// It failed in another tool whose history is to be taken over.
    FailedElsewhere,
    /// There is the history of another tool, and none of ours.
    ForeignHistory,
}

impl DifferenceKind {
    /// How to mend it.
    pub(super) const fn hint(self) -> &'static str {
        match self {
            Self::Modified => {
                "restore the file and put the change into a new migration; where the edit means nothing to the database, \
                 `repair` accepts it; or set the policy `modified`"
            }
            Self::Replaced => {
                "give the new migration a version above every other, and restore the file of the applied one; a database of \
                 your own that ran a migration under a version it had before a merge is made anew"
            }
            Self::Missing => {
                "restore the file; where it is gone for good, `repair` forgets it; or set the policy `missing`"
            }
            Self::OutOfOrder => {
                "give the migration a version above the newest applied one, or set the policy `out_of_order`; what `skip` or \
                 `baseline` recorded by mistake `repair` forgets"
            }
            Self::Ahead => "deploy a program that knows the migration, or set the policy `ahead`",
            Self::NoScript => "add a script for this dialect, or one without a dialect",
            Self::Unreadable => {
                "mend it; with a dialect in the file's name (`….postgres.sql`) the build checks it for that dialect alone"
            }
            Self::SessionLost => {
                "undo by hand what the finished statements did, and delete the row from the history table"
            }
            Self::ChangedBeforeResume => {
                "restore the statements that were done, and change only what comes after them"
            }
            Self::NoDown => {
                "nothing was run: add a down script (`reversible_step` in Rust), or write a new migration that undoes it; what a \
                 newer program applied that program reverts"
            }
            Self::DownModified => "restore the down script, or set the policy `modified`",
            Self::HalfApplied => {
                "finish it first: `run` goes on where it stopped, and `resolve` settles what is in doubt"
            }
            Self::HalfReverted => {
                "finish it first: `revert` goes on where it stopped, and `resolve` settles what is in doubt"
            }
            Self::NotNewest => "somebody applied it meanwhile: see `status`, and revert that first",
            Self::ForeignHistory => {
                "`adopt` takes it over, and `baseline` records what the database has without running it; where that table is \
                 about something else, set the policy `foreign_history`"
            }
            Self::FailedElsewhere => "finish it, or take it back, with the tool that began it",
        }
    }
}
