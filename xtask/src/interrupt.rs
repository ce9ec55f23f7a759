//! Ctrl-C, SIGTERM and SIGHUP as a flag: the main thread looks at it wherever it waits.
//!
//! The interruption travels as an ordinary error, so the guards stop everything on the way out.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

static RECEIVED: AtomicBool = AtomicBool::new(false);

/// The error of a task which a signal ended.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("interrupted by a signal")
    }
}

impl std::error::Error for Interrupted {}

/// Begins to watch for signals.
pub(crate) fn watch() -> Result<()> {
    ctrlc::set_handler(|| RECEIVED.store(true, Ordering::SeqCst))
        .context("could not install the handler for Ctrl-C")
}

/// Fails with [`Interrupted`] once a signal has come.
pub(crate) fn check() -> Result<()> {
    if RECEIVED.load(Ordering::SeqCst) {
        return Err(Interrupted.into());
    }
    Ok(())
}

/// Waits a moment between two looks at something; fails once a signal has come.
pub(crate) fn pause() -> Result<()> {
    thread::sleep(Duration::from_millis(25));
    check()
}
