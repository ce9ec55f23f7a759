//! The history tables of other tools.

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
