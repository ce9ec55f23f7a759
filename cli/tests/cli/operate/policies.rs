//! Policies as a shell has them: what a hint says to pass is an option, and it does what the hint says.

use tests::{Backend, Fresh};

use super::shop;
use crate::desk::Desk;

#[test]
fn policies_are_words() {
    let desk = shop();
    let wrong = desk.on_file(&["run", "--ahead", "perhaps"]);
    assert_eq!(wrong.code, 2, "{}", wrong.all());
    desk.on_file(&[
        "run",
        "--ahead",
        "error",
        "--missing",
        "warn",
        "--out-of-order",
        "allow",
    ])
    .fine();
}

const THIRD: (&str, &str) = ("migrations/0003_c.sql", "CREATE TABLE c (n INTEGER);\n");

/// Refused with a hint; then said, and then let through without a word.
fn is_as_the_hint_says(desk: &Desk, url: &str, option: &str, applies: usize) {
    for verb in ["run", "plan", "validate"] {
        let refused = desk.on(url, &[verb]);
        assert_eq!(refused.code, 7, "{}", refused.all());
        assert!(
            refused.stderr.contains(&format!("pass `{option} warn`")),
            "{}",
            refused.all()
        );
    }
    let dry = desk.on(url, &["run", "--dry-run", option, "warn"]).fine();
    let warned = desk.on(url, &["run", "--json", option, "warn"]).fine();
    let report: serde_json::Value =
        serde_json::from_str(warned.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(report["applied"].as_array().unwrap().len(), applies);
    assert!(dry.stderr.starts_with("warning: "), "{}", dry.all());
    let warning = &report["warnings"][0];
    assert!(
        warning["hint"].as_str().unwrap().contains(option),
        "{warning}"
    );
    let allowed = desk.on(url, &["run", "--json", option, "allow"]).fine();
    assert!(
        allowed.stdout.contains("\"warnings\":[]"),
        "{}",
        allowed.all()
    );
}

async fn an_edit<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    desk.on(&fresh.url, &["run"]).fine();
    desk.write(
        "migrations/0001_users.up.sql",
        "CREATE TABLE users (n INTEGER);\n",
    );
    desk.write(THIRD.0, THIRD.1);
    is_as_the_hint_says(&desk, &fresh.url, "--modified", 1);
}

async fn a_file_that_is_gone<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    desk.on(&fresh.url, &["run"]).fine();
    std::fs::remove_file(desk.path("migrations/0001_users.up.sql")).unwrap();
    std::fs::remove_file(desk.path("migrations/0001_users.down.sql")).unwrap();
    desk.write(THIRD.0, THIRD.1);
    is_as_the_hint_says(&desk, &fresh.url, "--missing", 1);
}

async fn an_edited_way_back<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    desk.on(&fresh.url, &["run"]).fine();
    desk.write(
        "migrations/0002_orders.down.sql",
        "-- all of it\nDROP TABLE orders;\n",
    );
    let refused = desk.on(&fresh.url, &["revert", "--yes"]);
    assert_eq!(refused.code, 7, "{}", refused.all());
    assert!(
        refused.stderr.contains("pass `--modified warn`"),
        "{}",
        refused.all()
    );
    desk.on(&fresh.url, &["revert", "--yes", "--modified", "warn"])
        .fine();
    assert_eq!(fresh.tables().await, ["users"]);
}

async fn a_late_one<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    let orders = "migrations/0002_orders.up.sql";
    let text = desk.text(orders);
    for file in [orders, "migrations/0002_orders.down.sql"] {
        std::fs::remove_file(desk.path(file)).unwrap();
    }
    desk.write(THIRD.0, THIRD.1);
    desk.on(&fresh.url, &["run"]).fine();
    desk.write(orders, &text);
    let refused = desk.on(&fresh.url, &["run"]);
    assert_eq!(refused.code, 7, "{}", refused.all());
    assert!(
        refused.stderr.contains("pass `--out-of-order warn`"),
        "{}",
        refused.all()
    );
    desk.on(&fresh.url, &["run", "--out-of-order", "warn"])
        .fine();
    assert_eq!(fresh.tables().await, ["c", "orders", "users"]);
}

async fn a_database_that_is_ahead<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    desk.write(THIRD.0, THIRD.1);
    desk.on(&fresh.url, &["run"]).fine();
    std::fs::remove_file(desk.path(THIRD.0)).unwrap();
    let said = desk.on(&fresh.url, &["run"]).fine();
    assert!(
        said.all().contains("newer than this program knows"),
        "{}",
        said.all()
    );
    let refused = desk.on(&fresh.url, &["run", "--ahead", "error"]);
    assert_eq!(refused.code, 7, "{}", refused.all());
    assert!(
        refused.stderr.contains("pass `--ahead warn`"),
        "{}",
        refused.all()
    );
    let silent = desk.on(&fresh.url, &["run", "--ahead", "allow"]).fine();
    assert!(!silent.all().contains("newer than"), "{}", silent.all());
}

async fn the_history_of_another_tool<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    fresh
        .tell("CREATE TABLE _sqlx_migrations (version BIGINT)")
        .await;
    fresh.tell("INSERT INTO _sqlx_migrations VALUES (1)").await;
    // `status` refuses nothing, and says what `run` would refuse.
    let status = desk.on(&fresh.url, &["status"]).fine();
    for words in [
        "warning: the database has the history of sqlx in `_sqlx_migrations` and none of ours\n",
        "help: `adopt` takes it over",
        "pass `--foreign-history warn`",
    ] {
        assert!(status.stderr.contains(words), "{}", status.all());
    }
    let json = desk.on(&fresh.url, &["status", "--json"]).fine().json();
    assert_eq!(json["foreign_history"]["kind"], "foreign-history");
    is_as_the_hint_says(&desk, &fresh.url, "--foreign-history", 2);
    assert_eq!(fresh.tables().await.len(), 3);
    let status = desk.on(&fresh.url, &["status"]).fine();
    assert!(!status.stderr.contains("sqlx"), "{}", status.all());
}

async fn what_another_tool_has_applied_and_nobody_knows<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    fresh
        .tell("CREATE TABLE schema_migrations (version VARCHAR(20) PRIMARY KEY)")
        .await;
    fresh
        .tell("INSERT INTO schema_migrations VALUES ('0001'), ('0007')")
        .await;
    let adopt = ["adopt", "--from", "dbmate"];
    let refused = desk.on(&fresh.url, &adopt);
    assert_eq!(refused.code, 7, "{}", refused.all());
    let told = "dbmate has applied 7, and it is not in this program";
    for words in [told, "pass `--missing warn`"] {
        assert!(refused.stderr.contains(words), "{}", refused.all());
    }
    assert!(!fresh.has_history().await);
    let warned = desk.on(&fresh.url, &[&adopt[..], &["--missing", "warn"]].concat());
    let warned = warned.fine();
    assert!(
        warned.stdout.contains(&format!("\nwarning: {told}\n")),
        "{}",
        warned.all()
    );
    assert_eq!(fresh.rows().await, ["1 applied up adopt"]);
}

tests::on_every_engine! {
    an_edit
    an_edited_way_back
    a_file_that_is_gone
    a_late_one
    a_database_that_is_ahead
    the_history_of_another_tool
    what_another_tool_has_applied_and_nobody_knows
}
