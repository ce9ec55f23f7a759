//! Several sets in one database: none knows of the rows of another.

use embed_migrations::{ErrorKind, Key, MigrationSet, Migrator, Repair, Target};
use tests::{Backend, Fresh, named, on_every_engine, reversible, set};

use crate::sets::{both, own, queue, told};

on_every_engine!(
    a_set_never_hears_of_the_rows_of_another
    two_sets_of_one_name_are_refused
    two_sets_with_different_tables_are_refused_unless_one_is_named
    only_one_of_them_is_looked_after
    what_is_recorded_or_mended_is_of_the_last_set
    each_set_has_its_own_repeatables
);

async fn a_set_never_hears_of_the_rows_of_another<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(named("queue", &["jobs", "tries", "more"]))
        .run(&db.pool)
        .await
        .unwrap();
    let migrator = Migrator::new(reversible(&["a"]));
    let report = migrator.run(&db.pool).await.unwrap();
    assert_eq!((report.applied().len(), report.applied_before()), (1, 0));
    assert!(report.warnings().is_empty());
    assert_eq!(migrator.history(&db.pool).await.unwrap().len(), 1);
    assert_eq!(migrator.status(&db.pool).await.unwrap().migrations.len(), 1);
    let validation = migrator.validate(&db.pool).await.unwrap();
    assert_eq!((validation.is_valid(), validation.expected), (true, 1));
    let everything = Migrator::new(reversible(&["a"])).target(Target::Steps(9));
    assert_eq!(
        everything.revert(&db.pool).await.unwrap().reverted().len(),
        1
    );
    assert_eq!(db.tables().await, ["jobs", "more", "tries"]);
}

async fn two_sets_of_one_name_are_refused<DB: Backend>(db: Fresh<DB>) {
    let twice = Migrator::for_sets([own(), queue(), own()]);
    let error = twice.run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(error.to_string(), "two sets are called `default`");
    assert!(twice.status(&db.pool).await.is_err());
    assert!(!db.has_history().await);
}

async fn two_sets_with_different_tables_are_refused_unless_one_is_named<DB: Backend>(
    db: Fresh<DB>,
) {
    let other = set(&[
        (
            "migrations.toml",
            "name = \"queue\"\ntable = \"queue_history\"\n",
        ),
        ("1_jobs.sql", "CREATE TABLE jobs (n INTEGER)"),
    ]);
    let both = Migrator::for_sets([other, own()]);
    let error = both.run(&db.pool).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the sets have different history tables, `queue_history` and `_embed_migrations`"
    );
    assert_eq!(
        both.table("_embed_migrations")
            .run(&db.pool)
            .await
            .unwrap()
            .applied()
            .len(),
        3
    );
    assert_eq!(db.tables().await, ["a", "b", "jobs"]);
}

async fn only_one_of_them_is_looked_after<DB: Backend>(db: Fresh<DB>) {
    let error = both().only("shop").unwrap_err();
    assert_eq!(error.to_string(), "no set is called `shop`");
    assert_eq!(error.hints(), ["there are: queue, default"]);
    let queue = both().only("queue").unwrap();
    assert_eq!(
        told(queue.run(&db.pool).await.unwrap().steps()),
        ["queue 1", "queue 2"]
    );
    assert_eq!(queue.status(&db.pool).await.unwrap().migrations.len(), 2);
    assert_eq!(
        queue.revert_to(&db.pool, 1).await.unwrap().reverted().len(),
        1
    );
    assert_eq!(db.tables().await, ["jobs"]);
}

async fn what_is_recorded_or_mended_is_of_the_last_set<DB: Backend>(db: Fresh<DB>) {
    assert_eq!(
        told(both().baseline(&db.pool, 1).await.unwrap().recorded()),
        ["default 1"]
    );
    assert_eq!(
        told(both().skip(&db.pool, 2).await.unwrap().recorded()),
        ["default 2"]
    );
    both().run(&db.pool).await.unwrap();
    assert_eq!(db.tables().await, ["jobs", "tries"]);
    let forget = [Repair::Forget(Key::from(1))];
    let shop = Migrator::for_sets([queue(), called(reversible(&["a"]), "shop")]);
    assert_eq!(
        shop.repair(&db.pool, &forget).await.unwrap_err().kind(),
        ErrorKind::Refused
    );
    assert_eq!(db.rows().await.len(), 4);
}

fn called(set: &MigrationSet, name: &'static str) -> &'static MigrationSet {
    Box::leak(Box::new(MigrationSet { name, ..*set }))
}

async fn each_set_has_its_own_repeatables<DB: Backend>(db: Fresh<DB>) {
    let with = |name: &'static str, note: &str| {
        let log = format!("CREATE TABLE {name}_log (n INTEGER);");
        called(set(&[("V1__log.sql", &log), ("R__note.sql", note)]), name)
    };
    let queue = with("queue", "INSERT INTO queue_log VALUES (1);");
    let first = Migrator::for_sets([queue, with("shop", "INSERT INTO shop_log VALUES (1);")]);
    let report = first.run(&db.pool).await.unwrap();
    assert_eq!(
        told(report.steps()),
        ["queue 1", "queue R__note", "shop 1", "shop R__note"]
    );
    let edited = Migrator::for_sets([queue, with("shop", "INSERT INTO shop_log VALUES (2);")]);
    assert_eq!(
        told(edited.run(&db.pool).await.unwrap().steps()),
        ["shop R__note"]
    );
    assert_eq!(
        db.ask("SELECT CAST(n AS CHAR(1)) FROM queue_log")
            .await
            .len(),
        1
    );
    assert_eq!(
        db.ask("SELECT CAST(n AS CHAR(1)) FROM shop_log")
            .await
            .len(),
        2
    );
}
