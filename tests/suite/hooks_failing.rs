//! Hooks that fail: what they stop, and what is rolled back with them.

use embed_migrations::{
    BoxError, ErrorKind, Hooks, MigrationSet, Migrator, Plan, Report, Step, Target,
};
use tests::{Backend, Fresh, on_every_engine, reversible, set};

on_every_engine!(
    a_veto_runs_nothing_and_leaves_no_row
    an_error_after_the_run_leaves_what_was_done
    what_a_hook_writes_is_rolled_back_with_its_migration
    an_error_before_a_migration_leaves_nothing_of_it
    an_error_after_a_migration_rolls_it_back
    an_error_before_a_script_without_a_transaction_leaves_it_undone
    an_error_after_a_script_without_a_transaction_is_gone_on_with
    hooks_for_another_engine_are_passed_over
);

fn no<DB: Backend>(place: &str) -> Hooks<DB::Connection> {
    async fn no<C, A>(_: &mut C, _: &A) -> Result<(), BoxError> {
        Err("no".into())
    }
    match place {
        "before_run" => Hooks::new().before_run(no::<DB::Connection, Plan>),
        "after_run" => Hooks::new().after_run(no::<DB::Connection, Report>),
        "before_each" => Hooks::new().before_each(no::<DB::Connection, Step>),
        _ => Hooks::new().after_each(no::<DB::Connection, Step>),
    }
}

async fn a_veto_runs_nothing_and_leaves_no_row<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(reversible(&["a"])).hooks(no::<DB>("before_run"));
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rust);
    assert_eq!(
        error.to_string(),
        "a hook failed before the run, and nothing was run"
    );
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "no");
    assert_eq!(error.report().unwrap().pending(), 1);
    assert_eq!(
        (db.tables().await, db.rows().await),
        (Vec::new(), Vec::new())
    );
}

async fn an_error_after_the_run_leaves_what_was_done<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(reversible(&["a"])).hooks(no::<DB>("after_run"));
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(error.to_string(), "a hook failed after the run");
    assert_eq!(error.report().unwrap().applied().len(), 1);
    assert_eq!(db.rows().await, ["1 applied up run"]);
    assert!(migrator.run(&db.pool).await.unwrap().steps().is_empty());
}

/// A table to write to, and a script of rows behind it, which every engine rolls back.
fn with_log(second: &str) -> &'static MigrationSet {
    set(&[
        ("1_log.sql", "CREATE TABLE log (n INTEGER)"),
        ("2_rows.sql", second),
    ])
}

async fn with_log_table<DB: Backend>(db: &Fresh<DB>) {
    let first = Migrator::new(with_log("SELECT 1")).target(Target::Steps(1));
    first.run(&db.pool).await.unwrap();
}

async fn log_rows<DB: Backend>(db: &Fresh<DB>) -> Vec<String> {
    db.ask("SELECT CAST(n AS CHAR(1)) FROM log ORDER BY n")
        .await
        .concat()
}

fn writing<DB: Backend>() -> Hooks<DB::Connection> {
    Hooks::new()
        .before_each(async |connection: &mut DB::Connection, _: &Step| {
            DB::say(connection, "INSERT INTO log VALUES (7)").await?;
            Ok::<(), BoxError>(())
        })
        .after_each(async |connection: &mut DB::Connection, _: &Step| {
            DB::say(connection, "INSERT INTO log VALUES (9)").await?;
            Ok::<(), BoxError>(())
        })
}

async fn what_a_hook_writes_is_rolled_back_with_its_migration<DB: Backend>(db: Fresh<DB>) {
    with_log_table(&db).await;
    let broken = with_log("INSERT INTO log VALUES (8); INSERT INTO nowhere VALUES (1)");
    let error = Migrator::new(broken)
        .hooks(writing::<DB>())
        .run(&db.pool)
        .await
        .unwrap_err();
    assert_eq!(
        error.failed_statement().unwrap().sql(),
        "INSERT INTO nowhere VALUES (1)"
    );
    assert_eq!(log_rows(&db).await, [""; 0]);
    assert_eq!(db.rows().await.len(), 1);
    let good = Migrator::new(with_log("INSERT INTO log VALUES (8)")).hooks(writing::<DB>());
    good.run(&db.pool).await.unwrap();
    assert_eq!(log_rows(&db).await, ["7", "8", "9"]);
}

async fn an_error_before_a_migration_leaves_nothing_of_it<DB: Backend>(db: Fresh<DB>) {
    with_log_table(&db).await;
    let set = with_log("INSERT INTO log VALUES (8)");
    let migrator = Migrator::new(set)
        .hooks(writing::<DB>())
        .hooks(no::<DB>("before_each"));
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(error.to_string(), "a hook failed before migration 2 rows");
    assert_eq!(log_rows(&db).await, [""; 0]);
    assert_eq!(db.rows().await.len(), 1);
    Migrator::new(set).run(&db.pool).await.unwrap();
    assert_eq!(log_rows(&db).await, ["8"]);
}

async fn an_error_after_a_migration_rolls_it_back<DB: Backend>(db: Fresh<DB>) {
    with_log_table(&db).await;
    let set = with_log("INSERT INTO log VALUES (8)");
    let migrator = Migrator::new(set)
        .hooks(writing::<DB>())
        .hooks(no::<DB>("after_each"));
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(error.to_string(), "a hook failed after migration 2 rows");
    assert_eq!(log_rows(&db).await, [""; 0]);
    assert_eq!(db.rows().await.len(), 1);
}

const STATEMENTS: &str =
    "-- no-transaction\nINSERT INTO log VALUES (1);\nINSERT INTO log VALUES (2);\n";

async fn an_error_before_a_script_without_a_transaction_leaves_it_undone<DB: Backend>(
    db: Fresh<DB>,
) {
    with_log_table(&db).await;
    let set = with_log(STATEMENTS);
    let migrator = Migrator::new(set).hooks(no::<DB>("before_each"));
    assert_eq!(
        migrator.run(&db.pool).await.unwrap_err().kind(),
        ErrorKind::Rust
    );
    assert_eq!(db.rows().await[1], "2 failed up run");
    assert_eq!(log_rows(&db).await, [""; 0]);
    assert_eq!(
        Migrator::new(set).run(&db.pool).await.unwrap().applied()[0].statements(),
        2
    );
    assert_eq!(log_rows(&db).await, ["1", "2"]);
}

async fn an_error_after_a_script_without_a_transaction_is_gone_on_with<DB: Backend>(db: Fresh<DB>) {
    with_log_table(&db).await;
    let set = with_log(STATEMENTS);
    let migrator = Migrator::new(set).hooks(no::<DB>("after_each"));
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(error.to_string(), "a hook failed after migration 2 rows");
    assert_eq!(db.rows().await[1], "2 failed up run");
    let row = &migrator.history(&db.pool).await.unwrap()[1];
    assert_eq!(
        (row.journal.done, row.journal.sent, row.journal.total),
        (2, 2, 2)
    );
    // The statements are done; what failed is called again.
    let report = Migrator::new(set)
        .hooks(writing::<DB>())
        .run(&db.pool)
        .await
        .unwrap();
    assert_eq!(report.applied()[0].statements(), 0);
    assert_eq!(log_rows(&db).await, ["1", "2", "7", "9"]);
    assert_eq!(db.rows().await[1], "2 applied up run");
}

async fn hooks_for_another_engine_are_passed_over<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(reversible(&["a"]));
    let migrator = if DB::DIALECT == embed_migrations::Dialect::Sqlite {
        migrator.hooks(no::<sqlx::Postgres>("before_run"))
    } else {
        migrator.hooks(no::<sqlx::Sqlite>("before_run"))
    };
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 1);
}
