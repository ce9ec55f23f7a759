//! Ctrl-C, as a shell sends it to a process.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use sqlx::Postgres;
use tests::Backend;

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
        loop {
            let mut line = String::new();
            assert_ne!(
                self.stdout.read_line(&mut line).unwrap(),
                0,
                "the run ended"
            );
            let event: serde_json::Value = serde_json::from_str(&line).unwrap();
            if event["event"] == "statement" && event["number"] == number {
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

#[tokio::test]
async fn the_second_abandons_what_is_under_way() {
    let fresh = Postgres::fresh().await;
    let script = "-- no-transaction\nCREATE TABLE a (n INTEGER);\nSELECT pg_sleep(20);\n";
    let desk = Desk::new(&[("migrations/0001_a.sql", script)]);
    let mut running = Running::new(&desk, &fresh.url);
    running.until_statement(2);
    running.interrupt();
    let mut stderr = BufReader::new(running.child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(
        line.starts_with("stopping after the statement under way"),
        "{line}"
    );
    running.interrupt();
    let ran = running.end();
    stderr.read_to_string(&mut line).unwrap();
    assert_eq!(ran.code, 1, "{line}");
    assert!(line.contains("error: abandoned: "), "{line}");
}
