//! Order: by number, and never into the past unnoticed.

use embed_migrations::{DifferenceKind, Migrator, Policies, Policy, State};
use tests::{Backend, Fresh, on_every_engine, set};

on_every_engine!(
    numbers_order_and_not_letters
    what_comes_late_is_refused_and_policy_lets_it_in
    what_came_late_and_is_half_done_is_gone_on_with
);

async fn numbers_order_and_not_letters<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        ("0_zero.sql", "CREATE TABLE a (n INTEGER)"),
        ("9_nine.sql", "INSERT INTO a VALUES (9)"),
        ("010_ten.sql", "UPDATE a SET n = n * 10"),
        ("20240101120000_time.sql", "UPDATE a SET n = n + 1"),
    ]);
    Migrator::new(set).run(&db.pool).await.unwrap();
    assert_eq!(db.ask_one("SELECT CAST(n AS CHAR(2)) FROM a").await, "91");
}

async fn what_comes_late_is_refused_and_policy_lets_it_in<DB: Backend>(db: Fresh<DB>) {
    let first = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("3_c.sql", "CREATE TABLE c (n INTEGER)"),
    ]);
    Migrator::new(first).run(&db.pool).await.unwrap();
    let late = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("2_b.sql", "CREATE TABLE b (n INTEGER)"),
        ("3_c.sql", "CREATE TABLE c (n INTEGER)"),
        ("4_d.sql", "CREATE TABLE d (n INTEGER)"),
    ]);
    let status = Migrator::new(late).status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::OutOfOrder).count(), 1);
    let error = Migrator::new(late).run(&db.pool).await.unwrap_err();
    assert_eq!(error.differences()[0].kind(), DifferenceKind::OutOfOrder);
    assert_eq!(
        error.to_string(),
        "the database's history does not fit this program: \
         migration 2 b is older than what is applied already: migrations/2_b.sql"
    );
    assert_eq!(
        db.tables().await,
        ["a", "c"],
        "nothing runs where something is refused"
    );

    let policies = Policies::default().out_of_order(Policy::Warn);
    let report = Migrator::new(late)
        .policies(policies)
        .run(&db.pool)
        .await
        .unwrap();
    assert_eq!(report.applied().len(), 2);
    assert_eq!(report.warnings().len(), 1);
    assert_eq!(db.tables().await, ["a", "b", "c", "d"]);
}

/// Who has let it in once is not asked again in the middle of it.
async fn what_came_late_and_is_half_done_is_gone_on_with<DB: Backend>(db: Fresh<DB>) {
    let with = |second: &str| {
        let late = format!("-- no-transaction\nCREATE TABLE b (n INTEGER);\n{second};\n");
        set(&[
            ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
            ("2_b.sql", &late),
            ("3_c.sql", "CREATE TABLE c (n INTEGER)"),
        ])
    };
    let early = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("3_c.sql", "CREATE TABLE c (n INTEGER)"),
    ]);
    Migrator::new(early).run(&db.pool).await.unwrap();
    let policies = Policies::default().out_of_order(Policy::Allow);
    let broken = Migrator::new(with("INSERT INTO nowhere VALUES (1)")).policies(policies);
    assert!(broken.run(&db.pool).await.unwrap_err().is_statement());
    let report = Migrator::new(with("CREATE TABLE d (n INTEGER)"))
        .run(&db.pool)
        .await
        .unwrap();
    assert_eq!(report.applied()[0].statements(), 1);
    assert_eq!(db.tables().await, ["a", "b", "c", "d"]);
}
