//! One of many processes that start at the same moment: reads a directory, connects, says `ready`, waits for a line, runs
//! the migrations, and says how many it applied, or `failed` and why.
//!
//! The third argument is what it does: `run`, `hooks` (a run that has a word before and after each migration), `revert`, or
//! `sqlx`: the same directory by `sqlx::migrate!`'s own migrator, for comparison.

#![allow(clippy::print_stdout, reason = "its parent reads what it says")]

use std::error::Error;
use std::io::BufRead;
use std::path::Path;

use embed_migrations::{Dialect, Engine, Hooks, Migrator, Step};
use sqlx::migrate::Migrate;
use sqlx::pool::PoolOptions;
use sqlx::{Connection, Database, MySql, Pool, Postgres, Sqlite};
use tests::set::set_of;

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("expected a URL")?;
    let directory = arguments.next().ok_or("expected a directory")?;
    let verb = arguments.next().unwrap_or("run".to_owned());
    match Dialect::from_name(url.split(':').next().unwrap_or_default()) {
        Some(Dialect::Postgres) => start::<Postgres>(&url, &directory, &verb).await,
        Some(Dialect::MySql) => start::<MySql>(&url, &directory, &verb).await,
        Some(Dialect::Sqlite) => start::<Sqlite>(&url, &directory, &verb).await,
        None => Err(format!("no engine for {url}").into()),
    }
}

async fn start<DB: Database>(url: &str, directory: &str, verb: &str) -> Result<(), Box<dyn Error>>
where
    DB::Connection: Engine + Migrate + Connection<Database = DB>,
{
    let directory = Path::new(directory);
    let options = PoolOptions::<DB>::new().max_connections(2);
    let pool = options.connect(url).await?;
    if verb == "sqlx" {
        return by_sqlx(&pool, directory).await;
    }
    let mut migrator = Migrator::new(set_of(directory));
    if verb == "hooks" {
        let hooks = Hooks::<DB::Connection>::new()
            .before_each(async |_: &mut DB::Connection, _: &Step| Ok(()))
            .after_each(async |_: &mut DB::Connection, _: &Step| Ok(()));
        migrator = migrator.hooks(hooks);
    }
    wait_for_the_word()?;
    let done = match verb {
        "run" | "hooks" => migrator.run(&pool).await,
        "revert" => migrator.revert(&pool).await,
        other => return Err(format!("no verb `{other}`").into()),
    };
    match done {
        Ok(report) => {
            println!("{}", report.applied().len() + report.reverted().len());
            Ok(())
        }
        Err(error) => {
            println!("failed {:?}", error.kind());
            Err(error.into())
        }
    }
}

async fn by_sqlx<DB: Database>(pool: &Pool<DB>, directory: &Path) -> Result<(), Box<dyn Error>>
where
    DB::Connection: Migrate + Connection<Database = DB>,
{
    let migrator = sqlx::migrate::Migrator::new(directory).await?;
    wait_for_the_word()?;
    let mut connection = pool.acquire().await?;
    if let Err(error) = migrator.run_direct(None, &mut *connection, false).await {
        println!("failed sqlx");
        return Err(error.into());
    }
    println!("0");
    Ok(())
}

fn wait_for_the_word() -> std::io::Result<usize> {
    println!("ready");
    std::io::stdin().lock().read_line(&mut String::new())
}
