//! The pure half of [`embed-migrations`](https://docs.rs/embed-migrations): from a directory of SQL files to a set of
//! migrations, and from a set and a database's history to a plan. No database, no clock, no async.
//!
//! It is shared by the macro, which runs it at build time, and by the runtime; most people use neither directly. The
//! modules are the stages that a migration passes, in their order:
//!
//! ```text
//! build   config ─ scan ─ name ─ text ─ section ─ lex ─ split ─ check ─ checksum ─ assemble ─ undo ─ plausible ─ lock
//!         ─ directory ─ reading ─ (tokens) ─ set
//! start   set × history ─ plan, status, validation
//! ```

mod dialect;
mod key;
mod version;

// From a directory to a set.
mod config;

mod scan;

mod name;

mod text;

mod section;

mod lex;

mod split;

mod check;

mod checksum;

mod assemble;

mod undo;

mod plausible;

mod lock;

mod directory;

mod reading;

mod bake;

mod set;

// From a set and a history to steps.
mod adopt;

mod foreign;

mod history;

mod plan;

mod status;

mod validation;

// What one statement of a script does.
mod again;
mod effect;

// What a person reads.
mod command;
pub mod diagnostic;
mod suggest;

// What an author asks.
mod next;

mod settings;

#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;

pub use adopt::{Adoption, ForeignRow, ForeignState, adopt};
pub use checksum::{Checksum, ParseChecksumError};
pub use dialect::Dialect;
pub use directory::{
    Directory, DirectoryCallback, DirectoryMigration, DirectoryRepeatable, DirectoryScript,
    Options, Outline, OutlineScript, ScriptKey,
};
pub use effect::{
    Effect, Object, ObjectKind, RollsBack, builds_concurrently, effect, may_stay_half_done,
    rolls_back,
};
pub use foreign::{FOREIGN_HISTORIES, Foreign, History};
pub use history::{AppliedMigration, Claim, Journal, Kind, RowState, Via};
pub use key::Key;
pub use lock::{Lock, LockEntry};
pub use next::next_label;
pub use plan::{
    Created, Difference, DifferenceKind, Footing, Goal, Plan, Policies, Policy, Refusal, Scope,
    Step, Target, UnknownTarget, is_data_only, plan,
};
pub use reading::Reading;
pub use set::{
    Callback, Direction, Event, Member, Migration, MigrationSet, Origin, Script, Statement,
};
pub use settings::Settings;
pub use status::{MigrationStatus, State, Status, status};
pub use validation::{Validation, validate};
pub use version::{MAX_PARTS, ParseVersionError, Version};
