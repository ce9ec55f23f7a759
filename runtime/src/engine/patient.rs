//! Statements outside of any transaction that may be sent once more: a cluster answers any of them, even one that only reads,
//! with the deadlock that another node's commit has made of it, and SQLite locks readers out for a while.

use super::sealed::Primitives;
use super::{Cells, Changed, Meaning, Stopped};

/// How often.
const TRIES: usize = 12;

/// Runs a text, again while the server is busy.
pub(crate) async fn run<C: Primitives>(connection: &mut C, sql: &str) -> Result<Changed, Stopped> {
    for _ in 1..TRIES {
        match connection.run(sql.to_owned()).await {
            Err(stopped) if stopped.meaning::<C>() == Meaning::Busy => {}
            answer => return answer,
        }
    }
    connection.run(sql.to_owned()).await
}

/// Asks, again while the server is busy.
pub(crate) async fn query<C: Primitives>(
    connection: &mut C,
    sql: &str,
) -> Result<Vec<Cells>, Stopped> {
    for _ in 1..TRIES {
        match connection.query(sql.to_owned()).await {
            Err(stopped) if stopped.meaning::<C>() == Meaning::Busy => {}
            answer => return answer,
        }
    }
    connection.query(sql.to_owned()).await
}
