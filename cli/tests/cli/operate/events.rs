//! `--json` of what takes a while: one event a line.

use serde_json::Value;

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
