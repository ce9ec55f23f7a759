//! SQL migrations, checked and embedded at compile time, applied exactly once at start-up through sqlx.
//!
//! ```no_run
//! # #[cfg(feature = "sqlite")]
//! # mod example {
//! use embed_migrations::{MigrationSet, Migrator, embed_migrations};
//!
//! static MIGRATIONS: MigrationSet = embed_migrations!("../migrations");
//!
//! async fn start() -> Result<sqlx::SqlitePool, Box<dyn std::error::Error>> {
//!     let pool = sqlx::SqlitePool::connect("sqlite:jobs.sqlite?mode=rwc").await?;
//!     let report = Migrator::new(&MIGRATIONS).run(&pool).await?;
//!     println!("{report}");
//!     Ok(pool)
//! }
//! # }
//! ```
//!
//! [`embed_migrations!`] reads a directory at build time; a mistake in it is a build error, and [`diagnostics`] lists all
//! that is looked for. [`Migrator`] has the verbs. Each takes a `&Pool` or a `&mut` connection.
//!
//! | to | |
//! |---|---|
//! | apply and take back | [`run`](Migrator::run), [`revert`](Migrator::revert), [`revert_to`](Migrator::revert_to), [`redo`](Migrator::redo) |
//! | look | [`plan`](Migrator::plan), [`status`](Migrator::status), [`validate`](Migrator::validate), [`history`](Migrator::history), [`version`](Migrator::version) |
//! | record what is not run | [`baseline`](Migrator::baseline), [`skip`](Migrator::skip), [`adopt`](Migrator::adopt) |
//! | mend | [`repair`](Migrator::repair), [`doubt`](Migrator::doubt), [`resolve`](Migrator::resolve) |
//! | let another process migrate | [`wait`](Migrator::wait), [`from_env`](Migrator::from_env) |
//!
//! What the program adds is beside the scripts: [steps in Rust](Migrator::step), in [batches](Migrator::batches) where they
//! are long, [`Hooks`], and [the sets of libraries](Migrator::for_sets). The same verbs are a command line in the crate
//! `embed-migrations-cli`, for a program of your own.
//!
//! # The directory
//!
//! `build.rs` watches it, so that cargo sees new files: `println!("cargo::rerun-if-changed=migrations");`. A
//! `migrations.toml` in it says which dialects every migration serves, what is ignored and what is allowed in files that are
//! applied; a `migrations.lock` makes the build fail when one of them changes. `cargo migrations`, of the crate
//! `embed-migrations-cli`, writes all three, and the next migration. The guides are in the repository, below `docs`.
//!
//! # Features
//!
//! `postgres`, `mysql` and `sqlite` choose the engines; none is on by default. It runs on tokio. TLS is chosen with sqlx's
//! own features.
//!
//! # What a run promises
//!
//! - Nothing pending is one read: no lock, no transaction, no DDL. A role that may only read will do, and a standby.
//! - Each pending script is applied by one of the processes that want to, and all of them return when it is.
//! - A script and its history row are committed together. Where that cannot be (`-- no-transaction`, DDL on MySQL), each
//!   statement is journaled before it is sent: after a failure the fixed script goes on there, and after a death in between
//!   the run stops and says which statement a person must look at.
//! - What a script sets in its session ends with the script; its temporary tables end with the run.
//! - An error, a panic or a dropped future leaves nothing on a pooled connection.

#![cfg_attr(
    not(any(feature = "postgres", feature = "mysql", feature = "sqlite")),
    allow(
        dead_code,
        unused_imports,
        reason = "a crate that only ships a set needs no engine"
    )
)]

mod migrator;

mod mode;

mod hooks;

mod work;

mod verb;

// The way of a run.
mod origin;

mod connect;

mod history;

mod execute;

mod report;

// What it stands on, and what it says.
mod doubt;
mod engine;
mod error;
mod progress;
mod stop;

pub use connect::Database;
pub use doubt::Doubt;
pub use embed_migrations_core::{
    AppliedMigration, Checksum, Claim, Dialect, Difference, DifferenceKind, Direction, Event,
    Footing, Goal, History, Journal, Key, Kind, Migration, MigrationSet, MigrationStatus, Origin,
    ParseVersionError, Plan, Policies, Policy, RowState, Script, State, Statement, Status, Step,
    Target, Validation, Version, Via,
};
pub use embed_migrations_macros::embed_migrations;
pub use engine::Engine;
pub use error::{Error, ErrorKind, FailedStatement};
pub use hooks::{Hook, Hooks};
pub use migrator::Migrator;
pub use mode::Mode;
pub use progress::Progress;
pub use report::{Finished, Report};
pub use stop::Stop;
pub use verb::{Repair, Resolution};
pub use work::{Batch, Batches, BoxError, Work};

pub use embed_migrations_core::diagnostic as diagnostics;

/// What the macro's expansion names. Not for people: it changes with every release.
#[doc(hidden)]
pub mod __private {
    pub mod v1 {
        pub use core::option::Option::{None, Some};

        pub use embed_migrations_core::Dialect::{MySql, Postgres, Sqlite};
        pub use embed_migrations_core::Direction::{Down, Up};
        pub use embed_migrations_core::{Callback, Event, MigrationSet, Origin, Script, Version};
    }
}
