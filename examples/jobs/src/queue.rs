//! The queue: a job is put into it and another one taken out, in the SQL of an engine.

/// How an engine writes it.
pub(crate) struct Sql {
    /// Takes a payload and answers the id of its job.
    pub(crate) enqueue: &'static str,
    /// Answers id and payload of the most urgent job that is due, if there is one.
    pub(crate) claim: &'static str,
}

/// Brings the schema up to date, enqueues a job, and claims one. A macro, because each engine has types of its own for a pool
/// and what goes through it: `serve!(PgPool, url, SQL)`.
macro_rules! serve {
    ($pool:ty, $url:expr, $sql:expr) => {{
        // With `MIGRATE=wait` the database need not be there yet.
        let pool = <$pool>::connect_lazy($url)?;
        let report = Migrator::from_env(&MIGRATIONS)?.run(&pool).await?;
        println!("{report}");

        let payload = r#"{"task": "send_email"}"#;
        let enqueue = sqlx::query_scalar($sql.enqueue).bind(payload);
        let id: String = enqueue.fetch_one(&pool).await?;
        println!("enqueued {id}");
        let claim = sqlx::query_as($sql.claim);
        let claimed: Option<(String, String)> = claim.fetch_optional(&pool).await?;
        if let Some((id, payload)) = claimed {
            println!("claimed  {id}: {payload}");
        }
    }};
}

pub(crate) use serve;
