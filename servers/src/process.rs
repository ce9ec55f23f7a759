//! A child process which never outlives its guard.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::interrupt;

/// How a process is asked to end before it is killed.
#[derive(Clone, Copy, Debug)]
pub enum Farewell {
    /// SIGINT to the process alone: the fast shutdown of PostgreSQL.
    Interrupt,
    /// SIGTERM to the process alone.
    Terminate,
    /// SIGTERM to the process and all its descendants, such as the test programs below cargo.
    TerminateGroup,
}

impl Farewell {
    /// How long the process may take; a server has files to close.
    fn patience(self) -> Duration {
        match self {
            Self::Interrupt | Self::Terminate => Duration::from_secs(20),
            Self::TerminateGroup => Duration::from_secs(5),
        }
    }
}

/// A running child process; dropping it ends it.
#[derive(Debug)]
pub struct Running {
    child: Child,
    farewell: Farewell,
}

impl Running {
    /// Starts `command`. Where the program watches for signals and ends its processes itself, they are in a group of their
    /// own, so that Ctrl-C in the terminal reaches only it; elsewhere they get the signal together with it.
    ///
    /// # Errors
    ///
    /// A program that does not exist or may not be run.
    pub fn start(command: &mut Command, farewell: Farewell) -> Result<Self> {
        if interrupt::is_watched() || matches!(farewell, Farewell::TerminateGroup) {
            platform::own_group(command);
        }
        let child = command.spawn().with_context(|| {
            format!(
                "could not start `{}`",
                command.get_program().to_string_lossy()
            )
        })?;
        Ok(Self { child, farewell })
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, without a word.
    pub fn kill(mut self) {
        // It is gone already, or nobody else could end it either.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// The exit status, if the process has ended.
    ///
    /// # Errors
    ///
    /// A process that the system does not tell of.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Waits for the process to end by itself; an interruption ends it.
    ///
    /// # Errors
    ///
    /// [`Interrupted`](interrupt::Interrupted).
    pub fn finish(mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            interrupt::pause()?;
        }
    }

    fn ends_within(&mut self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            if !matches!(self.ended(), Ok(None)) {
                return true;
            }
            thread::sleep(Duration::from_millis(10));
        }
        false
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !matches!(self.ended(), Ok(None)) {
            return;
        }
        platform::ask_to_end(&mut self.child, self.farewell);
        let in_time = self.ends_within(self.farewell.patience());
        // A group can hold members which live on after their leader.
        if !in_time || matches!(self.farewell, Farewell::TerminateGroup) {
            platform::kill(&mut self.child, self.farewell);
        }
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
mod platform {
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};

    use nix::sys::signal::{Signal, kill as send, killpg as send_to_group};
    use nix::unistd::Pid;

    use super::Farewell;

    pub(super) fn own_group(command: &mut Command) {
        command.process_group(0);
    }

    pub(super) fn ask_to_end(child: &mut Child, farewell: Farewell) {
        let signal = match farewell {
            Farewell::Interrupt => Signal::SIGINT,
            Farewell::Terminate | Farewell::TerminateGroup => Signal::SIGTERM,
        };
        signal_child(child, farewell, signal);
    }

    pub(super) fn kill(child: &mut Child, farewell: Farewell) {
        signal_child(child, farewell, Signal::SIGKILL);
    }

    fn signal_child(child: &Child, farewell: Farewell, signal: Signal) {
        let Ok(id) = i32::try_from(child.id()) else {
            return;
        };
        // An error means that nobody is left to receive the signal.
        let _ = match farewell {
            Farewell::TerminateGroup => send_to_group(Pid::from_raw(id), signal),
            Farewell::Interrupt | Farewell::Terminate => send(Pid::from_raw(id), signal),
        };
    }
}

#[cfg(not(unix))]
mod platform {
    use std::process::{Child, Command};

    use super::Farewell;

    pub(super) fn own_group(_command: &mut Command) {}

    pub(super) fn ask_to_end(child: &mut Child, farewell: Farewell) {
        kill(child, farewell);
    }

    pub(super) fn kill(child: &mut Child, _farewell: Farewell) {
        let _ = child.kill();
    }
}
