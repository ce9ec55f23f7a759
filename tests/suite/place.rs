//! Where the history is kept, and what it says.

use embed_migrations::{ErrorKind, Migrator, RowState};
use sqlx::{Postgres, Sqlite};
use std::time::{Duration, SystemTime};
use tests::{Backend, Fresh, on_every_engine, only_on, set};

on_every_engine!(
    the_history_says_who_when_and_how_long
    the_history_table_has_the_name_that_is_wanted
);
only_on!(on_postgres sqlx::Postgres:
    the_history_is_that_of_the_current_schema
    a_schema_that_a_script_created_does_not_begin_a_new_history
    a_schema_of_its_own_is_created
    another_tools_history_counts_in_the_same_schema_alone
);
only_on!(on_sqlite sqlx::Sqlite: a_database_in_memory_stays_with_its_pool);

async fn the_history_says_who_when_and_how_long<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        ("0001_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("0001_a.down.sql", "DROP TABLE a"),
        (
            "0002_b.sql",
            "-- no-transaction\nCREATE TABLE b (n INTEGER); CREATE TABLE c (n INTEGER)",
        ),
    ]);
    let migrator = Migrator::new(set);
    let before = SystemTime::now();
    migrator.run(&db.pool).await.unwrap();
    let history = migrator.history(&db.pool).await.unwrap();
    let [first, second] = &history[..] else {
        panic!("{history:?}");
    };
    assert_eq!(
        (first.key.to_string(), first.name.as_str()),
        ("1".to_owned(), "a")
    );
    assert_eq!(first.state, RowState::Applied);
    assert_eq!(
        first.checksum,
        set.get(1.into())
            .unwrap()
            .up(DB::DIALECT)
            .unwrap()
            .checksum()
    );
    assert_eq!(
        first.down_checksum,
        Some(
            set.get(1.into())
                .unwrap()
                .down(DB::DIALECT)
                .unwrap()
                .checksum()
        )
    );
    assert_eq!(second.down_checksum, None);
    assert_eq!(
        (
            second.journal.total,
            second.journal.done,
            second.journal.sent
        ),
        (2, 2, 2)
    );
    for row in &history {
        let applied_at = row.applied_at.expect("an applied row has a time");
        let minute = Duration::from_mins(1);
        assert!(
            applied_at > before - minute && applied_at < SystemTime::now() + minute,
            "{row:?}"
        );
        assert!(row.execution < minute, "{row:?}");
        let process = format!("process {}", std::process::id());
        assert!(row.applied_by.contains(&process), "{row:?}");
        assert_eq!(row.claim, None);
    }
}

async fn the_history_table_has_the_name_that_is_wanted<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[("1_a.sql", "CREATE TABLE a (n INTEGER)")]);
    let migrator = Migrator::new(set).table("past of \"it\"");
    migrator.run(&db.pool).await.unwrap();
    assert!(migrator.run(&db.pool).await.unwrap().applied().is_empty());
    assert_eq!(db.tables().await, ["a", "past of \"it\""]);
    assert!(!db.has_history().await);
}

async fn the_history_is_that_of_the_current_schema(db: Fresh<Postgres>) {
    let set = set(&[("1_a.sql", "CREATE TABLE a (n INTEGER)")]);
    db.tell("CREATE SCHEMA tenant; CREATE SCHEMA neighbour")
        .await;
    for (path, schema) in [
        ("tenant", None),
        ("neighbour", None),
        ("neighbour,tenant", Some("public")),
    ] {
        let url = format!("{}?options=-c%20search_path%3D{path}", db.url);
        let pool: sqlx::Pool<Postgres> = sqlx::Pool::connect(&url).await.unwrap();
        let migrator = Migrator::new(set);
        let migrator = schema.map_or(migrator.clone(), |schema| migrator.schema(schema));
        if schema.is_none() {
            assert_eq!(
                migrator.run(&pool).await.unwrap().applied().len(),
                1,
                "{path}"
            );
        }
        assert!(
            Migrator::new(set)
                .run(&pool)
                .await
                .unwrap()
                .applied()
                .is_empty()
        );
    }
}

/// `"$user", public` is the default search path, and a script may create the schema of the user.
async fn a_schema_that_a_script_created_does_not_begin_a_new_history(db: Fresh<Postgres>) {
    let set = set(&[
        ("1_a.sql", "CREATE TABLE public.a (n INTEGER)"),
        ("2_b.sql", "CREATE SCHEMA later"),
        ("3_c.sql", "INSERT INTO public.a VALUES (1)"),
    ]);
    let url = format!("{}?options=-c%20search_path%3Dlater,public", db.url);
    let pool: sqlx::Pool<Postgres> = sqlx::Pool::connect(&url).await.unwrap();
    Migrator::new(set).run(&pool).await.unwrap();
    let error = Migrator::new(set).run(&pool).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the schema `later` has no history, and `public` in the same search path has one"
    );
    assert!(
        Migrator::new(set)
            .schema("public")
            .run(&pool)
            .await
            .unwrap()
            .applied()
            .is_empty()
    );
    assert_eq!(db.ask_one("SELECT count(*)::text FROM public.a").await, "1");
}

async fn a_schema_of_its_own_is_created(db: Fresh<Postgres>) {
    let set = set(&[("1_a.sql", "CREATE TABLE a (n INTEGER)")]);
    let migrator = Migrator::new(set).schema("ops");
    migrator.run(&db.pool).await.unwrap();
    assert!(migrator.run(&db.pool).await.unwrap().applied().is_empty());
    assert_eq!(
        db.ask_one("SELECT version FROM ops._embed_migrations")
            .await,
        "1"
    );
}

async fn a_database_in_memory_stays_with_its_pool(_: Fresh<Sqlite>) {
    let set = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("2_b.sql", "-- no-transaction\nCREATE TABLE b (n INTEGER)"),
    ]);
    let shared: sqlx::Pool<Sqlite> = sqlx::Pool::connect("sqlite::memory:").await.unwrap();
    Migrator::new(set).run(&shared).await.unwrap();
    assert_eq!(
        Sqlite::ask(&shared, "SELECT count(*) || '' FROM b")
            .await
            .concat(),
        ["0"]
    );

    let private = || sqlx::sqlite::SqliteConnectOptions::new().in_memory(true);
    let one = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
    let one = one.connect_with(private()).await.unwrap();
    Migrator::new(set).run(&one).await.unwrap();
    assert_eq!(
        Sqlite::ask(&one, "SELECT count(*) || '' FROM b")
            .await
            .concat(),
        ["0"]
    );

    let broken = tests::set(&[("3_c.sql", "INSERT INTO nowhere VALUES (1)")]);
    Migrator::new(broken)
        .table("other")
        .run(&one)
        .await
        .unwrap_err();
    assert_eq!(
        Sqlite::ask(&one, "SELECT count(*) || '' FROM b")
            .await
            .concat(),
        ["0"]
    );

    let many = sqlx::sqlite::SqlitePoolOptions::new().max_connections(2);
    let many = many.connect_with(private()).await.unwrap();
    let error = Migrator::new(set).run(&many).await.unwrap_err();
    assert_eq!(error.kind(), embed_migrations::ErrorKind::Configuration);
}

async fn another_tools_history_counts_in_the_same_schema_alone(db: Fresh<Postgres>) {
    db.tell("CREATE TABLE _sqlx_migrations (version BIGINT)")
        .await;
    db.tell("INSERT INTO _sqlx_migrations VALUES (1)").await;
    let files = [("1_a.sql", "SELECT 1")];
    let here = Migrator::new(set(&files));
    for named in [here.clone(), here.schema("public")] {
        let error = named.plan(&db.pool).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignHistory);
    }
    let elsewhere = Migrator::new(set(&files)).schema("ops");
    let report = elsewhere.run(&db.pool).await.unwrap();
    assert_eq!(
        (report.applied().len(), report.warnings().len()),
        (1, 0),
        "{report}"
    );
}
