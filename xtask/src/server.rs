//! A running database server.

use std::net::TcpListener;
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

/// A server with its directory; dropping it stops the one, then removes the other (the fields' order).
#[derive(Debug)]
pub(crate) struct Server {
    process: Running,
    home: Home,
    name: &'static str,
}

impl Server {
    /// Starts the server `command` of `home` and waits until it is `ready`.
    pub(crate) fn launch(
        name: &'static str,
        home: Home,
        command: &mut Command,
        farewell: Farewell,
        ready: impl Fn(&Home) -> bool,
    ) -> Result<Self> {
        let process = home.start(command, farewell)?;
        let mut server = Self {
            process,
            home,
            name,
        };
        let deadline = Instant::now() + PATIENCE;
        while !ready(&server.home) {
            server.check()?;
            if Instant::now() > deadline {
                bail!(
                    "{name} did not answer within {} seconds; the end of its log:\n{}",
                    PATIENCE.as_secs(),
                    server.home.tail(LOG)
                );
            }
            interrupt::pause()?;
        }
        Ok(server)
    }

    /// The directory of the server.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// Fails if the server no longer runs.
    pub(crate) fn check(&mut self) -> Result<()> {
        if let Some(status) = self.process.ended()? {
            bail!(
                "{} ended by itself ({status}); the end of its log:\n{}",
                self.name,
                self.home.tail(LOG)
            );
        }
        Ok(())
    }
}

/// A port of the loopback interface which nobody listens on at present.
pub(crate) fn free_port() -> Result<u16> {
    let port = || TcpListener::bind(("127.0.0.1", 0))?.local_addr();
    Ok(port()
        .context("could not find a free port on 127.0.0.1 for a server")?
        .port())
}
