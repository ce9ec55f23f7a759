//! The histories of other tools: [`History`], which can be taken over, and the tables of all that are known.

use std::fmt;

/// The history of another tool, in the table that it has by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum History {
    /// `_sqlx_migrations`.
    Sqlx,
    /// `__diesel_schema_migrations`.
    Diesel,
    /// `refinery_schema_history`.
    Refinery,
    /// `flyway_schema_history`.
    Flyway,
    /// `goose_db_version`.
    Goose,
    /// `schema_migrations`, one row: the newest version.
    GolangMigrate,
    /// `schema_migrations`, a row for each version.
    Dbmate,
    /// `gorp_migrations`.
    SqlMigrate,
    /// `pgmigrations`.
    NodePgMigrate,
    /// `hammerwork_migrations`.
    Hammerwork,
    /// `chronis_migration_history`.
    Chronis,
}

impl History {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Sqlx,
        Self::Diesel,
        Self::Refinery,
        Self::Flyway,
        Self::Goose,
        Self::GolangMigrate,
        Self::Dbmate,
        Self::SqlMigrate,
        Self::NodePgMigrate,
        Self::Hammerwork,
        Self::Chronis,
    ];

    /// The name of the tool, as a command line writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlx => "sqlx",
            Self::Diesel => "diesel",
            Self::Refinery => "refinery",
            Self::Flyway => "flyway",
            Self::Goose => "goose",
            Self::GolangMigrate => "golang-migrate",
            Self::Dbmate => "dbmate",
            Self::SqlMigrate => "sql-migrate",
            Self::NodePgMigrate => "node-pg-migrate",
            Self::Hammerwork => "hammerwork",
            Self::Chronis => "chronis",
        }
    }

    /// The history of the tool with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|history| history.name() == name)
    }

    /// The table that it is in by default.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Sqlx => "_sqlx_migrations",
            Self::Diesel => "__diesel_schema_migrations",
            Self::Refinery => "refinery_schema_history",
            Self::Flyway => "flyway_schema_history",
            Self::Goose => "goose_db_version",
            Self::GolangMigrate | Self::Dbmate => "schema_migrations",
            Self::SqlMigrate => "gorp_migrations",
            Self::NodePgMigrate => "pgmigrations",
            Self::Hammerwork => "hammerwork_migrations",
            Self::Chronis => "chronis_migration_history",
        }
    }

    /// The column that says which migration a row is about.
    pub const fn column(self) -> &'static str {
        match self {
            Self::Goose => "version_id",
            Self::SqlMigrate => "id",
            Self::NodePgMigrate => "name",
            Self::Hammerwork => "migration_id",
            _ => "version",
        }
    }

    /// The expression that says of a row what became of its migration, in the words of [`ForeignState`](crate::ForeignState).
    /// goose writes a row at each reversion; Flyway at an undo, and where `repair` has found that the file is gone.
    pub const fn state(self) -> &'static str {
        match self {
            Self::Sqlx => "CASE WHEN success THEN 'applied' ELSE 'failed' END",
            // What `repair` writes when it deletes keeps the `success` of the row that it is about.
            Self::Flyway => {
                "CASE WHEN type = 'DELETE' THEN 'taken back' WHEN NOT success THEN 'failed' \
                 WHEN type LIKE 'UNDO%' THEN 'taken back' WHEN type LIKE '%BASELINE' THEN 'baseline' ELSE 'applied' END"
            }
            Self::Goose => "CASE WHEN is_applied THEN 'applied' ELSE 'taken back' END",
            Self::GolangMigrate => "CASE WHEN dirty THEN 'failed' ELSE 'applied' END",
            _ => "'applied'",
        }
    }

    /// The column with the SHA-384 of the file, where there is one.
    pub const fn checksum(self) -> Option<&'static str> {
        match self {
            Self::Sqlx => Some("checksum"),
            _ => None,
        }
    }

    /// The column that orders rows about one migration, of which the last counts.
    pub const fn order(self) -> &'static str {
        match self {
            Self::Goose => "id",
            Self::Flyway => "installed_rank",
            other => other.column(),
        }
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The history of another tool that a database has where it has none of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    /// Its table.
    pub table: &'static str,
    /// The tool.
    pub tool: &'static str,
}

/// The history tables of other tools by the names that they have by default, each with its tool.
///
/// ```
/// use embed_migrations_core::FOREIGN_HISTORIES;
///
/// assert!(FOREIGN_HISTORIES.contains(&("_sqlx_migrations", "sqlx")));
/// ```
pub const FOREIGN_HISTORIES: &[(&str, &str)] = &[
    ("_sqlx_migrations", "sqlx"),
    ("__diesel_schema_migrations", "diesel"),
    ("refinery_schema_history", "refinery"),
    ("flyway_schema_history", "Flyway"),
    ("goose_db_version", "goose"),
    ("gorp_migrations", "sql-migrate"),
    ("pgmigrations", "node-pg-migrate"),
    ("seaql_migrations", "SeaORM"),
    ("schema_migrations", "dbmate, golang-migrate or Rails"),
    ("hammerwork_migrations", "Hammerwork"),
    ("chronis_migration_history", "Chronis"),
    ("databasechangelog", "Liquibase"),
    // On MySQL, where the case of a table's name counts.
    ("DATABASECHANGELOG", "Liquibase"),
    ("alembic_version", "Alembic"),
    ("django_migrations", "Django"),
    ("_yoyo_migration", "yoyo"),
    ("_prisma_migrations", "Prisma"),
    ("knex_migrations", "Knex"),
    ("kysely_migration", "Kysely"),
    ("__drizzle_migrations", "Drizzle"),
    ("mikro_orm_migrations", "MikroORM"),
    ("SequelizeMeta", "Sequelize"),
    ("atlas_schema_revisions", "Atlas"),
    ("bun_migrations", "Bun"),
    ("__EFMigrationsHistory", "Entity Framework Core"),
    ("doctrine_migration_versions", "Doctrine"),
    ("phinxlog", "Phinx"),
];

/// The tool whose history a table of this name is.
pub(crate) fn tool_of(table: &str) -> Option<&'static str> {
    FOREIGN_HISTORIES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(table))
        .map(|(_, tool)| *tool)
}
