//! [`Report`]: what a run did.

use std::fmt;
use std::time::Duration;

use embed_migrations_core::{Difference, Key, Step, Version};

/// What a run did. `Display` is for people: one line that says how much, then one a migration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub(crate) applied: Vec<Applied>,
    pub(crate) applied_before: usize,
    pub(crate) pending: usize,
    pub(crate) warnings: Vec<Difference>,
    pub(crate) took: Duration,
}

/// A migration that a run applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub(crate) step: Step,
    pub(crate) took: Duration,
}

impl Report {
    /// The migrations that this run applied, in order.
    pub fn applied(&self) -> &[Applied] {
        &self.applied
    }

    /// How many migrations of the set were applied already, by an earlier run or by another process meanwhile.
    pub fn applied_before(&self) -> usize {
        self.applied_before
    }

    /// How many migrations of those that the run was asked for are still pending: none, unless it failed.
    pub fn pending(&self) -> usize {
        self.pending
    }

    /// The differences that policy let through with a word.
    pub fn warnings(&self) -> &[Difference] {
        &self.warnings
    }

    /// How long the run took, by this program's clock.
    pub fn took(&self) -> Duration {
        self.took
    }
}

impl Applied {
    /// What the migration is known by.
    pub fn key(&self) -> Key {
        self.step.migration.key()
    }

    /// The version, which a repeatable has not.
    pub fn version(&self) -> Option<Version> {
        self.step.migration.version()
    }

    /// The version as the file name writes it; `R__` in a repeatable.
    pub fn label(&self) -> &'static str {
        self.step.migration.label()
    }

    /// The name.
    pub fn name(&self) -> &'static str {
        self.step.migration.name()
    }

    /// The file, relative to the crate that embeds it.
    pub fn path(&self) -> &'static str {
        self.step.script.path()
    }

    /// How many statements ran, without those that an earlier run had done.
    pub fn statements(&self) -> usize {
        self.step.statements.len() - self.step.done
    }

    /// How long it took, by this program's clock.
    pub fn took(&self) -> Duration {
        self.took
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            applied,
            applied_before,
            pending,
            warnings,
            took,
        } = self;
        if applied.is_empty() && *pending > 0 {
            write!(f, "applied none; {} pending", migrations(*pending))?;
        } else if applied.is_empty() {
            let verb = if *applied_before == 1 { "is" } else { "are" };
            write!(
                f,
                "nothing is pending; {} {verb} applied",
                migrations(*applied_before)
            )?;
        } else {
            write!(
                f,
                "applied {} in {}",
                migrations(applied.len()),
                rounded(*took)
            )?;
            if *pending > 0 {
                write!(f, "; {} pending", migrations(*pending))?;
            }
        }
        let width = |of: fn(&Applied) -> &str| {
            let widths = applied.iter().map(|applied| of(applied).chars().count());
            widths.max().unwrap_or(0)
        };
        let (labels, names) = (width(Applied::label), width(Applied::name));
        for applied in applied {
            let (label, name) = (applied.label(), applied.name());
            write!(
                f,
                "\n  {label:labels$}  {name:names$}  {}",
                rounded(applied.took)
            )?;
        }
        warnings
            .iter()
            .try_for_each(|warning| write!(f, "\nwarning: {warning}"))
    }
}

fn migrations(count: usize) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} migration{plural}")
}

/// Three digits say enough about a duration.
fn rounded(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}
