//! Stage 8: whether a down script undoes its up script, and no up script itself.

mod itself;
#[cfg(test)]
mod tests;

use crate::check::pattern::any;
use crate::check::sentence::{Word, called, first_words};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::directory::{DirectoryMigration, DirectoryScript};
use crate::{Dialect, Direction, Statement};

/// What there is one more of afterwards.
const CREATES: &[&str] = &["CREATE", "ALTER TABLE * ADD"];
/// A routine that is replaced has been there before; the rest is gone with the session.
const CREATES_NOT: &[&str] = &["CREATE OR REPLACE", "CREATE ?GLOBAL|LOCAL TEMP|TEMPORARY"];
/// A table that is built anew, as in SQLite, is built anew on the way back.
const REBUILDS: &[&str] = &["DROP TABLE", "ALTER TABLE * RENAME TO|AS", "RENAME TABLE"];
/// What there is one less of, or what may be that for all that a statement says.
const DROPS: &[&str] = &[
    "DROP|RENAME",
    "ALTER * DROP|RENAME|DETACH",
    "ALTER * SET SCHEMA",
    "SELECT|CALL|DO|EXECUTE",
];
/// What changes neither schema nor rows: to do it again is no mistake.
const HARMLESS: &[&str] = &["SELECT|VALUES|SHOW|SET|PRAGMA|ANALYZE|VACUUM|REINDEX|REFRESH|NOTIFY"];

pub(crate) fn check(migrations: &[DirectoryMigration]) -> Vec<Diagnostic> {
    migrations
        .iter()
        .flat_map(pairs)
        .filter_map(|pair| mistake(&pair))
        .chain(migrations.iter().flat_map(itself::check))
        .collect()
}

/// An up script and its down script, as one dialect reads them.
struct Pair<'a> {
    up: Side<'a>,
    down: Side<'a>,
}

struct Side<'a> {
    script: &'a DirectoryScript,
    dialect: Dialect,
    statements: &'a [Statement],
}

/// Each two scripts that some dialect runs as up and down, once.
fn pairs(migration: &DirectoryMigration) -> Vec<Pair<'_>> {
    let mut pairs: Vec<Pair> = Vec::new();
    for dialect in Dialect::ALL {
        let side = |direction| Side::of(migration, direction, dialect);
        let (Some(up), Some(down)) = (side(Direction::Up), side(Direction::Down)) else {
            continue;
        };
        let is_same = |pair: &&Pair| pair.up.is_as(&up) && pair.down.is_as(&down);
        if pairs.iter().find(is_same).is_none() {
            pairs.push(Pair { up, down });
        }
    }
    pairs
}

impl<'a> Side<'a> {
    fn of(
        migration: &'a DirectoryMigration,
        direction: Direction,
        dialect: Dialect,
    ) -> Option<Self> {
        let serves = |wanted: Option<Dialect>| {
            migration
                .scripts
                .iter()
                .find(|script| script.direction == direction && script.dialect == wanted)
        };
        let script = serves(Some(dialect)).or_else(|| serves(None))?;
        let reading = script
            .readings
            .iter()
            .find(|reading| reading.dialects.contains(&dialect))?;
        let statements = &reading.statements;
        Some(Self {
            script,
            dialect,
            statements,
        })
    }

    fn is_as(&self, other: &Self) -> bool {
        std::ptr::eq(self.script, other.script)
    }

    fn texts(&self) -> impl Iterator<Item = &'a str> {
        let sql = &self.script.sql;
        self.statements.iter().map(|at| &sql[at.start..at.end])
    }

    fn words(&self, statement: &Statement) -> Vec<Word<'a>> {
        first_words(&self.script.sql, self.dialect, statement)
    }

    /// The first statement that is like this.
    fn find(&self, is: impl Fn(&[Word]) -> bool) -> Option<&'a Statement> {
        self.statements.iter().find(|at| is(&self.words(at)))
    }

    fn place(&self, at: &Statement) -> Place {
        self.script.place(at)
    }
}

fn mistake(pair: &Pair) -> Option<Diagnostic> {
    down_is_up(pair).or_else(|| down_drops_nothing(pair))
}

fn down_is_up(Pair { up, down }: &Pair) -> Option<Diagnostic> {
    let is_same = up.texts().eq(down.texts());
    let at = is_same.then(|| down.find(|words| !any(words, HARMLESS)))??;
    let place = down.place(at).label("the same as in the up script");
    Some(
        Diagnostic::new(
            Code::DownIsUp,
            "the down script does what the up script does",
            place,
        )
        .related(up.place(up.find(|words| !any(words, HARMLESS))?))
        .hint("write what undoes it; where nothing does, a down script of one comment says so"),
    )
}

fn down_drops_nothing(Pair { up, down }: &Pair) -> Option<Diagnostic> {
    let created = up.find(|words| any(words, CREATES) && !any(words, CREATES_NOT))?;
    let first = down.statements.first()?;
    let has = |side: &Side, patterns| side.find(|words| any(words, patterns)).is_some();
    if has(down, DROPS) || has(up, REBUILDS) {
        return None;
    }
    let called = called(&up.words(created));
    let undone = match called.strip_prefix("CREATE ") {
        Some(kind) => format!("DROP {kind} …"),
        None => format!("{called} … DROP …"),
    };
    Some(
        Diagnostic::new(
            Code::DownDropsNothing,
            "the up script creates something, and the down script drops nothing",
            down.place(first),
        )
        .related(up.place(created).label("this stays"))
        .hint(format!(
            "add `{undone}`; where it is meant to stay, a down script of one comment says so"
        )),
    )
}
