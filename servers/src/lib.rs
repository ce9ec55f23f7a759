//! Private database servers on loopback: started from the system's packages, stopped with their guard, and killed where a
//! test wants to see what becomes of its client.
//!
//! `cargo xtask test` starts those that many tests share and tells their addresses in environment variables; a test that
//! breaks a server starts its own.
pub mod galera;
pub mod interrupt;
pub mod mariadb;
pub mod pgbouncer;
pub mod postgres;
pub mod process;
pub mod server;

mod account;
mod debian;
mod home;
mod install;
mod locate;
mod place;

use std::io::{self, Write};

pub use place::Place;
pub use server::Server;

/// The database which exists on each server from the start.
pub const DATABASE: &str = "embed_migrations";

/// Tells the developer something; a closed terminal must not become a panic, hence no `eprintln!`.
pub fn notice(text: &str) {
    let _ = writeln!(io::stderr(), "servers: {text}");
}
