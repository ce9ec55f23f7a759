//! `repair` and `resolve`.

use insta::assert_snapshot;
use sqlx::{Connection, SqliteConnection};

use super::{broken, shop};
use crate::desk::Desk;

#[test]
fn an_edit_that_changes_nothing_is_accepted() {
    let desk = shop();
    desk.on_file(&["run"]).fine();
    assert_snapshot!("nothing", desk.on_file(&["repair"]).all());
    desk.write(
        "migrations/0001_users.up.sql",
        "-- people\nCREATE TABLE users (id INTEGER PRIMARY KEY);\n",
    );
    assert_snapshot!("modified", desk.on_file(&["validate"]).steady());
    assert_snapshot!("possible", desk.on_file(&["repair"]).all());
    assert_snapshot!(
        "accepted",
        desk.on_file(&["repair", "--accept", "1", "--yes"]).all()
    );
    desk.on_file(&["validate"]).fine();
    assert_snapshot!(
        "nothing_to_accept",
        desk.on_file(&["repair", "--accept", "1", "--yes"]).all()
    );
    let unknown = desk.on_file(&["repair", "--accept", "7", "--yes"]);
    assert_eq!(unknown.code, 2, "{}", unknown.all());
}

#[test]
fn what_failed_and_was_cleared_away_is_forgotten() {
    let desk = broken();
    assert_eq!(desk.on_file(&["run"]).code, 1);
    assert_snapshot!("failed", desk.on_file(&["repair"]).all());
    desk.on_file(&["repair", "--forget", "0002", "-y"]).fine();
    let status = desk.on_file(&["status", "--json"]).fine().json();
    assert_eq!(status["migrations"][1]["state"], "pending");
}

#[test]
fn only_what_is_in_doubt_is_resolved() {
    let desk = shop();
    desk.on_file(&["run"]).fine();
    assert_snapshot!(
        "not_in_doubt",
        desk.on_file(&["resolve", "1", "--ran", "-y"]).all()
    );
    let neither = desk.on_file(&["resolve", "1", "-y"]);
    assert_eq!(neither.code, 2, "{}", neither.all());
}

#[test]
fn what_is_in_doubt_is_settled_and_goes_on() {
    for (became, rows) in [("--ran", 0), ("--not-run", 1)] {
        let desk = in_doubt();
        assert_eq!(desk.on_file(&["validate"]).code, 6);
        let run = desk.on_file(&["run"]);
        assert_eq!(run.code, 6, "{}", run.all());
        let settled = desk.on_file(&["resolve", "2", became, "-y"]).fine();
        assert!(
            settled.stdout.starts_with("the statement in doubt of 2 "),
            "{}",
            settled.all()
        );
        let failed = desk.on_file(&["run"]);
        assert_eq!(failed.code, 1, "{}", failed.all());
        assert!(failed.stderr.contains("nowhere"), "{}", failed.all());
        assert_eq!(rows_of_a(&desk), rows, "{became}");
    }
}

#[test]
fn what_is_half_done_is_said_with_what_to_do() {
    let desk = broken();
    assert_eq!(desk.on_file(&["run"]).code, 1);
    assert_snapshot!("validate_failed", desk.on_file(&["validate"]).steady());
    let desk = in_doubt();
    assert_snapshot!("validate_in_doubt", desk.on_file(&["validate"]).steady());
    assert_snapshot!("status_in_doubt", desk.on_file(&["status"]).steady());
    let json = desk.on_file(&["validate", "--json"]).json();
    assert_eq!((&json["failed"], &json["in_doubt"]), (&0.into(), &1.into()));
}

#[test]
fn what_is_in_doubt_is_not_waited_for() {
    let desk = in_doubt();
    let waited = desk.on_file(&["wait", "--timeout", "600"]);
    assert_eq!(waited.code, 6, "{}", waited.all());
    assert_snapshot!("wait_in_doubt", waited.steady());
    let json = desk.on_file(&["wait", "--timeout", "0", "--json"]);
    assert_eq!(
        (json.code, &json.json()["error"]["kind"]),
        (6, &"in-doubt".into())
    );
}

/// What `resolve` prints with these arguments.
pub(super) fn in_doubt_resolved(arguments: &[&str]) -> String {
    let arguments = [&["resolve", "2", "--ran", "-y"], arguments].concat();
    in_doubt().on_file(&arguments).fine().stdout
}

/// As a process leaves it that dies at the second of four statements.
pub(super) fn in_doubt() -> Desk {
    let desk = broken();
    desk.write(
        "migrations/0002_broken.sql",
        "-- no-transaction\nCREATE TABLE a (n INTEGER);\nINSERT INTO a VALUES (1);\n\
         CREATE TABLE b (n INTEGER);\nINSERT INTO nowhere VALUES (1);\n",
    );
    assert_eq!(desk.on_file(&["run"]).code, 1);
    on_connection(&desk, async |database| {
        for sql in [
            "DELETE FROM a",
            "DROP TABLE b",
            "UPDATE _embed_migrations SET state = 'running', statements_done = 1, statements_sent = 2,
                done_checksum = NULL, claim = 'dead', claimed_until = '2020-01-01T00:00:00.000Z'
                WHERE version = '2'",
        ] {
            sqlx::query(sql).execute(&mut *database).await.unwrap();
        }
    });
    desk
}

fn rows_of_a(desk: &Desk) -> i64 {
    on_connection(desk, async |database| {
        let count = sqlx::query_scalar("SELECT count(*) FROM a");
        count.fetch_one(database).await.unwrap()
    })
}

/// Does it on the database of the desk.
pub(super) fn on_connection<T>(
    desk: &Desk,
    what: impl AsyncFnOnce(&mut SqliteConnection) -> T,
) -> T {
    let url = format!("sqlite:{}", desk.path("shop.sqlite").display());
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.build().unwrap();
    runtime.block_on(async {
        let mut database = SqliteConnection::connect(&url).await.unwrap();
        let done = what(&mut database).await;
        database.close().await.unwrap();
        done
    })
}
