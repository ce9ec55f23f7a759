//! On servers: what only they have.

use tests::{Backend, Fresh};

use super::shop;

async fn the_verbs_work<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    let on = |arguments: &[&str]| desk.on(&fresh.url, arguments);
    assert_eq!(on(&["validate"]).code, 3);
    on(&["run"]).fine();
    assert_eq!(fresh.tables().await, ["orders", "users"]);
    assert_eq!(on(&["status", "--json"]).fine().json()["current"], true);
    on(&["redo", "--yes"]).fine();
    on(&["revert", "--yes", "--all"]).fine();
    assert_eq!(fresh.tables().await, Vec::<String>::new());
    on(&["baseline", "1"]).fine();
    on(&["skip", "2"]).fine();
    assert_eq!(on(&["version"]).fine().lines(), ["2"]);
    let history = on(&["history"]).fine().stdout;
    assert!(
        history.contains(" from ") || history.contains("process"),
        "{history}"
    );
}

async fn a_reset_drops_what_is_there_and_who_is_connected<DB: Backend>(mut fresh: Fresh<DB>) {
    let desk = shop();
    fresh.tell("CREATE TABLE stray (n INTEGER)").await;
    desk.on(&fresh.url, &["reset", "--yes"]).fine();
    fresh.pool = fresh.another_pool(1).await;
    assert_eq!(fresh.tables().await, ["orders", "users"]);
}

async fn a_server_needs_its_own_databases<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    let (server, _) = fresh.url.rsplit_once('/').unwrap();
    for name in ["postgres", "mysql", "template1", ""] {
        let ran = desk.on(&format!("{server}/{name}"), &["reset", "--yes"]);
        assert_eq!(ran.code, 2, "{name}\n{}", ran.all());
    }
}

async fn a_database_that_is_not_there_is_said_and_made_by_reset<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    let url = format!("{}_not_yet", fresh.url);
    let missing = desk.on(&url, &["run"]);
    assert_eq!(missing.code, 1, "{}", missing.all());
    assert!(
        missing.stderr.contains("help: create the database first"),
        "{}",
        missing.all()
    );
    desk.on(&url, &["reset", "--yes"]).fine();
    assert_eq!(desk.on(&url, &["version"]).fine().lines(), ["2"]);
}

tests::only_on! {
    postgres sqlx::Postgres:
    the_verbs_work a_reset_drops_what_is_there_and_who_is_connected a_server_needs_its_own_databases
    a_database_that_is_not_there_is_said_and_made_by_reset
}

tests::only_on! {
    mysql sqlx::MySql:
    the_verbs_work a_reset_drops_what_is_there_and_who_is_connected a_server_needs_its_own_databases
    a_database_that_is_not_there_is_said_and_made_by_reset
}
