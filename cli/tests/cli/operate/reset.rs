//! `reset`, of a file: what is in it goes, and the file stays.

use insta::assert_snapshot;
use sqlx::{Connection, Executor, SqliteConnection};
use tests::{Backend, Fresh};

use super::shop;

#[test]
fn a_reset_database_has_everything_and_nothing_else() {
    let desk = shop();
    desk.on_file(&["run", "--to", "1"]).fine();
    assert_snapshot!("reset", desk.on_file(&["reset", "--yes"]).steady());
    assert_eq!(desk.on_file(&["version"]).fine().lines(), ["2"]);
    desk.write("notes.txt", "these are no tables\n");
    let refused = desk.on("sqlite:notes.txt", &["reset", "--yes"]);
    assert_eq!(refused.code, 2, "{}", refused.all());
    assert_eq!(desk.text("notes.txt"), "these are no tables\n");
    let refused = desk.on("sqlite::memory:", &["reset", "--yes"]);
    assert_eq!(refused.code, 2, "{}", refused.all());
}

/// One of everything that a file of SQLite may have.
const CONTENTS: &str = "PRAGMA user_version = 7;
CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, \"a \"\"name\" TEXT UNIQUE);
INSERT INTO parent DEFAULT VALUES;
CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent (id));
INSERT INTO child VALUES (1);
CREATE TABLE \"sqlite-like \"\"name\" (n INTEGER);
CREATE INDEX child_parent ON child (parent);
CREATE VIEW both AS SELECT * FROM parent JOIN child ON child.parent = parent.id;
CREATE TRIGGER seen INSTEAD OF INSERT ON both BEGIN SELECT 1; END;
CREATE TRIGGER made AFTER INSERT ON parent BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE found USING fts5 (word);
INSERT INTO found VALUES ('x');
ANALYZE;";

async fn connected(fresh: &Fresh<sqlx::Sqlite>) -> SqliteConnection {
    SqliteConnection::connect(&fresh.url).await.unwrap()
}

#[tokio::test]
async fn whatever_a_file_holds_is_gone() {
    let fresh = sqlx::Sqlite::fresh().await;
    fresh.tell(CONTENTS).await;
    shop().on(&fresh.url, &["reset", "--yes"]).fine();
    let left = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%' AND name NOT LIKE '_embed%' ORDER BY 1";
    assert_eq!(fresh.ask(left).await.concat(), ["orders", "users"]);
    assert_eq!(fresh.ask_one("PRAGMA user_version").await, "0");
}

#[tokio::test]
async fn who_has_the_file_open_sees_what_everybody_sees() {
    let fresh = sqlx::Sqlite::fresh().await;
    fresh.tell("PRAGMA journal_mode = WAL").await;
    fresh.tell("CREATE TABLE stray (n INTEGER)").await;
    let mut open = connected(&fresh).await;
    let stray = "INSERT INTO stray VALUES (1)";
    open.execute(stray).await.unwrap();
    shop().on(&fresh.url, &["reset", "--yes"]).fine();
    open.execute(stray).await.unwrap_err();
    open.execute("INSERT INTO users (id) VALUES (1)")
        .await
        .unwrap();
    open.close().await.unwrap();
    let another = fresh.another_pool(1).await;
    let users = sqlx::Sqlite::ask(&another, "SELECT count(*) FROM users").await;
    assert_eq!(users.concat(), ["1"], "and what one writes the others read");
}

#[tokio::test]
async fn while_somebody_writes_nothing_is_dropped() {
    let fresh = sqlx::Sqlite::fresh().await;
    let desk = shop();
    desk.on(&fresh.url, &["run", "--to", "1"]).fine();
    let mut writer = connected(&fresh).await;
    writer.execute("BEGIN IMMEDIATE").await.unwrap();
    let refused = desk.on(&fresh.url, &["reset", "--yes", "--connect-timeout", "0.2"]);
    assert_eq!(refused.code, 1, "{}", refused.all());
    assert!(
        refused.stderr.contains("database is locked"),
        "{}",
        refused.all()
    );
    writer.execute("COMMIT").await.unwrap();
    assert_eq!(fresh.tables().await, ["users"]);
    assert_eq!(fresh.rows().await, ["1 applied up run"]);
}

#[tokio::test]
async fn what_somebody_reads_stays_until_it_is_read() {
    let fresh = sqlx::Sqlite::fresh().await;
    fresh.tell("PRAGMA journal_mode = WAL").await;
    let desk = shop();
    desk.on(&fresh.url, &["run"]).fine();
    fresh.tell("INSERT INTO users (id) VALUES (1)").await;
    let mut reader = connected(&fresh).await;
    let count = "SELECT count(*) FROM users";
    let counted = async |reader: &mut SqliteConnection| -> i64 {
        sqlx::query_scalar(count).fetch_one(reader).await.unwrap()
    };
    reader.execute("BEGIN").await.unwrap();
    assert_eq!(counted(&mut reader).await, 1);
    desk.on(&fresh.url, &["reset", "--yes", "--connect-timeout", "0.2"])
        .fine();
    assert_eq!(counted(&mut reader).await, 1);
    reader.execute("COMMIT").await.unwrap();
    assert_eq!(counted(&mut reader).await, 0);
}
