//! What is refused, on every engine: one line that says why, the exit code of the guide, and nothing is changed.

use std::env;

use embed_migrations::Dialect;
use sqlx::Postgres;
use tests::{Backend, Fresh};

use super::shop;
use crate::desk::{Desk, Ran};

/// The one line of an error; behind it there is only help.
fn one_line(ran: &Ran, code: i32) -> &str {
    assert_eq!(ran.code, code, "{}", ran.all());
    assert_eq!(ran.stdout, "", "{}", ran.all());
    let mut lines = ran.stderr.lines();
    let line = lines.next().unwrap();
    assert!(line.starts_with("error: "), "{}", ran.all());
    assert!(
        lines.all(|line| line.starts_with("help: ") || line.starts_with("note: ")),
        "{}",
        ran.all()
    );
    line
}

/// Each verb that changes something, with what it needs.
const CHANGING: [&[&str]; 7] = [
    &["run"],
    &["revert", "--yes"],
    &["redo", "--yes"],
    &["baseline", "2"],
    &["skip", "2"],
    &["repair", "--forget", "1", "--yes"],
    &["resolve", "1", "--ran", "--yes"],
];

/// Everything that a verb may change.
async fn contents<DB: Backend>(fresh: &Fresh<DB>) -> (Vec<String>, Vec<String>) {
    let history = fresh.has_history().await;
    let rows = if history {
        fresh.rows().await
    } else {
        Vec::new()
    };
    (fresh.tables().await, rows)
}

async fn an_unknown_verb<DB: Backend>(fresh: Fresh<DB>) {
    let ran = shop().on(&fresh.url, &["statis"]);
    assert_eq!(one_line(&ran, 2), "error: there is no verb `statis`");
    assert!(
        ran.stderr.contains("help: is it `status`?"),
        "{}",
        ran.all()
    );
    one_line(&shop().on(&fresh.url, &["xyzzy"]), 2);
    assert_eq!(contents(&fresh).await, (vec![], vec![]));
}

/// The same database at a port where nobody listens, or in a directory that is not there.
fn elsewhere<DB: Backend>(fresh: &Fresh<DB>) -> String {
    if fresh.url.starts_with("sqlite:") {
        return "sqlite:/nowhere/shop.sqlite".to_owned();
    }
    let (before, database) = fresh.url.rsplit_once('/').unwrap();
    let (before, _) = before.rsplit_once(':').unwrap();
    format!("{before}:1/{database}")
}

async fn an_unreachable_server<DB: Backend>(fresh: Fresh<DB>) {
    let (desk, url) = (shop(), elsewhere(&fresh));
    for arguments in CHANGING.into_iter().chain([&["status"][..], &["validate"]]) {
        let ran = desk.on(&url, arguments);
        let line = one_line(&ran, 1);
        assert!(line.starts_with("error: cannot reach "), "{line}");
    }
}

async fn a_wrong_password<DB: Backend>(fresh: Fresh<DB>) {
    let (scheme, rest) = fresh.url.split_once("://").unwrap();
    let (_, place) = rest.rsplit_once('@').unwrap();
    let user = reader(&fresh).await;
    let desk = shop();
    desk.on(&fresh.url, &["run", "--to", "1"]).fine();
    let before = contents(&fresh).await;
    // The right one lets in, so it is the password that the wrong one fails at.
    let right = format!("{scheme}://{user}:reader@{place}");
    if scheme == "mysql" {
        let denied = desk.on(&right, &["status"]);
        let hint = "help: grant the user the database";
        assert!(denied.stderr.contains(hint), "{}", denied.all());
    }
    may_read(&fresh, &user).await;
    desk.on(&right, &["status"]).fine();
    for known in [&*user, "nobody_here"] {
        let url = format!("{scheme}://{known}:s3cret@{place}");
        for arguments in CHANGING {
            let ran = desk.on(&url, arguments);
            let line = one_line(&ran, 1);
            assert!(line.contains(&format!("{scheme}://{known}@")), "{line}");
            assert!(known != user || line.contains("password"), "{line}");
            assert!(!ran.all().contains("s3cret"), "{}", ran.all());
        }
        let waited = desk.on(&url, &["wait", "--timeout", "0"]);
        let line = one_line(&waited, 5);
        assert!(
            line.starts_with("error: waited 0 s in vain: cannot reach "),
            "{line}"
        );
        assert!(known != user || line.contains("password"), "{line}");
        assert!(!waited.all().contains("s3cret"), "{}", waited.all());
        assert!(!waited.all().contains("at line"), "{}", waited.all());
    }
    assert_eq!(contents(&fresh).await, before);
    forget(&fresh, &user).await;
}

async fn a_missing_database<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    let url = match fresh.url.strip_prefix("sqlite:") {
        Some(_) => "sqlite:not-yet.sqlite".to_owned(),
        None => format!("{}_not_yet", fresh.url),
    };
    for arguments in CHANGING {
        let ran = desk.on(&url, arguments);
        one_line(&ran, 1);
        assert!(ran.stderr.contains("\nhelp: "), "{}", ran.all());
    }
    // Nothing made it.
    one_line(&desk.on(&url, &["status"]), 1);
    assert!(!desk.path("not-yet.sqlite").exists());
}

/// Of the members of this role the private server of PostgreSQL asks for a password.
const BY_PASSWORD: &str = "by_password";

/// A role that may read the tables that are there.
async fn reader<DB: Backend>(fresh: &Fresh<DB>) -> String {
    let (_, database) = fresh.url.rsplit_once('/').unwrap();
    let user = format!("{database}_r");
    let create = if fresh.url.starts_with("postgres") {
        // A server of ours trusts everybody else; another test may make the role at the same moment.
        fresh
            .tell(&format!(
                "DO $$ BEGIN CREATE ROLE {BY_PASSWORD}; \
                 EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            ))
            .await;
        format!("CREATE ROLE {user} LOGIN PASSWORD 'reader' IN ROLE {BY_PASSWORD}")
    } else {
        format!("CREATE USER {user} IDENTIFIED BY 'reader'")
    };
    fresh.tell(&create).await;
    user
}

async fn may_read<DB: Backend>(fresh: &Fresh<DB>, user: &str) {
    let (_, database) = fresh.url.rsplit_once('/').unwrap();
    let grant = if fresh.url.starts_with("postgres") {
        format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}")
    } else {
        format!("GRANT SELECT ON {database}.* TO {user}")
    };
    fresh.tell(&grant).await;
}

async fn forget<DB: Backend>(fresh: &Fresh<DB>, user: &str) {
    if fresh.url.starts_with("postgres") {
        fresh.tell(&format!("DROP OWNED BY {user}")).await;
        fresh.tell(&format!("DROP ROLE {user}")).await;
    } else {
        fresh.tell(&format!("DROP USER {user}")).await;
    }
}

async fn a_read_only_role<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    desk.on(&fresh.url, &["run", "--to", "1"]).fine();
    let user = reader(&fresh).await;
    may_read(&fresh, &user).await;
    let before = contents(&fresh).await;
    let (scheme, rest) = fresh.url.split_once("://").unwrap();
    let (_, place) = rest.rsplit_once('@').unwrap();
    reads_and_never_writes(&desk, &format!("{scheme}://{user}:reader@{place}"));
    assert_eq!(contents(&fresh).await, before);
    forget(&fresh, &user).await;
}

/// The first of two migrations is applied, and this URL may only look at it.
fn reads_and_never_writes(desk: &Desk, url: &str) {
    assert_eq!(desk.on(url, &["version"]).fine().lines(), ["1"]);
    desk.on(url, &["status"]).fine();
    desk.on(url, &["plan"]).fine();
    desk.on(url, &["history"]).fine();
    assert_eq!(desk.on(url, &["validate"]).code, 3);
    for arguments in [
        &["run"][..],
        &["revert", "--yes"],
        &["redo", "--yes"],
        &["baseline", "2"],
        &["skip", "2"],
    ] {
        one_line(&desk.on(url, arguments), 1);
    }
}

async fn a_read_only_replica(fresh: Fresh<Postgres>) {
    let desk = shop();
    desk.on(&fresh.url, &["run", "--to", "1"]).fine();
    let server = env::var("DATABASE_URL_POSTGRES_STANDBY").unwrap();
    let (before, _) = server.rsplit_once('/').unwrap();
    let (_, database) = fresh.url.rsplit_once('/').unwrap();
    let replica = format!("{before}/{database}");
    // It follows.
    while desk.on(&replica, &["version"]).stdout != "1\n" {}
    let before = contents(&fresh).await;
    reads_and_never_writes(&desk, &replica);
    let line = desk.on(&replica, &["run"]).stderr;
    assert!(line.contains("standby"), "{line}");
    assert_eq!(contents(&fresh).await, before);
}

async fn a_read_only_file(fresh: Fresh<sqlx::Sqlite>) {
    let desk = shop();
    desk.on(&fresh.url, &["run", "--to", "1"]).fine();
    let before = contents(&fresh).await;
    reads_and_never_writes(&desk, &fresh.url.replace("mode=rwc", "mode=ro"));
    assert_eq!(contents(&fresh).await, before);
}

async fn a_set_for_other_engines<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    let others = Dialect::ALL.into_iter();
    let others: Vec<Dialect> = others.filter(|dialect| *dialect != DB::DIALECT).collect();
    let words: Vec<&str> = others.iter().map(|dialect| dialect.name()).collect();
    let settings = format!("dialects = {words:?}\n");
    desk.write("migrations/migrations.toml", &settings);
    let set = format!(
        "error: the program has no script for this engine: the set `default` is for {} and {}, and this is {}",
        others[0],
        others[1],
        DB::DIALECT
    );
    let dry = ["run", "--dry-run"];
    for arguments in [&["run"][..], &["plan"], &dry, &["baseline", "2"]] {
        assert_eq!(one_line(&desk.on(&fresh.url, arguments), 7), set);
    }
    // Of a single one it is said what is in the way.
    let line = desk.on(&fresh.url, &["skip", "2"]).stderr;
    let one = format!("migration 0002 orders cannot run on {}: ", DB::DIALECT);
    assert!(line.contains(&one), "{line}");
    assert_eq!(contents(&fresh).await, (vec![], vec![]));
}

async fn a_history_of_a_newer_release<DB: Backend>(fresh: Fresh<DB>) {
    let desk = shop();
    desk.on(&fresh.url, &["run", "--to", "1"]).fine();
    fresh.tell("UPDATE _embed_migrations SET format = 99").await;
    let before = contents(&fresh).await;
    let looking = [
        &["status"][..],
        &["validate"],
        &["plan"],
        &["history"],
        &["version"],
    ];
    for arguments in CHANGING.into_iter().chain(looking) {
        let ran = desk.on(&fresh.url, arguments);
        let line = one_line(&ran, 7);
        assert!(
            line.ends_with("was written in format 99, and this program knows up to 1"),
            "{line}"
        );
    }
    assert_eq!(contents(&fresh).await, before);
}

tests::only_on! {
    postgres sqlx::Postgres:
    an_unknown_verb an_unreachable_server a_wrong_password a_missing_database a_read_only_role a_read_only_replica
    a_set_for_other_engines a_history_of_a_newer_release
}

tests::only_on! {
    mysql sqlx::MySql:
    an_unknown_verb an_unreachable_server a_wrong_password a_missing_database a_read_only_role
    a_set_for_other_engines a_history_of_a_newer_release
}

tests::only_on! {
    sqlite sqlx::Sqlite:
    an_unknown_verb an_unreachable_server a_missing_database a_read_only_file
    a_set_for_other_engines a_history_of_a_newer_release
}
