//! Emptying a file of SQLite.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::{quoted, said};
use crate::database::DatabaseUrl;

/// Views first, because a trigger may stand on one; virtual tables before others, because they take their own with them.
const CONTENTS: &str = "SELECT type, name FROM sqlite_master
WHERE type IN ('view', 'table') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY type = 'table', sql NOT LIKE 'CREATE VIRTUAL TABLE%'";

/// Drops all that is in the file, in one transaction. The file itself stays: who has it open would go on with one that has no
/// name any more, and what they wrote to its log would be taken for a part of the new one.
pub(super) async fn empty(url: &DatabaseUrl, timeout: Duration) -> Result<(), String> {
    let options: SqliteConnectOptions = url.secret().parse().map_err(|_| "a bad URL".to_owned())?;
    let options = options
        .create_if_missing(true)
        .foreign_keys(false)
        .busy_timeout(timeout);
    let mut file = options.connect().await.map_err(said)?;
    tell(&mut file, "BEGIN IMMEDIATE").await?;
    // A virtual table's own tables are gone with it.
    while let Some((kind, name)) = sqlx::query_as::<_, (String, String)>(CONTENTS)
        .fetch_optional(&mut file)
        .await
        .map_err(said)?
    {
        let name = quoted(&name, '"');
        tell(&mut file, &format!("DROP {kind} {name}")).await?;
    }
    tell(&mut file, "PRAGMA user_version = 0").await?;
    tell(&mut file, "PRAGMA application_id = 0").await?;
    tell(&mut file, "COMMIT").await?;
    // Only the size is at stake: somebody who reads stands in its way, and it is empty all the same.
    let _ = tell(&mut file, "VACUUM").await;
    file.close().await.map_err(said)
}

async fn tell(file: &mut SqliteConnection, sql: &str) -> Result<(), String> {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql));
    sql.execute(file).await.map(drop).map_err(said)
}
