//! An up script that drops the table it creates: most likely it holds its down half too, behind a marker that is none.

use crate::check::pattern::{any, begins, rest};
use crate::check::sentence::{Word, first_words};
use crate::diagnostic::{ALLOW_WHERE_APPLIED, Code, Diagnostic};
use crate::directory::{DirectoryMigration, DirectoryScript};
use crate::{Direction, Reading, Statement};

const CREATES: &str = "CREATE ?OR ?REPLACE ?UNLOGGED|FOREIGN|VIRTUAL TABLE ?IF ?NOT ?EXISTS";
/// mysqldump creates a table where a view is to be, drops it, and creates the view.
const CREATES_VIEW: &str = "CREATE * VIEW";
const DROPS: &str = "DROP ?FOREIGN TABLE|TABLES ?IF ?EXISTS";
const RENAMES: &[&str] = &["ALTER * RENAME", "RENAME TABLE"];
/// A table whose rows are put elsewhere is there for the meantime.
const READS: &[&str] = &["CREATE * TABLE", "INSERT|REPLACE|UPDATE|MERGE|WITH|SELECT"];

pub(super) fn check(migration: &DirectoryMigration) -> Vec<Diagnostic> {
    migration
        .scripts
        .iter()
        .filter(|script| script.direction == Direction::Up)
        .filter_map(mistake)
        .collect()
}

/// It is one if any dialect reads it so: no dialect has a use for it.
fn mistake(script: &DirectoryScript) -> Option<Diagnostic> {
    let Table {
        name,
        created,
        dropped,
    } = script
        .readings
        .iter()
        .find_map(|reading| undone(&script.sql, reading))?;
    let message = format!(
        "the up script drops the table `{}` that it creates",
        name.table
    );
    Some(
        Diagnostic::new(Code::UndoesItself, message, script.place(&dropped?))
            .related(script.place(&created).label("created here"))
            .hint(
                "if a comment above it was meant to begin the down half, write that marker as its tool wants it: \
                 `-- migrate:down`, `-- +goose Down`",
            )
            .hint("if the table is only there for the meantime, make it `TEMPORARY`")
            .hint(ALLOW_WHERE_APPLIED),
    )
}

/// A table that the script creates.
struct Table {
    name: Name,
    created: Statement,
    dropped: Option<Statement>,
}

/// The first table that is created and dropped for no use in between.
fn undone(sql: &str, reading: &Reading) -> Option<Table> {
    let is_drop = |at: &Statement| {
        let word = sql[at.start..at.end].get(.."DROP".len());
        word.is_some_and(|word| word.eq_ignore_ascii_case("DROP"))
    };
    let dialect = *reading.dialects.first()?;
    if !reading.statements.iter().any(is_drop) {
        return None;
    }
    let mut tables: Vec<Table> = Vec::new();
    for &at in &reading.statements {
        let words = first_words(sql, dialect, &at);
        let mut forget = |is: &dyn Fn(&Name) -> bool| tables.retain(|table| !is(&table.name));
        if any(&words, RENAMES) {
            forget(&|name| name.is_among(&words));
        } else if any(&words, READS) {
            forget(&|name| name.is_read(&words));
        }
        if let Some(name) = made(&words) {
            forget(&|other| other.is(&name));
            if begins(&words, CREATES) {
                tables.push(Table {
                    name,
                    created: at,
                    dropped: None,
                });
            }
        }
        for name in dropped(&words) {
            let table = tables.iter_mut().find(|table| table.name.is(&name));
            if let Some(table) = table {
                table.dropped.get_or_insert(at);
            }
        }
    }
    tables.into_iter().find(|table| table.dropped.is_some())
}

/// The table or view that a statement creates.
fn made(words: &[Word]) -> Option<Name> {
    let behind = rest(words, CREATES).or_else(|| rest(words, CREATES_VIEW))?;
    Name::first(behind).map(|(name, _)| name)
}

/// The tables that a statement drops.
fn dropped(words: &[Word]) -> Vec<Name> {
    let mut names = Vec::new();
    let mut behind = rest(words, DROPS);
    while let Some((name, others)) = behind.and_then(Name::first) {
        names.push(name);
        behind = rest(others, ",");
    }
    names
}

/// The name of a table without quotes, in lower case.
#[derive(PartialEq, Eq)]
struct Name {
    schema: Option<String>,
    table: String,
}

impl Name {
    /// The name that words begin with, and what is behind it.
    fn first<'a, 'b>(words: &'a [Word<'b>]) -> Option<(Self, &'a [Word<'b>])> {
        let (mut table, mut behind) = part(words)?;
        let mut schema = None;
        while let Some((next, others)) = rest(behind, ".").and_then(part) {
            schema = Some(std::mem::replace(&mut table, next));
            behind = others;
        }
        Some((Self { schema, table }, behind))
    }

    /// Whether both may be one table: a schema counts where both have one.
    fn is(&self, other: &Self) -> bool {
        let is_schema = match (&self.schema, &other.schema) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        is_schema && self.table == other.table
    }

    fn is_among(&self, words: &[Word]) -> bool {
        (0..words.len()).any(|at| self.is_next(&words[at..]))
    }

    fn is_read(&self, words: &[Word]) -> bool {
        (0..words.len())
            .filter_map(|at| rest(&words[at..], "FROM|JOIN|USING|,"))
            .any(|behind| self.is_next(behind))
    }

    fn is_next(&self, words: &[Word]) -> bool {
        Self::first(words).is_some_and(|(name, _)| name.is(self))
    }
}

fn part<'a, 'b>(words: &'a [Word<'b>]) -> Option<(String, &'a [Word<'b>])> {
    let (word, behind) = words.split_first()?;
    let name = word.name().or_else(|| word.quoted('"'))?;
    Some((name.to_lowercase(), behind))
}
