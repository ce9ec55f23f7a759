//! [`Judge`]: what to do about differences between set and history.

use embed_migrations::{Migrator, Policy};

/// What to do about differences between set and history, where it is not what the program says.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
#[command(next_help_heading = "Differences between program and database")]
pub(crate) struct Judge {
    /// A script that was edited after it was applied [default: error]
    #[arg(long, value_enum, value_name = "POLICY")]
    modified: Option<Word>,
    /// An applied migration that is gone from the program [default: error]
    #[arg(long, value_enum, value_name = "POLICY")]
    missing: Option<Word>,
    /// A pending migration below the newest applied one [default: error]
    #[arg(long, value_enum, value_name = "POLICY")]
    out_of_order: Option<Word>,
    /// An applied migration that is newer than the program [default: warn]
    #[arg(long, value_enum, value_name = "POLICY")]
    ahead: Option<Word>,
    /// The history of another tool where there is none of ours [default: error]
    #[arg(long, value_enum, value_name = "POLICY")]
    foreign_history: Option<Word>,
}

/// Refuse it, say it and go on, or just go on.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Word {
    Error,
    Warn,
    Allow,
}

impl From<Word> for Policy {
    fn from(word: Word) -> Self {
        match word {
            Word::Error => Self::Error,
            Word::Warn => Self::Warn,
            Word::Allow => Self::Allow,
        }
    }
}

impl Judge {
    pub(super) fn apply(self, migrator: Migrator) -> Migrator {
        let Self {
            modified,
            missing,
            out_of_order,
            ahead,
            foreign_history,
        } = self;
        let mut policies = *migrator.configured_policies();
        let given = [
            (modified, &mut policies.modified),
            (missing, &mut policies.missing),
            (out_of_order, &mut policies.out_of_order),
            (ahead, &mut policies.ahead),
            (foreign_history, &mut policies.foreign_history),
        ];
        for (word, policy) in given {
            if let Some(word) = word {
                *policy = word.into();
            }
        }
        migrator.policies(policies)
    }
}
