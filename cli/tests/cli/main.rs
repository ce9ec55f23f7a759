//! `cargo migrations` as its users run it: the real program, in directories of its own.

#![expect(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod check;
mod desk;
mod explain;
mod formats;
mod init;
mod json;
mod law;
mod list;
mod lock;
mod new;
mod operate;
mod program;
mod renumber;
