//! Ctrl-C, SIGTERM and SIGHUP as a flag: the main thread looks at it wherever it waits.
//!
//! The interruption travels as an ordinary error, so the guards stop everything on the way out.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

static RECEIVED: AtomicBool = AtomicBool::new(false);
static WATCHED: AtomicBool = AtomicBool::new(false);

/// The error of a task which a signal ended.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("interrupted by a signal")
    }
}

impl std::error::Error for Interrupted {}

/// Begins to watch for signals.
///
/// # Errors
///
/// A program that watches already.
pub fn watch() -> Result<()> {
    ctrlc::set_handler(|| RECEIVED.store(true, Ordering::SeqCst))
        .context("could not install the handler for Ctrl-C")?;
    WATCHED.store(true, Ordering::SeqCst);
    Ok(())
}

/// Whether this program watches for signals, and ends what it has started by itself.
pub(crate) fn is_watched() -> bool {
    WATCHED.load(Ordering::SeqCst)
}

/// Fails with [`Interrupted`] once a signal has come.
///
/// # Errors
///
/// [`Interrupted`].
pub fn check() -> Result<()> {
    if RECEIVED.load(Ordering::SeqCst) {
        return Err(Interrupted.into());
    }
    Ok(())
}

/// Waits a moment between two looks at something; fails once a signal has come.
///
/// # Errors
///
/// [`Interrupted`].
pub fn pause() -> Result<()> {
    thread::sleep(Duration::from_millis(25));
    check()
}
