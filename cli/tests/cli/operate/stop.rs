//! Ctrl-C, as a shell sends it to a process, and SIGTERM, as an orchestrator does.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use embed_migrations::Dialect;
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
        self.signal("-INT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Sends it and reads that it was heard.
    fn is_told(&mut self, signal: &str) {
        self.signal(signal);
        let stderr = self.child.stderr.as_mut().unwrap();
        // A byte at a time, so that none of the next line is lost.
        let mut heard = Vec::new();
        while heard.last() != Some(&b'\n') {
            let mut byte = [0];
            stderr.read_exact(&mut byte).unwrap();
            heard.push(byte[0]);
        }
        let heard = String::from_utf8(heard).unwrap();
        assert!(heard.starts_with("stopping after the statement"), "{heard}");
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
fn in_a_file_the_first_ends_after_the_statement_under_way_and_the_next_run_goes_on() {
    SIGNALS.into_iter().for_each(in_a_file);
}

fn in_a_file(signal: &str) {
    let slow = "INSERT INTO a WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT count(*) FROM n;\n";
    let script = format!(
        "-- no-transaction\nCREATE TABLE a (n INTEGER);\n{}",
        slow.repeat(400)
    );
    let desk = Desk::new(&[("migrations/0001_a.sql", &script)]);
    let mut running = Running::new(&desk, FILE);
    running.until_statement(3);
    running.signal(signal);
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

const LOG: &str = "SELECT n FROM log ORDER BY n";

const SIGNALS: [&str; 2] = ["-INT", "-TERM"];

/// A program whose second statement waits for a row that the test holds, when the server has it under way.
async fn at_the_gate<DB: Backend>(desk: &Desk, fresh: &Fresh<DB>) -> (Running, DB::Connection) {
    let mut holder = fresh.connection().await;
    for sql in [
        "CREATE TABLE log (n INTEGER)",
        "CREATE TABLE gate (n INTEGER)",
        "INSERT INTO gate VALUES (0)",
        "BEGIN",
        "UPDATE gate SET n = 1",
    ] {
        DB::say(&mut holder, sql).await.unwrap();
    }
    let running = Running::new(desk, &fresh.url);
    let waiting = match DB::DIALECT {
        Dialect::Postgres => {
            "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        }
        Dialect::MySql | Dialect::Sqlite => {
            "SELECT CAST(count(*) AS CHAR) FROM information_schema.processlist \
             WHERE db = DATABASE() AND info LIKE '%UPDATE gate SET n = 2%' AND info NOT LIKE '%processlist%'"
        }
    };
    let patience = Instant::now() + Duration::from_mins(1);
    while fresh.ask_one(waiting).await != "1" {
        assert!(Instant::now() < patience, "it never came to the row");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    (running, holder)
}

/// It was asked to stop, and what it was at is done.
fn stopped(ran: &Ran) {
    assert_eq!(ran.code, 1, "{}", ran.all());
    let last: serde_json::Value = serde_json::from_str(ran.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["error"]["kind"], "stopped", "{}", ran.all());
    assert!(
        ran.stderr.contains("error: stopped on request "),
        "{}",
        ran.all()
    );
}

async fn a_transaction_under_way_is_finished_and_nothing_else_begun<DB: Backend>(fresh: Fresh<DB>) {
    for signal in SIGNALS {
        let desk = Desk::new(&[
            (
                "migrations/0001_a.sql",
                "INSERT INTO log VALUES (7);\nUPDATE gate SET n = 2;\n",
            ),
            ("migrations/0002_b.sql", "INSERT INTO log VALUES (8);\n"),
        ]);
        let (mut running, mut holder) = at_the_gate(&desk, &fresh).await;
        running.is_told(signal);
        DB::say(&mut holder, "COMMIT").await.unwrap();
        stopped(&running.end());
        assert_eq!(fresh.rows().await, ["1 applied up run"], "{signal}");
        assert_eq!(fresh.ask(LOG).await.concat(), ["7"]);
        desk.on(&fresh.url, &["run"]).fine();
        fresh.tell("DROP TABLE gate").await;
        fresh.tell("DROP TABLE log").await;
        fresh.tell("DELETE FROM _embed_migrations").await;
    }
}

async fn after_the_statement_under_way_nothing_is_claimed_and_the_next_run_goes_on<DB: Backend>(
    fresh: Fresh<DB>,
) {
    for signal in SIGNALS {
        let desk = Desk::new(&[(
            "migrations/0001_a.sql",
            "-- no-transaction\nINSERT INTO log VALUES (7);\nUPDATE gate SET n = 2;\nINSERT INTO log VALUES (8);\n",
        )]);
        let (mut running, mut holder) = at_the_gate(&desk, &fresh).await;
        running.is_told(signal);
        DB::say(&mut holder, "COMMIT").await.unwrap();
        let ran = running.end();
        stopped(&ran);
        assert!(
            ran.stderr.contains("the next run goes on at line 4"),
            "where it stopped: {}",
            ran.all()
        );
        let row = "SELECT state, claim, statements_done, statements_sent FROM _embed_migrations";
        let row = row.replace(
            "statements_done, statements_sent",
            match DB::DIALECT {
                Dialect::Postgres => "statements_done::text, statements_sent::text",
                _ => "CAST(statements_done AS CHAR), CAST(statements_sent AS CHAR)",
            },
        );
        assert_eq!(fresh.ask(&row).await, [["failed", "NULL", "2", "2"]]);
        desk.on(&fresh.url, &["run"]).fine();
        assert_eq!(fresh.ask(LOG).await.concat(), ["7", "8"], "each once");
        fresh.tell("DROP TABLE gate").await;
        fresh.tell("DROP TABLE log").await;
        fresh.tell("DELETE FROM _embed_migrations").await;
    }
}

tests::only_on! {
    postgres sqlx::Postgres:
    a_transaction_under_way_is_finished_and_nothing_else_begun
    after_the_statement_under_way_nothing_is_claimed_and_the_next_run_goes_on
}

tests::only_on! {
    mysql sqlx::MySql:
    a_transaction_under_way_is_finished_and_nothing_else_begun
    after_the_statement_under_way_nothing_is_claimed_and_the_next_run_goes_on
}
