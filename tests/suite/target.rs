//! Targets: how far a run goes.

use embed_migrations::{Migrator, Target, Version};
use tests::{Backend, Fresh, on_every_engine, set};

on_every_engine!(
    a_target_is_the_end
    steps_are_counted
    an_unknown_target_names_the_nearest
);

async fn a_target_is_the_end<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("2_b.sql", "CREATE TABLE b (n INTEGER)"),
        ("3_c.sql", "CREATE TABLE c (n INTEGER)"),
    ]);
    let to_two = Migrator::new(set).target(Target::Version(2.into()));
    assert_eq!(to_two.run(&db.pool).await.unwrap().applied().len(), 2);
    assert_eq!(to_two.run(&db.pool).await.unwrap().applied().len(), 0);
    assert_eq!(
        to_two.version(&db.pool).await.unwrap(),
        Some(Version::from(2))
    );
    let status = Migrator::new(set).status(&db.pool).await.unwrap();
    assert_eq!(
        status.to_string(),
        "1  a  applied\n2  b  applied\n3  c  pending"
    );
    assert_eq!(
        Migrator::new(set)
            .run(&db.pool)
            .await
            .unwrap()
            .applied()
            .len(),
        1
    );
}

async fn steps_are_counted<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("2_b.sql", "CREATE TABLE b (n INTEGER)"),
        ("3_c.sql", "CREATE TABLE c (n INTEGER)"),
    ]);
    let by_two = Migrator::new(set).target(Target::Steps(2));
    assert_eq!(by_two.run(&db.pool).await.unwrap().applied().len(), 2);
    assert_eq!(by_two.run(&db.pool).await.unwrap().applied().len(), 1);
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}

async fn an_unknown_target_names_the_nearest<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("5_b.sql", "CREATE TABLE b (n INTEGER)"),
    ]);
    let error = Migrator::new(set)
        .target(Target::Version(3.into()))
        .run(&db.pool)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "no migration has the version 3; the nearest are 1 and 5"
    );
    assert!(db.tables().await.is_empty());
}
