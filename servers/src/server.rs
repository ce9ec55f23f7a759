//! A running database server.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::home::Home;
use crate::interrupt;
use crate::process::{Farewell, Running};

/// The name of the server's log in its directory.
pub(crate) const LOG: &str = "server.log";

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_mins(1);

/// Whether the server of a directory, whose process has this number, answers.
pub(crate) type IsReady = Box<dyn Fn(&Home, u32) -> bool + Send + Sync>;

/// A server with its directory; dropping it stops the one, then removes the other (the fields' order).
pub struct Server {
    process: Option<Running>,
    command: Command,
    farewell: Farewell,
    is_ready: IsReady,
    home: Home,
    name: &'static str,
}

impl Server {
    /// Starts the server `command` of `home` and waits until it is ready.
    pub(crate) fn launch(
        name: &'static str,
        home: Home,
        command: Command,
        farewell: Farewell,
        is_ready: IsReady,
    ) -> Result<Self> {
        let mut server = Self {
            process: None,
            command,
            farewell,
            is_ready,
            home,
            name,
        };
        server.start()?;
        Ok(server)
    }

    /// Starts it once more, on the same data and the same port, after [`kill`](Self::kill).
    ///
    /// # Errors
    ///
    /// A server that does not answer in time; the end of its log is in the error.
    pub fn start(&mut self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !self.starts_within(deadline)? {
            // What is left of a killed server may be in the way for a moment.
            interrupt::pause()?;
        }
        Ok(())
    }

    /// `false`: it ended by itself.
    fn starts_within(&mut self, deadline: Instant) -> Result<bool> {
        self.process = None;
        let mut process = self.home.start(&mut self.command, self.farewell)?;
        while !(self.is_ready)(&self.home, process.id()) {
            let is_late = Instant::now() > deadline;
            let ended = process.ended()?;
            if ended.is_some() && !is_late {
                return Ok(false);
            }
            if is_late {
                bail!(
                    "{} did not answer within {} seconds; the end of its log:\n{}",
                    self.name,
                    PATIENCE.as_secs(),
                    self.home.tail(LOG)
                );
            }
            interrupt::pause()?;
        }
        self.process = Some(process);
        Ok(true)
    }

    /// Kills it as a loss of power would: it writes nothing more, and closes nothing.
    pub fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill();
        }
    }

    /// The directory of the server.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// Where it keeps its data: a test that fills the disk writes here.
    pub fn directory(&self) -> PathBuf {
        self.home.path("")
    }

    /// The end of its log.
    pub fn log(&self) -> String {
        self.home.tail(LOG)
    }

    /// Fails if the server no longer runs.
    ///
    /// # Errors
    ///
    /// A server that ended; the end of its log is in the error.
    pub fn check(&mut self) -> Result<()> {
        let Some(process) = &mut self.process else {
            bail!("{} was killed", self.name);
        };
        if let Some(status) = process.ended()? {
            bail!(
                "{} ended by itself ({status}); the end of its log:\n{}",
                self.name,
                self.home.tail(LOG)
            );
        }
        Ok(())
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("name", &self.name)
            .field("process", &self.process)
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}

/// A port of the loopback interface which nobody listens on at present.
pub(crate) fn free_port() -> Result<u16> {
    let port = || TcpListener::bind(("127.0.0.1", 0))?.local_addr();
    Ok(port()
        .context("could not find a free port on 127.0.0.1 for a server")?
        .port())
}
