//! How often a run speaks with the server, counted and not timed.

use embed_migrations::{Database, Dialect, MigrationSet, Migrator};
use sqlx::{Connection, MySql, Postgres};
use tests::proxy::Proxy;
use tests::{Backend, Fresh, only_on, set};

only_on!(on_postgres sqlx::Postgres:
    nothing_pending_is_one_round_trip_on_postgres
    each_pending_script_is_one_round_trip
);
only_on!(on_mysql sqlx::MySql: nothing_pending_is_one_round_trip_on_mysql);

fn tables(count: usize) -> &'static MigrationSet {
    let files: Vec<(String, String)> = (1..=count)
        .map(|n| {
            (
                format!("{n}_t.sql"),
                format!("CREATE TABLE t{n} (n INTEGER); INSERT INTO t{n} VALUES (1)"),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, sql)| (name.as_str(), sql.as_str()))
        .collect();
    set(&files)
}

async fn nothing_pending_is_one_round_trip_on_postgres(db: Fresh<Postgres>) {
    nothing_pending_is_one_round_trip(&db).await;
}

async fn nothing_pending_is_one_round_trip_on_mysql(db: Fresh<MySql>) {
    nothing_pending_is_one_round_trip(&db).await;
}

async fn nothing_pending_is_one_round_trip<DB: Backend>(db: &Fresh<DB>)
where
    for<'a> &'a mut DB::Connection: Database<'a>,
{
    let set = tables(10);
    Migrator::new(set).run(&db.pool).await.unwrap();
    let (proxy, url) = Proxy::before(&db.url).await;
    let mut connection = DB::Connection::connect(&url).await.unwrap();
    proxy.forget();
    Migrator::new(set).run(&mut connection).await.unwrap();
    assert_eq!(proxy.round_trips(), 1);
    // To look needs no more.
    let plan = Migrator::new(set).plan(&mut connection).await.unwrap();
    assert_eq!((plan.steps.len(), proxy.round_trips()), (0, 2));
    let validation = Migrator::new(set).validate(&mut connection).await.unwrap();
    assert_eq!((validation.is_valid(), proxy.round_trips()), (true, 3));
    let said = proxy.said().to_uppercase();
    for word in [
        "CREATE",
        "LOCK TABLE",
        "ADVISORY",
        "GET_LOCK",
        "FOR UPDATE",
        "BEGIN",
        "START TRANSACTION",
    ] {
        assert!(!said.contains(word), "{said}");
    }
    // From a pool, too, an idle connection is not asked first whether it lives.
    let pool: sqlx::Pool<DB> = sqlx::Pool::connect(&url).await.unwrap();
    proxy.forget();
    Migrator::new(set).run(&pool).await.unwrap();
    assert_eq!(
        proxy.said().matches("_embed_migrations").count(),
        expected_names::<DB>()
    );
}

/// How often the one read names the table.
fn expected_names<DB: Backend>() -> usize {
    match DB::DIALECT {
        Dialect::Postgres => 2,
        Dialect::MySql | Dialect::Sqlite => 1,
    }
}

async fn each_pending_script_is_one_round_trip(db: Fresh<Postgres>) {
    let (proxy, url) = Proxy::before(&db.url).await;
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    Migrator::new(tables(1)).run(&mut connection).await.unwrap();
    let mut trips = Vec::new();
    for count in [5, 15] {
        proxy.forget();
        let report = Migrator::new(tables(count))
            .run(&mut connection)
            .await
            .unwrap();
        trips.push((report.applied().len(), proxy.round_trips()));
    }
    // One read, one look at the server, one each, and one to leave the session as it was.
    assert_eq!(trips, [(4, 7), (10, 13)]);
}
