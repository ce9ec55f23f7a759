//! Set × history × policy × target → the steps to take. A pure value.

mod apply;
mod creates;
mod difference;
mod policy;
mod record;
mod revert;
mod session;
mod step;
mod target;
#[cfg(test)]
mod tests;

use std::fmt;

pub use creates::Created;
pub(crate) use difference::in_history;
pub use difference::{Difference, DifferenceKind};
pub use policy::{Policies, Policy};
pub use step::{Footing, Step, is_data_only};
pub use target::{Target, UnknownTarget};

use crate::{Adoption, AppliedMigration, Dialect, Foreign, Key, Member, Version};

/// What a program looks after in a database.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The sets in the order in which they are applied. The last is the program's own: versions are those of its
    /// migrations.
    pub members: &'a [Member],
    /// The dialect of the database.
    pub dialect: Dialect,
    /// What to do about differences.
    pub policies: &'a Policies,
}

/// What is to become of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Goal {
    /// Apply what is pending, so far.
    Run(Target),
    /// Apply again what was reverted for that, unless somebody has; each is named by its set and its key.
    RunAgain {
        /// What was reverted.
        these: Vec<(&'static str, Key)>,
        /// What was applied beside it, and is to be so still: nothing is applied above a gap.
        beside: Vec<(&'static str, Key)>,
    },
    /// Revert what is applied: [`Target::Latest`] the newest migration, [`Target::Steps`] so many, [`Target::Version`]
    /// all above.
    Revert(Target),
    /// Revert these, each named by its set and its key, unless somebody has.
    RevertThese(Vec<(&'static str, Key)>),
    /// Record everything up to and with a version as applied.
    Baseline(Version),
    /// Record one migration as applied.
    Skip(Version),
    /// Record what another tool has applied.
    Adopt(Adoption),
}

/// What a verb would do.
///
/// `Display` lists the steps, one a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// What is to be done, in order.
    pub steps: Vec<Step>,
    /// The differences that policy let through with a word.
    pub warnings: Vec<Difference>,
    /// The differences that policy let through without.
    pub allowed: Vec<Difference>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// What it is about: each migration by its set and its key.
    pub fn keys(&self) -> impl Iterator<Item = (&'static str, Key)> {
        let steps = self.steps.iter();
        steps.map(|step| (step.set.name(), step.migration.key()))
    }

    /// The SQL that would be run, as a script: the name of each file, and its statements.
    pub fn sql(&self) -> String {
        let script = |step: &Step| {
            let statements: Vec<String> = step.sql().map(|sql| format!("{sql};\n")).collect();
            format!("-- {step}\n{}", statements.concat())
        };
        self.steps.iter().map(script).collect()
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("there is nothing to do");
        }
        let first = self.steps[0].set.name();
        let has_several_sets = self.steps.iter().any(|step| step.set.name() != first);
        self.steps.iter().enumerate().try_for_each(|(index, step)| {
            if index > 0 {
                f.write_str("\n")?;
            }
            if has_several_sets {
                // Another set may have the same version.
                step.write(f, &format!("{} {}", step.set.name(), step.migration))
            } else {
                write!(f, "{step}")
            }
        })
    }
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Set and history differ in ways that policy does not allow.
    Differences(Vec<Difference>),
    /// The target is no version of the set.
    UnknownTarget(UnknownTarget),
}

/// Plans what brings a database with this history to the goal.
///
/// # Errors
///
/// Every difference that a policy calls an error, at once: a script that was edited after it was applied, one that is
/// missing, one below the newest applied version, one to revert that has no down script, …; and a target that is no
/// version of the set.
pub fn plan(scope: Scope<'_>, history: &[AppliedMigration], goal: &Goal) -> Result<Plan, Refusal> {
    match goal {
        Goal::Run(target) => apply::plan(scope, history, *target),
        Goal::RunAgain { these, beside } => apply::plan_again(scope, history, these, beside),
        Goal::Revert(target) => revert::plan(scope, history, *target),
        Goal::RevertThese(these) => revert::plan_these(scope, history, these),
        Goal::Baseline(version) => record::baseline(scope, history, *version),
        Goal::Skip(version) => record::skip(scope, history, *version),
        Goal::Adopt(adoption) => record::adopt(scope, history, adoption),
    }
}

impl Scope<'_> {
    /// The same plan where the history of another tool was found beside none of ours.
    ///
    /// # Errors
    ///
    /// That history, where policy calls it an error.
    pub fn beside(self, foreign: Foreign, mut plan: Plan) -> Result<Plan, Refusal> {
        let judged = self.judge(Vec::new(), vec![Difference::foreign_history(foreign)])?;
        plan.warnings.extend(judged.warnings);
        plan.allowed.extend(judged.allowed);
        Ok(plan)
    }

    /// The steps, unless a difference is refused.
    fn judge(self, steps: Vec<Step>, differences: Vec<Difference>) -> Result<Plan, Refusal> {
        let mut plan = Plan {
            steps,
            ..Plan::default()
        };
        let mut refused = Vec::new();
        for difference in differences {
            match self.policies.of(difference.kind()) {
                Policy::Error => refused.push(difference),
                Policy::Warn => plan.warnings.push(difference),
                Policy::Allow => plan.allowed.push(difference),
            }
        }
        if refused.is_empty() {
            Ok(plan)
        } else {
            Err(Refusal::Differences(refused))
        }
    }
}
