//! On servers: what only they can refuse, and what only they have.

use sqlx::Postgres;
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

async fn a_wrong_password_is_not_repeated<DB: Backend>(fresh: Fresh<DB>) {
    let (scheme, rest) = fresh.url.split_once("://").unwrap();
    let (_, place) = rest.rsplit_once('@').unwrap();
    let url = format!("{scheme}://nobody_here:s3cret@{place}");
    let ran = shop().on(&url, &["run"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(
        ran.stderr
            .starts_with(&format!("error: cannot reach {scheme}://nobody_here@")),
        "{}",
        ran.all()
    );
    assert!(!ran.all().contains("s3cret"), "{}", ran.all());
}

async fn a_history_of_a_later_release_is_left_alone<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    desk.on(&fresh.url, &["run"]).fine();
    fresh
        .tell("UPDATE _embed_migrations SET format = 99 WHERE version = '2'")
        .await;
    for verb in ["run", "status", "validate"] {
        let ran = desk.on(&fresh.url, &[verb]);
        assert_eq!(ran.code, 7, "{}", ran.all());
    }
}

async fn a_role_that_may_only_read_sees_and_cannot_run(fresh: Fresh<Postgres>) {
    let desk = shop();
    desk.on(&fresh.url, &["run", "--to", "1"]).fine();
    let role = fresh.ask_one("SELECT current_database()::text").await + "_reader";
    fresh
        .tell(&format!("CREATE ROLE {role} LOGIN PASSWORD 'reader'"))
        .await;
    fresh
        .tell(&format!(
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
        ))
        .await;
    let (_, place) = fresh.url.rsplit_once('@').unwrap();
    let url = format!("postgres://{role}:reader@{place}");
    assert_eq!(desk.on(&url, &["version"]).fine().lines(), ["1"]);
    let run = desk.on(&url, &["run"]);
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(run.stderr.contains("permission denied"), "{}", run.all());
    fresh
        .tell(&format!("DROP OWNED BY {role}; DROP ROLE {role}"))
        .await;
}

tests::only_on! {
    postgres sqlx::Postgres:
    the_verbs_work a_reset_drops_what_is_there_and_who_is_connected a_server_needs_its_own_databases
    a_database_that_is_not_there_is_said_and_made_by_reset a_wrong_password_is_not_repeated
    a_history_of_a_later_release_is_left_alone
    a_role_that_may_only_read_sees_and_cannot_run
}

tests::only_on! {
    mysql sqlx::MySql:
    the_verbs_work a_reset_drops_what_is_there_and_who_is_connected a_server_needs_its_own_databases
    a_database_that_is_not_there_is_said_and_made_by_reset a_wrong_password_is_not_repeated
    a_history_of_a_later_release_is_left_alone
}
