//! Ctrl-C, as a shell sends it to a process.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

use sqlx::Postgres;
use tests::{Backend, Fresh};

use super::FILE;
use crate::desk::{Desk, Ran};

/// A run whose events are read while it runs.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Running {
    fn new(desk: &Desk, url: &str) -> Self {
        let mut child = desk
            .command(&["run", "--json"])
            .env("DATABASE_URL", url)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    /// Reads on until an event tells of this statement.
    fn until_statement(&mut self, number: usize) {
        self.until_event(|event| event["event"] == "statement" && event["number"] == number);
    }

    /// Reads on until an event of this kind.
    fn until(&mut self, kind: &str) {
        self.until_event(|event| event["event"] == kind);
    }

    fn until_event(&mut self, is_meant: impl Fn(&serde_json::Value) -> bool) {
        loop {
            let mut line = String::new();
            let read = self.stdout.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "the run ended");
            if is_meant(&serde_json::from_str(&line).unwrap()) {
                return;
            }
        }
    }

    fn interrupt(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
        assert!(sent.success());
    }

    fn end(mut self) -> Ran {
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        let mut ran = Ran::new(self.child.wait_with_output().unwrap());
        ran.stdout = rest;
        ran
    }
}

#[test]
fn the_first_ends_after_the_statement_under_way_and_the_next_run_goes_on() {
    let slow = "INSERT INTO a WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT count(*) FROM n;\n";
    let script = format!(
        "-- no-transaction\nCREATE TABLE a (n INTEGER);\n{}",
        slow.repeat(400)
    );
    let desk = Desk::new(&[("migrations/0001_a.sql", &script)]);
    let mut running = Running::new(&desk, FILE);
    running.until_statement(3);
    running.interrupt();
    let ran = running.end();
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(
        ran.stderr
            .starts_with("stopping after the statement under way"),
        "{}",
        ran.all()
    );
    assert!(
        ran.stdout
            .lines()
            .last()
            .unwrap()
            .contains("\"kind\":\"stopped\""),
        "{}",
        ran.all()
    );
    let status = desk.on_file(&["status", "--json"]).fine().json();
    assert_eq!(status["migrations"][0]["state"], "failed", "{status}");
    desk.on_file(&["run"]).fine();
    let status = desk.on_file(&["status", "--json"]).fine().json();
    assert_eq!(status["migrations"][0]["journal"]["done"], 401, "{status}");
}

/// A script whose second statement is longer than anybody waits, on the server that has it under way.
async fn asleep() -> (Desk, Running, BufReader<ChildStderr>, Fresh<Postgres>) {
    let fresh = Postgres::fresh().await;
    let script = "-- no-transaction\nCREATE TABLE a (n INTEGER);\nSELECT pg_sleep(600);\n";
    let desk = Desk::new(&[("migrations/0001_a.sql", script)]);
    let mut running = Running::new(&desk, &fresh.url);
    running.until_statement(2);
    let stderr = BufReader::new(running.child.stderr.take().unwrap());
    (desk, running, stderr, fresh)
}

#[tokio::test]
async fn the_second_has_the_server_cancel_the_statement() {
    let (desk, running, mut stderr, fresh) = asleep().await;
    running.interrupt();
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.starts_with("stopping after the statement"), "{line}");
    running.interrupt();
    let ran = running.end();
    stderr.read_to_string(&mut line).unwrap();
    assert_eq!(ran.code, 1, "{line}");
    assert!(line.contains("cancelling the statement"), "{line}");
    assert!(line.contains("0001_a.sql:3:1"), "{line}");
    let status = desk.on(&fresh.url, &["status", "--json"]).fine().json();
    assert_eq!(status["migrations"][0]["state"], "failed", "{status}");
    assert_eq!(status["migrations"][0]["journal"]["done"], 1, "{status}");
}

#[test]
fn the_third_abandons_what_is_under_way() {
    let desk = Desk::new(&[(
        "migrations/0001_a.sql",
        "CREATE TABLE a AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;\n",
    )]);
    let mut running = Running::new(&desk, FILE);
    running.until("migration");
    let mut stderr = BufReader::new(running.child.stderr.take().unwrap());
    let mut line = String::new();
    for word in ["stopping after", "cancelling", "error: abandoned: "] {
        running.interrupt();
        line.clear();
        stderr.read_line(&mut line).unwrap();
        assert!(line.starts_with(word), "{line}");
    }
    assert_eq!(running.end().code, 1);
}
