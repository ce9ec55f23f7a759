//! Where the history table is, and its definition.

use embed_migrations_core::Dialect;

use super::dialect::{columns_of, quoted};

/// The name of a history table, and its schema where that is not left to the connection.
#[derive(Debug, Clone)]
pub struct Table {
    name: String,
    schema: Option<String>,
}

impl Table {
    pub(crate) fn new(name: impl Into<String>, schema: Option<String>) -> Self {
        Self {
            name: name.into(),
            schema,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// The same table, its schema as the connection resolved it.
    pub(crate) fn resolved(&self, schema: Option<&str>) -> Self {
        Self {
            name: self.name.clone(),
            schema: self.schema.clone().or_else(|| schema.map(str::to_owned)),
        }
    }

    /// The name in a statement.
    pub(crate) fn sql(&self, dialect: Dialect) -> String {
        let name = quoted(dialect, &self.name);
        match &self.schema {
            Some(schema) => format!("{}.{name}", quoted(dialect, schema)),
            None => name,
        }
    }

    /// The name for people.
    pub(crate) fn shown(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.clone(),
        }
    }

    /// The statement that creates the table where there is none.
    pub(crate) fn create(&self, dialect: Dialect) -> String {
        let types = columns_of(dialect);
        let table = self.sql(dialect);
        let key = types.key;
        let (text, long) = (types.text, types.long);
        let number = types.number;
        let time = types.time;
        let options = types.options;
        format!(
            "CREATE TABLE IF NOT EXISTS {table} (\n\
             set_name {key} NOT NULL,\n\
             version {key} NOT NULL,\n\
             name {text} NOT NULL,\n\
             kind {key} NOT NULL,\n\
             direction {key} NOT NULL,\n\
             state {key} NOT NULL,\n\
             via {key} NOT NULL,\n\
             checksum {key} NOT NULL,\n\
             down_checksum {key},\n\
             statements_total {number} NOT NULL,\n\
             statements_done {number} NOT NULL,\n\
             statements_sent {number} NOT NULL,\n\
             done_checksum {key},\n\
             statement_before {key},\n\
             resume_at {long},\n\
             claim {key},\n\
             claimed_until {time},\n\
             claim_session {text},\n\
             started_at {time} NOT NULL,\n\
             applied_at {time},\n\
             execution_ms {number} NOT NULL,\n\
             applied_by {text} NOT NULL,\n\
             format {number} NOT NULL,\n\
             PRIMARY KEY (set_name, version)\n\
             ){options}"
        )
    }
}
