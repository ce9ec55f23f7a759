//! A process that migrates: started, let go, watched, stopped and killed.

use std::path::Path;
use std::process::Stdio;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::scale::bounded;

/// What a process was heard to say last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// It stands at the boundary that it was asked to stop at.
    At,
    /// It has done so many migrations and ends.
    Did(usize),
    /// It failed; why.
    Failed(String),
    /// It ended without a word.
    Gone,
}

/// A process that migrates; it does not outlive its guard.
#[derive(Debug)]
pub(crate) struct Starter {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Starter {
    /// Starts one and waits until it is connected.
    pub(crate) async fn ready(
        url: &str,
        directory: &Path,
        verb: &str,
        stop_at: Option<&str>,
    ) -> Self {
        let mut starter = Self::spawn(url, directory, verb, stop_at);
        starter.connected().await;
        starter
    }

    /// Starts one that connects.
    pub(crate) fn spawn(url: &str, directory: &Path, verb: &str, stop_at: Option<&str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_starter"));
        command.arg(url).arg(directory).arg(verb);
        if let Some(point) = stop_at {
            command.env("EMBED_MIGRATIONS_CRASH_POINT", point);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Self {
            child,
            input,
            output,
        }
    }

    /// Waits until it is connected.
    pub(crate) async fn connected(&mut self) {
        let said = bounded("a starter that connects", self.output.next_line()).await;
        if said.unwrap().as_deref() != Some("ready") {
            let told = self.told().await;
            panic!("a starter did not get ready: {told}");
        }
    }

    /// Lets it go, from the start or from a boundary.
    pub(crate) async fn go(&mut self) {
        // Where it is gone already its output says so.
        let _ = self.input.write_all(b"go\n").await;
    }

    /// What it says next.
    pub(crate) async fn word(&mut self) -> Word {
        let said = bounded("a word of a starter", self.output.next_line()).await;
        let Some(said) = said.unwrap() else {
            return Word::Gone;
        };
        match said.strip_prefix("failed ") {
            Some(kind) => Word::Failed(kind.to_owned()),
            None if said.starts_with("at ") => Word::At,
            None => Word::Did(said.parse().unwrap()),
        }
    }

    /// Ends it as `kill -9` does.
    pub(crate) async fn kill(mut self) {
        bounded("a killed process", self.child.kill())
            .await
            .unwrap();
    }

    /// Stops it in its tracks, or lets it go on.
    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id().unwrap()).unwrap();
        kill(Pid::from_raw(id), signal).unwrap();
    }

    /// Its errors, once it has ended.
    pub(crate) async fn told(&mut self) -> String {
        let mut text = String::new();
        if let Some(mut errors) = self.child.stderr.take() {
            let read = bounded("the errors of a starter", errors.read_to_string(&mut text)).await;
            read.unwrap();
        }
        text
    }
}
