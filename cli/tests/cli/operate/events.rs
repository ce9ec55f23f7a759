//! `--json` of what takes a while: one event a line.

use std::env;
use std::process::Command;

use clap::Parser;
use embed_migrations::{Batch, BoxError, MigrationSet, Migrator};
use serde_json::Value;
use sqlx::SqliteConnection;
use tests::Backend;

use super::mend::on_connection;
use super::{broken, shop};
use crate::desk::Ran;

fn events(ran: &Ran) -> Vec<Value> {
    let lines = ran.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{}", ran.all())))
        .collect()
}

fn names(events: &[Value]) -> Vec<&str> {
    let names = events.iter().map(|event| event["event"].as_str());
    names.map(Option::unwrap).collect()
}

#[test]
fn a_run_tells_what_it_does_and_ends_with_its_report() {
    let ran = shop().on_file(&["run", "--json"]).fine();
    let events = events(&ran);
    assert_eq!(
        names(&events),
        [
            "started",
            "migration",
            "finished",
            "migration",
            "finished",
            "report"
        ]
    );
    assert_eq!(events[0]["pending"], 2);
    assert_eq!(events[1]["path"], "migrations/0001_users.up.sql");
    assert_eq!(events[5]["applied"][1]["name"], "orders");
    assert!(
        events
            .iter()
            .all(|event| event["format"] == 1 && event["verb"] == "run")
    );
    assert_eq!(ran.stderr, "");
}

#[test]
fn what_a_target_leaves_out_is_pending_in_no_report() {
    let desk = shop();
    for (arguments, version) in [(["--steps", "1"], "0001"), (["--to", "2"], "0002")] {
        let ran = desk
            .on_file(&[&["run", "--json"][..], &arguments].concat())
            .fine();
        let events = events(&ran);
        assert_eq!(events[0]["pending"], 1, "{arguments:?}");
        let report = events.last().unwrap();
        assert_eq!(report["applied"][0]["version"], version);
        assert_eq!(report["pending"], 0, "{arguments:?}");
    }
}

#[test]
fn what_was_asked_for_and_not_reached_is_pending_in_the_report() {
    let ran = broken().on_file(&["run", "--json", "--to", "2"]);
    let events = events(&ran);
    assert_eq!(events[0]["pending"], 2);
    assert_eq!(events.last().unwrap()["error"]["report"]["pending"], 1);
}

#[test]
fn each_event_about_a_migration_names_its_set() {
    let desk = broken();
    desk.write("migrations/migrations.toml", "name = \"queue\"\n");
    let ran = desk.on_file(&["run", "--json"]);
    for event in events(&ran) {
        match event["event"].as_str().unwrap() {
            "started" | "error" => assert!(event.get("set").is_none(), "{event}"),
            _ => assert_eq!(event["set"], "queue", "{event}"),
        }
    }
}

#[test]
fn a_run_that_fails_ends_with_its_error() {
    let ran = broken().on_file(&["run", "--json"]);
    assert_eq!(ran.code, 1);
    let events = events(&ran);
    assert_eq!(
        names(&events),
        [
            "started",
            "migration",
            "finished",
            "migration",
            "statement",
            "statement",
            "error"
        ]
    );
    let error = &events[6]["error"];
    assert_eq!(error["kind"], "statement");
    assert_eq!(error["place"]["path"], "migrations/0002_broken.sql");
    assert_eq!(
        (&error["place"]["line"], &error["place"]["column"]),
        (&3.into(), &13.into())
    );
    assert_eq!(error["report"]["applied"][0]["name"], "users");
}

#[test]
fn a_reversion_and_a_redo_are_told_in_the_same_way() {
    let desk = shop();
    desk.on_file(&["run"]).fine();
    let redo = desk.on_file(&["redo", "--json", "--yes"]).fine();
    let redo = events(&redo);
    let directions: Vec<_> = redo
        .iter()
        .filter_map(|event| event["direction"].as_str())
        .collect();
    assert_eq!(directions, ["down", "down", "up", "up"]);
    let revert = events(&desk.on_file(&["revert", "--json", "--yes", "--all"]).fine());
    assert_eq!(
        revert.last().unwrap()["reverted"].as_array().unwrap().len(),
        2
    );
}

#[test]
fn what_is_refused_before_it_begins_is_one_event() {
    let desk = shop();
    desk.on_file(&["run"]).fine();
    let refused = desk.on_file(&["revert", "--json"]);
    assert_eq!(refused.code, 2);
    let events = events(&refused);
    assert_eq!(names(&events), ["error"]);
    assert_eq!(events[0]["error"]["kind"], "usage");
}

#[test]
fn a_dry_run_is_a_plan() {
    let plan = shop()
        .on_file(&["run", "--dry-run", "--json"])
        .fine()
        .json();
    assert_eq!(
        plan["steps"][0]["sql"][0],
        "CREATE TABLE users (id INTEGER PRIMARY KEY)"
    );
}

#[test]
fn a_run_that_waits_for_another_process_says_so() {
    let desk = broken();
    assert_eq!(desk.on_file(&["run"]).code, 1);
    on_connection(&desk, async |database| {
        let hold = "UPDATE _embed_migrations SET state = 'running', claim = 'x', claimed_until = '2100-01-01T00:00:00.000Z'
            WHERE version = '2'";
        sqlx::query(hold).execute(database).await.unwrap();
    });
    let ran = desk.on_file(&["run", "--json", "--wait-timeout", "0.2"]);
    assert_eq!(ran.code, 5, "{}", ran.all());
    let events = events(&ran);
    assert_eq!(names(&events)[..3], ["started", "migration", "waiting"]);
    let waiting = &events[2];
    let whom = [&waiting["set"], &waiting["version"], &waiting["name"]];
    assert_eq!(whom, ["default", "0002", "broken"]);
    assert!(waiting["waited_ms"].is_number(), "{waiting}");
    assert_eq!(events.last().unwrap()["error"]["kind"], "waited");
    let hints = events.last().unwrap()["error"]["hints"].to_string();
    assert!(hints.contains("`--wait-timeout`"), "{hints}");
}

/// The program of whoever has a step in Rust.
#[derive(Debug, Parser)]
pub(super) enum Program {
    #[command(subcommand)]
    Migrate(embed_migrations_cli::Command),
}

async fn three_batches(_: &mut SqliteConnection, from: Option<String>) -> Result<Batch, BoxError> {
    Ok(match from.as_deref() {
        None => Batch::Next("1".to_owned()),
        Some("1") => Batch::Next("2".to_owned()),
        _ => Batch::Done,
    })
}

const PROGRAM: &str = "DATABASE_OF_THE_PROGRAM";

/// Runs a test of this binary as the program that it is where a variable says on which database.
pub(super) fn as_program(test: &str, variable: &str, url: &str) -> Ran {
    let mut program = Command::new(env::current_exe().unwrap());
    program
        .args(["--exact", test, "--nocapture"])
        .env(variable, url);
    Ran::new(program.output().unwrap()).fine()
}

/// Called by itself, in a process of its own, it is that program: cargo builds no other one for these tests.
#[tokio::test(flavor = "multi_thread")]
async fn each_batch_is_told() {
    if let Ok(url) = env::var(PROGRAM) {
        let arguments = [
            "program",
            "migrate",
            "run",
            "--json",
            "--database-url",
            &url,
        ];
        let Program::Migrate(command) = Program::parse_from(arguments);
        let migrator = Migrator::new(&MigrationSet::EMPTY);
        command
            .run(migrator.batches(1, "count", three_batches))
            .await;
        return;
    }
    let fresh = sqlx::Sqlite::fresh().await;
    let mut ran = as_program("operate::events::each_batch_is_told", PROGRAM, &fresh.url);
    let is_event = |line: &&str| line.starts_with('{');
    let lines: Vec<&str> = ran.stdout.lines().filter(is_event).collect();
    ran.stdout = lines.join("\n");
    let events = events(&ran);
    // The third ends the step.
    assert_eq!(
        names(&events),
        [
            "started",
            "migration",
            "batch",
            "batch",
            "finished",
            "report"
        ]
    );
    for (number, event) in (1..).zip(&events[2..4]) {
        assert_eq!(event["done"], number, "{event}");
        let whom = [&event["set"], &event["version"], &event["name"]];
        assert_eq!(whom, ["default", "1", "count"]);
    }
    assert_eq!(fresh.rows().await, ["1 applied up run"]);
}
