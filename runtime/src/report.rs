//! [`Report`]: what a run did.

use std::fmt;
use std::time::Duration;

use embed_migrations_core::{Difference, Direction, Key, Step, Version, Via};

/// What a run did. `Display` is for people: one line that says how much, then one a migration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub(crate) steps: Vec<Finished>,
    pub(crate) applied_before: usize,
    pub(crate) pending: usize,
    pub(crate) warnings: Vec<Difference>,
    pub(crate) allowed: Vec<Difference>,
    pub(crate) took: Duration,
    /// Whether the mode forbade even a look.
    pub(crate) is_off: bool,
}

/// A migration that a run applied, reverted or recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    pub(crate) step: Step,
    pub(crate) took: Duration,
}

impl Report {
    /// What this run did, in order.
    pub fn steps(&self) -> &[Finished] {
        &self.steps
    }

    /// The migrations that this run applied, in order.
    pub fn applied(&self) -> Vec<&Finished> {
        self.in_which(|of| of.via() == Via::Run && of.direction() == Direction::Up)
    }

    /// The migrations that this run reverted, in order.
    pub fn reverted(&self) -> Vec<&Finished> {
        self.in_which(|of| of.direction() == Direction::Down)
    }

    /// The migrations that this run recorded as applied, in order.
    pub fn recorded(&self) -> Vec<&Finished> {
        self.in_which(|of| of.via() != Via::Run)
    }

    fn in_which(&self, is_meant: fn(&Finished) -> bool) -> Vec<&Finished> {
        self.steps.iter().filter(|of| is_meant(of)).collect()
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

    /// The differences that policy let through without one.
    pub fn allowed(&self) -> &[Difference] {
        &self.allowed
    }

    /// How long the run took, by this program's clock.
    pub fn took(&self) -> Duration {
        self.took
    }
}

impl Finished {
    /// The name of its set.
    pub fn set(&self) -> &'static str {
        self.step.set.name()
    }

    /// Whether it was applied or reverted.
    pub fn direction(&self) -> Direction {
        self.step.direction()
    }

    /// Whether it was run, or why it counts as applied without.
    pub fn via(&self) -> Via {
        self.step.via
    }

    /// What was done with it, in a word.
    fn what(&self) -> &'static str {
        match (self.via(), self.direction()) {
            (Via::Run, Direction::Up) => "applied",
            (Via::Run, Direction::Down) => "reverted",
            _ => "recorded",
        }
    }

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
        self.step.left()
    }

    /// How long it took, by this program's clock.
    pub fn took(&self) -> Duration {
        self.took
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            steps,
            applied_before,
            pending,
            warnings,
            allowed: _,
            took,
            is_off,
        } = self;
        if *is_off {
            return f.write_str("nothing was done: the mode is `off`");
        }
        let did = [
            ("applied", self.applied().len()),
            ("reverted", self.reverted().len()),
            ("recorded", self.recorded().len()),
        ];
        let did: Vec<String> = did
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| format!("{what} {}", migrations(count)))
            .collect();
        if !did.is_empty() {
            write!(f, "{} in {}", did.join(", "), rounded(*took))?;
            if *pending > 0 {
                write!(f, "; {} left to do", migrations(*pending))?;
            }
        } else if *pending > 0 {
            write!(f, "did nothing; {} left to do", migrations(*pending))?;
        } else {
            let verb = if *applied_before == 1 { "is" } else { "are" };
            write!(
                f,
                "there is nothing to do; {} {verb} applied",
                migrations(*applied_before)
            )?;
        }
        let width = |of: fn(&Finished) -> &str| {
            let widths = steps.iter().map(|step| of(step).chars().count());
            widths.max().unwrap_or(0)
        };
        let (labels, names) = (width(Finished::label), width(Finished::name));
        // One needs no name.
        let several = steps.iter().any(|step| step.set() != steps[0].set());
        let sets = width(Finished::set);
        for step in steps {
            let (label, name) = (step.label(), step.name());
            let set = if several {
                format!("{:sets$}  ", step.set())
            } else {
                String::new()
            };
            let what = if did.len() > 1 { step.what() } else { "" };
            let line = format!(
                "  {set}{label:labels$}  {name:names$}  {}  {what}",
                rounded(step.took)
            );
            write!(f, "\n{}", line.trim_end())?;
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

/// A history keeps milliseconds.
fn rounded(duration: Duration) -> String {
    if duration < Duration::from_millis(1) {
        "<1 ms".to_owned()
    } else if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}
