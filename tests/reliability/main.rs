//! Exactly once, whatever dies: processes are started together, killed, put to sleep and cut off, servers are killed and
//! filled up, and afterwards each statement has run once, or the run has said which one a person must look at.
//!
//! Long in `cargo xtask test --reliability`, short elsewhere; nothing is timed, all waits are bounded.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

// What the tests stand on.
mod after;
mod process;
mod record;
mod scale;
mod script;
mod setting;

// One file a row of the table in `docs/reliability.md`.
mod comparison;
mod crash_points;
mod disk_full;
mod dropped;
mod long_reader;
mod network;
mod orphan;
mod random_kill;
mod server_death;
mod sleeper;
mod starters;
mod tampered;
mod versions;
