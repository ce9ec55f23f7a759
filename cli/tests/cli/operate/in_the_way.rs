//! A lock in the way of a statement, as a shell sees it.

use serde_json::Value;
use tests::{Backend, Fresh, only_on};

use crate::desk::Desk;

only_on!(on_postgres sqlx::Postgres: whoever_has_the_lock_is_named);
only_on!(on_mysql sqlx::MySql: whoever_has_the_lock_is_named);

async fn whoever_has_the_lock_is_named<DB: Backend>(fresh: Fresh<DB>) {
    fresh.tell("CREATE TABLE a (n INTEGER)").await;
    let mut reader = fresh.connection().await;
    DB::say(&mut reader, "BEGIN").await.unwrap();
    DB::say(&mut reader, "SELECT n FROM a").await.unwrap();
    let desk = Desk::new(&[(
        "migrations/1_m.sql",
        "ALTER TABLE a ADD COLUMN m INTEGER;\n",
    )]);
    let hasty = ["run", "--lock-timeout", "1", "--lock-patience", "1"];
    let ran = desk.on(&fresh.url, &hasty);
    assert_eq!(ran.code, 5, "{}", ran.all());
    assert!(ran.stderr.contains("in the way: "), "{}", ran.all());
    assert!(
        ran.stderr.contains("with `--lock-patience`"),
        "{}",
        ran.all()
    );
    assert!(
        ran.stderr.contains("--> migrations/1_m.sql:1:1"),
        "{}",
        ran.all()
    );
    assert!(
        ran.stderr.contains("waiting for a lock that 1 m needs: "),
        "{}",
        ran.all()
    );
    assert!(!ran.stderr.contains("another process"), "{}", ran.all());
    assert!(!ran.stderr.contains("at line"), "{}", ran.all());
    let ran = desk.on(&fresh.url, &[&hasty[..], &["--json"]].concat());
    let events: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let blocked = events.iter().find(|event| event["event"] == "blocked");
    let blocked = blocked.unwrap_or_else(|| panic!("{}", ran.all()));
    let whom = [&blocked["set"], &blocked["version"], &blocked["name"]];
    assert_eq!(whom, ["default", "1", "m"]);
    assert!(blocked["waited_ms"].is_number(), "{blocked}");
    assert!(!blocked["by"].as_array().unwrap().is_empty(), "{blocked}");
    assert!(events.iter().all(|event| event["event"] != "waiting"));
    DB::say(&mut reader, "ROLLBACK").await.unwrap();
    desk.on(&fresh.url, &hasty).fine();
}
