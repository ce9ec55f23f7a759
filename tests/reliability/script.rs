//! Scripts that count themselves: each statement leaves something of which there must be one.

use embed_migrations::{Dialect, MigrationSet};
use tempfile::TempDir;
use tests::{Backend, Fresh, files, set::set_of};

/// What kind of script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In a transaction with its row. Where DDL cannot be rolled back it has none.
    Transactional,
    /// Indexes, on PostgreSQL concurrently.
    Concurrently,
    /// Three statements of which two change the schema, without a transaction.
    Statements,
    /// Three rows without a transaction.
    Inserts,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [
        Self::Transactional,
        Self::Concurrently,
        Self::Statements,
        Self::Inserts,
    ];

    /// What it is called in a table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Transactional => "transactional",
            Self::Concurrently => "`CONCURRENTLY`",
            Self::Statements => "three statements without a transaction",
            Self::Inserts => "plain `INSERT`s without a transaction",
        }
    }
}

/// One statement, and what takes it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// A row of `log`.
    Row(u8),
    /// A table.
    Table(&'static str),
    /// An index on `log`.
    Index(&'static str),
}

/// A migration of several statements, behind one that makes the table `log`.
#[derive(Debug)]
pub(crate) struct Script {
    effects: Vec<Effect>,
    dialect: Dialect,
    /// The directory, for other processes.
    pub(crate) directory: TempDir,
    /// The same, for this one.
    pub(crate) set: &'static MigrationSet,
}

impl Script {
    /// The script of a kind.
    pub(crate) fn new(kind: Kind, dialect: Dialect) -> Self {
        let rolls_back = dialect != Dialect::MySql;
        let effects = match kind {
            Kind::Transactional if rolls_back => {
                vec![Effect::Table("a"), Effect::Row(1), Effect::Row(2)]
            }
            Kind::Transactional | Kind::Inserts => {
                vec![Effect::Row(1), Effect::Row(2), Effect::Row(3)]
            }
            Kind::Concurrently => vec![Effect::Index("i"), Effect::Row(1), Effect::Index("j")],
            Kind::Statements => vec![Effect::Table("a"), Effect::Row(1), Effect::Table("b")],
        };
        Self::of(effects, dialect, kind != Kind::Transactional)
    }

    fn of(effects: Vec<Effect>, dialect: Dialect, has_no_transaction: bool) -> Self {
        let head = if has_no_transaction {
            "-- no-transaction\n"
        } else {
            ""
        };
        let up: String = effects.iter().map(|effect| effect.up(dialect)).collect();
        let down: String = effects
            .iter()
            .rev()
            .map(|effect| effect.down(dialect))
            .collect();
        let directory = files(&[
            ("1_log.up.sql", "CREATE TABLE log (n INTEGER);\n"),
            ("1_log.down.sql", "DROP TABLE log;\n"),
            ("2_work.up.sql", &format!("{head}{up}")),
            ("2_work.down.sql", &format!("{head}{down}")),
        ]);
        let set = set_of(directory.path());
        Self {
            effects,
            dialect,
            directory,
            set,
        }
    }

    /// How many statements it has.
    pub(crate) fn len(&self) -> usize {
        self.effects.len()
    }

    /// How often each statement has left its trace.
    pub(crate) async fn counts<DB: Backend>(&self, db: &Fresh<DB>) -> Vec<usize> {
        let mut counts = Vec::new();
        for effect in &self.effects {
            counts.push(self.count(db, *effect).await);
        }
        counts
    }

    /// The same where even the table that is counted in may be missing.
    pub(crate) async fn counts_or_none<DB: Backend>(&self, db: &Fresh<DB>) -> Vec<usize> {
        if self.has_log(db).await {
            self.counts(db).await
        } else {
            vec![0; self.len()]
        }
    }

    /// Whether the migration before it has run.
    pub(crate) async fn has_log<DB: Backend>(&self, db: &Fresh<DB>) -> bool {
        self.count(db, Effect::Table("log")).await == 1
    }

    /// Whether a statement of the script, or of the one that takes it back, has run: what a person would look up. Clears
    /// away what a dead one has left half done.
    pub(crate) async fn has_run<DB: Backend>(
        &self,
        db: &Fresh<DB>,
        index: usize,
        down: bool,
    ) -> bool {
        let effect = if down {
            self.effects[self.len() - 1 - index]
        } else {
            self.effects[index]
        };
        let is_there = self.count(db, effect).await > 0;
        if let (Effect::Index(name), Dialect::Postgres, false, false) =
            (effect, self.dialect, is_there, down)
        {
            db.tell(&format!("DROP INDEX IF EXISTS {name}")).await;
        }
        is_there != down
    }

    async fn count<DB: Backend>(&self, db: &Fresh<DB>, effect: Effect) -> usize {
        let sql = effect.count(self.dialect);
        db.ask_one(&sql).await.trim().parse().unwrap()
    }
}

impl Effect {
    fn up(self, dialect: Dialect) -> String {
        match self {
            Self::Row(n) => format!("INSERT INTO log VALUES ({n});\n"),
            Self::Table(name) => format!("CREATE TABLE {name} (n INTEGER);\n"),
            Self::Index(name) if dialect == Dialect::Postgres => {
                format!("CREATE INDEX CONCURRENTLY {name} ON log (n);\n")
            }
            Self::Index(name) => format!("CREATE INDEX {name} ON log (n);\n"),
        }
    }

    fn down(self, dialect: Dialect) -> String {
        match self {
            Self::Row(n) => format!("DELETE FROM log WHERE n = {n};\n"),
            Self::Table(name) => format!("DROP TABLE {name};\n"),
            Self::Index(name) if dialect == Dialect::MySql => {
                format!("DROP INDEX {name} ON log;\n")
            }
            Self::Index(name) => format!("DROP INDEX {name};\n"),
        }
    }

    fn count(self, dialect: Dialect) -> String {
        let one = "CAST(count(*) AS CHAR(9))";
        match (self, dialect) {
            (Self::Row(n), _) => format!("SELECT {one} FROM log WHERE n = {n}"),
            (Self::Table(name), Dialect::Postgres) => format!(
                "SELECT {one} FROM pg_class WHERE relkind = 'r' AND relname = '{name}' \
                 AND relnamespace = current_schema()::regnamespace"
            ),
            (Self::Table(name), Dialect::MySql) => format!(
                "SELECT {one} FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '{name}'"
            ),
            (Self::Index(name), Dialect::Postgres) => format!(
                "SELECT {one} FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                 WHERE c.relname = '{name}' AND i.indisvalid"
            ),
            (Self::Index(name), Dialect::MySql) => format!(
                "SELECT {one} FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name = '{name}'"
            ),
            (Self::Table(name) | Self::Index(name), Dialect::Sqlite) => {
                format!("SELECT {one} FROM sqlite_master WHERE name = '{name}'")
            }
        }
    }
}
