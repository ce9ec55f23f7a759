//! [`History`]: what another tool has written down, and which of our migrations that means.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha384};

use crate::{Dialect, Key, Member, Migration, Script, Version};

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

    /// The condition of a row whose migration is applied.
    pub const fn succeeded(self) -> &'static str {
        match self {
            Self::Sqlx | Self::Flyway => "success",
            Self::Goose => "is_applied",
            Self::GolangMigrate => "NOT dirty",
            _ => "1 = 1",
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

    /// What the tool calls a migration of ours.
    fn calls(self, migration: Migration, script: &Script) -> Option<String> {
        let file = || script.path().rsplit('/').next();
        match self {
            Self::SqlMigrate => file().map(str::to_owned),
            Self::NodePgMigrate => file()?.strip_suffix(".sql").map(str::to_owned),
            Self::Hammerwork => Some(format!("{}_{}", migration.label(), migration.name())),
            Self::Diesel => Some(migration.label().replace('-', "")),
            _ => migration.version().map(|version| version.to_string()),
        }
    }

    /// The same from the tool's own row.
    fn calls_row(self, row: &ForeignRow) -> String {
        match self {
            Self::SqlMigrate | Self::NodePgMigrate | Self::Hammerwork | Self::Diesel => {
                row.migration.clone()
            }
            _ => match row.migration.parse::<Version>() {
                Ok(version) => version.to_string(),
                Err(_) => row.migration.clone(),
            },
        }
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A row of another tool's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignRow {
    /// Which migration it is about, in the tool's words.
    pub migration: String,
    /// Whether that is applied.
    pub succeeded: bool,
    /// The SHA-384 of its file, hexadecimal, where the tool has that.
    pub checksum: Option<String>,
}

/// What another tool's history means for a set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Adoption {
    /// What is applied.
    pub applied: Vec<Key>,
    /// What is applied and not in the set, in the tool's words.
    pub unknown: Vec<String>,
    /// What the tool says has failed, in its words.
    pub failed: Vec<String>,
    /// The files of what is applied whose text is not the one that the tool applied.
    pub modified: Vec<&'static str>,
}

/// Reads another tool's history, its rows in their order.
pub fn adopt(member: &Member, dialect: Dialect, history: History, rows: &[ForeignRow]) -> Adoption {
    let mut adoption = Adoption::default();
    // goose begins its table with a version that no migration has.
    let is_beginning = |row: &&ForeignRow| history == History::Goose && row.migration == "0";
    let mut last: BTreeMap<String, &ForeignRow> = BTreeMap::new();
    for row in rows.iter().filter(|row| !is_beginning(row)) {
        last.insert(history.calls_row(row), row);
    }
    // goose writes down what was reverted; the others what failed.
    let (mut applied, rest): (BTreeMap<_, _>, BTreeMap<_, _>) =
        last.into_iter().partition(|(_, row)| row.succeeded);
    if history != History::Goose {
        adoption.failed.extend(rest.into_keys());
    }
    let versions = applied
        .keys()
        .filter_map(|name| name.parse::<Version>().ok());
    let newest = versions.max();
    for migration in member.of(dialect).migrations() {
        let (Some(version), Some(script)) = (migration.version(), migration.up(dialect)) else {
            continue;
        };
        let row = history
            .calls(migration, script)
            .and_then(|name| applied.remove(&name));
        let is_below = history == History::GolangMigrate && Some(version) <= newest;
        if row.is_none() && !is_below {
            continue;
        }
        adoption.applied.push(migration.key());
        let recorded = row.and_then(|row| row.checksum.as_deref());
        if recorded.is_some_and(|recorded| !recorded.eq_ignore_ascii_case(&sha384(script.sql()))) {
            adoption.modified.push(script.path());
        }
    }
    adoption.unknown.extend(applied.into_keys());
    adoption
}

fn sha384(text: &str) -> String {
    let digest = Sha384::digest(text.as_bytes());
    let digits: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Directory, Options};

    fn member(files: &[&str]) -> Member {
        let directory = tempfile::tempdir().unwrap();
        for file in files {
            let path = directory.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "SELECT 1;").unwrap();
        }
        let read = Directory::read(directory.path(), "migrations", &Options::default());
        Member::new(Box::leak(Box::new(read.unwrap().leak())))
    }

    fn row(migration: &str) -> ForeignRow {
        ForeignRow {
            migration: migration.to_owned(),
            succeeded: true,
            checksum: None,
        }
    }

    fn adopted(
        files: &[&str],
        history: History,
        rows: &[ForeignRow],
    ) -> (Vec<String>, Vec<String>) {
        let adoption = adopt(&member(files), Dialect::Postgres, history, rows);
        let applied = adoption.applied.iter().map(Key::to_string).collect();
        (applied, adoption.unknown)
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn each_tool_names_a_migration_in_its_own_way() {
        let plain = &["0001_a.sql", "0002_b.sql"][..];
        let dashed = &["2024-03-13-170000_a/up.sql", "2024-03-14-170000_b/up.sql"][..];
        for (history, files, first, key) in [
            (History::Sqlx, plain, "1", "1"),
            (History::Refinery, &["V1__a.sql", "V2__b.sql"], "1", "1"),
            (History::Flyway, &["V1.2__a.sql", "V2__b.sql"], "1.2", "1.2"),
            (History::Goose, plain, "1", "1"),
            (History::Dbmate, plain, "0001", "1"),
            (History::SqlMigrate, plain, "0001_a.sql", "1"),
            (History::NodePgMigrate, plain, "0001_a", "1"),
            (History::Hammerwork, plain, "0001_a", "1"),
            (History::Chronis, plain, "1", "1"),
            (History::Diesel, dashed, "20240313170000", "20240313170000"),
        ] {
            let expected = (words(&[key]), words(&[]));
            assert_eq!(
                adopted(files, history, &[row(first)]),
                expected,
                "{history}"
            );
            let (_, unknown) = adopted(files, history, &[row("99999")]);
            assert_eq!(unknown, ["99999"], "{history}");
        }
    }

    #[test]
    fn one_row_of_golang_migrate_stands_for_all_below() {
        let files = ["1_a.up.sql", "2_b.up.sql", "3_c.up.sql"];
        let adopted = adopted(&files, History::GolangMigrate, &[row("2")]);
        assert_eq!(adopted, (words(&["1", "2"]), words(&[])));
    }

    #[test]
    fn the_last_row_of_goose_counts() {
        let reverted = ForeignRow {
            succeeded: false,
            ..row("2")
        };
        let rows = [row("0"), row("1"), row("2"), reverted];
        let adopted = adopted(&["1_a.sql", "2_b.sql"], History::Goose, &rows);
        assert_eq!(adopted, (words(&["1"]), words(&[])));
    }

    #[test]
    fn a_failed_row_and_another_text_are_told() {
        let failed = ForeignRow {
            succeeded: false,
            ..row("1")
        };
        let edited = ForeignRow {
            checksum: Some("00".to_owned()),
            ..row("2")
        };
        let same = ForeignRow {
            checksum: Some(sha384("SELECT 1;").to_uppercase()),
            ..row("3")
        };
        let member = member(&["1_a.sql", "2_b.sql", "3_c.sql"]);
        let rows = [failed, edited, same];
        let adoption = adopt(&member, Dialect::Sqlite, History::Sqlx, &rows);
        assert_eq!(adoption.failed, ["1"]);
        assert_eq!(adoption.modified, ["migrations/2_b.sql"]);
        assert_eq!(adoption.applied, [Key::from(2), Key::from(3)]);
    }
}
