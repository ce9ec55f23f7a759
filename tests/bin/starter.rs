//! One of many processes that start at the same moment: reads a directory, connects, says `ready`, waits for a line, runs
//! the migrations, and says how many it applied.

#![allow(clippy::print_stdout, reason = "its parent reads what it says")]

use std::error::Error;
use std::io::BufRead;
use std::path::Path;

use embed_migrations::{Dialect, Engine, Migrator};
use sqlx::pool::PoolOptions;
use sqlx::{Connection, Database, MySql, Postgres, Sqlite};
use tests::set::set_of;

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("expected a URL")?;
    let directory = arguments.next().ok_or("expected a directory")?;
    match Dialect::from_name(url.split(':').next().unwrap_or_default()) {
        Some(Dialect::Postgres) => start::<Postgres>(&url, &directory).await,
        Some(Dialect::MySql) => start::<MySql>(&url, &directory).await,
        Some(Dialect::Sqlite) => start::<Sqlite>(&url, &directory).await,
        None => Err(format!("no engine for {url}").into()),
    }
}

async fn start<DB: Database>(url: &str, directory: &str) -> Result<(), Box<dyn Error>>
where
    DB::Connection: Engine + Connection<Database = DB>,
{
    let set = set_of(Path::new(directory));
    let options = PoolOptions::<DB>::new().max_connections(2);
    let pool = options.connect(url).await?;
    println!("ready");
    std::io::stdin().lock().read_line(&mut String::new())?;
    let report = Migrator::new(set).run(&pool).await?;
    println!("{}", report.applied().len());
    Ok(())
}
