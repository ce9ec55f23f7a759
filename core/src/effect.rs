//! What one statement does, as far as its words tell: what rolls it back, and what it leaves in the catalogue.

use crate::again::says_it_all;
use crate::check::pattern::{any, begins, rest};
use crate::check::sentence::{Word, first_words, words_of};
use crate::check::{ends_or_begins_transaction, is_refused_in_transaction};
use crate::lex::TokenKind;
use crate::{Dialect, Statement};

#[cfg(test)]
mod tests;

/// What a statement leaves in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// This is there afterwards, and was not before.
    Creates(Object),
    /// This is gone afterwards, and was there before.
    Drops(Object),
    /// Running it once more comes to the same.
    Same,
}

/// Something that the catalogue knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What kind of thing it is.
    pub kind: ObjectKind,
    /// The schema that the statement names: that of the table, for an index.
    pub schema: Option<String>,
    /// The name of the table or view; for an index and a column, of its table, where the statement names it.
    pub table: Option<String>,
    /// Its own name.
    pub name: String,
}

/// A kind of thing in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// A table.
    Table,
    /// A view, a materialized one too.
    View,
    /// An index.
    Index,
    /// A column of a table.
    Column,
}

/// Whether the effect of a statement and a row of a table are one transaction, if one is put around them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollsBack {
    /// Everywhere: it reads and writes rows.
    Everywhere,
    /// Where the engine rolls its DDL back.
    WithDdl,
    /// It runs by itself, or nobody knows.
    Nowhere,
}

const ROWS: &[&str] = &["INSERT|UPDATE|DELETE|REPLACE|MERGE|SELECT|WITH|VALUES|TABLE"];
const DDL: &[&str] = &["CREATE|ALTER|DROP|TRUNCATE|COMMENT|GRANT|REVOKE|REFRESH|ANALYZE"];
/// DDL that PostgreSQL, or some of its releases, runs by itself only (manual, SQL Commands).
const BY_ITSELF: &[&str] = &["CREATE|ALTER|DROP DATABASE|SUBSCRIPTION|TABLESPACE|SYSTEM"];
/// What may begin a transaction and leave it open, or end one, as far as can be seen.
const OF_TRANSACTIONS: &[&str] = &["SAVEPOINT|RELEASE"];
/// MySQL: what does neither, besides rows and DDL. In all else, a procedure or a block, may be anything.
const OF_NO_TRANSACTION: &[&str] = &[
    "SET|USE|DO|SHOW|DESCRIBE|DESC|EXPLAIN|CHECK|CHECKSUM|OPTIMIZE|REPAIR|FLUSH|RENAME|PREPARE|DEALLOCATE|LOAD|KILL|RESET|HELP",
    "INSTALL|UNINSTALL|SIGNAL|CACHE|PURGE|(",
];

/// What rolls each statement of a script back; `None` for a script that looks after transactions itself, or may.
pub fn rolls_back(sql: &str, statements: &[Statement], dialect: Dialect) -> Option<Vec<RollsBack>> {
    let each = statements.iter().map(|statement| {
        let words = first_words(sql, dialect, statement);
        let is_of_transactions = ends_or_begins_transaction(&words)
            || any(&words, OF_TRANSACTIONS)
            || dialect == Dialect::MySql && may_be_of_transactions(&words);
        (!is_of_transactions).then(|| {
            let by_itself = dialect == Dialect::Postgres && any(&words, BY_ITSELF);
            if by_itself || is_refused_in_transaction(&words, dialect) {
                RollsBack::Nowhere
            } else if any(&words, ROWS) {
                RollsBack::Everywhere
            } else if any(&words, DDL) {
                RollsBack::WithDdl
            } else {
                RollsBack::Nowhere
            }
        })
    });
    each.collect()
}

fn may_be_of_transactions(words: &[Word<'_>]) -> bool {
    let is_known = [ROWS, DDL, OF_NO_TRANSACTION]
        .iter()
        .any(|known| any(words, known));
    any(words, WITH_A_STATEMENT) || !words.is_empty() && !is_known
}

/// Whether a statement may fail when it has done something that stays done: it has statements or objects of its own.
pub fn may_stay_half_done(sql: &str, dialect: Dialect) -> bool {
    let words = words_of(sql, dialect);
    match dialect {
        Dialect::Postgres => any(&words, &["CALL|DO|VACUUM|REINDEX"]),
        Dialect::MySql => {
            let drops_several = any(&words, &["DROP TABLE|VIEW * ,", "RENAME TABLE * ,"]);
            may_be_of_transactions(&words) || drops_several
        }
        Dialect::Sqlite => false,
    }
}

/// Whether a statement builds an index beside the work of others: one that fails leaves an index that is never used
/// (PostgreSQL manual, CREATE INDEX, "Building Indexes Concurrently").
pub fn builds_concurrently(sql: &str, dialect: Dialect) -> bool {
    is_concurrent(&words_of(sql, dialect), dialect)
}

fn is_concurrent(words: &[Word<'_>], dialect: Dialect) -> bool {
    dialect == Dialect::Postgres && begins(words, "CREATE ?UNIQUE INDEX CONCURRENTLY")
}

/// It changes how data are kept, and none of them.
const UPKEEP: &[&str] = &["VACUUM|ANALYZE|CLUSTER|REINDEX|CHECKPOINT|OPTIMIZE"];
const OF_THE_SESSION: &[&str] = &["SET|RESET|USE|BEGIN", "START TRANSACTION"];
/// MariaDB: what looks like the one above and has other statements in it.
const WITH_A_STATEMENT: &[&str] = &["SET STATEMENT", "BEGIN NOT ATOMIC"];

/// What a statement leaves in the catalogue; `None` where its words do not tell.
pub fn effect(sql: &str, dialect: Dialect) -> Option<Effect> {
    effect_of(&words_of(sql, dialect), dialect)
}

/// The same of its words.
pub(crate) fn effect_of(words: &[Word<'_>], dialect: Dialect) -> Option<Effect> {
    let behind = |pattern: &str| rest(words, pattern);
    // It is gone with its session.
    let of_the_session =
        any(words, OF_THE_SESSION) && !any(words, WITH_A_STATEMENT) && says_it_all(words);
    if of_the_session || any(words, UPKEEP) && !begins(words, "* CONCURRENTLY") {
        return Some(Effect::Same);
    }
    if let Some(words) = behind("CREATE ?UNLOGGED TABLE") {
        // A table and the rows that it is filled with are not one step everywhere.
        let is_filled = begins(words, "* AS|SELECT") && dialect == Dialect::MySql;
        return created(ObjectKind::Table, words, dialect).filter(|_| !is_filled);
    }
    if behind("CREATE OR REPLACE ?MATERIALIZED VIEW").is_some() {
        return Some(Effect::Same);
    }
    if let Some(words) = behind("CREATE ?MATERIALIZED VIEW") {
        return created(ObjectKind::View, words, dialect);
    }
    if let Some(behind) = behind("CREATE ?UNIQUE INDEX ?CONCURRENTLY") {
        return index_created(behind, dialect, is_concurrent(words, dialect));
    }
    for (pattern, kind) in [
        ("DROP TABLE", ObjectKind::Table),
        ("DROP ?MATERIALIZED VIEW", ObjectKind::View),
        ("DROP INDEX ?CONCURRENTLY", ObjectKind::Index),
    ] {
        if let Some(words) = behind(pattern) {
            return dropped(kind, words, dialect);
        }
    }
    let words = behind("ALTER TABLE ?ONLY")?;
    column_changed(words, dialect)
}

fn created(kind: ObjectKind, words: &[Word<'_>], dialect: Dialect) -> Option<Effect> {
    if begins(words, "IF NOT EXISTS") {
        return Some(Effect::Same);
    }
    let (schema, name, _) = qualified(words, dialect)?;
    Some(Effect::Creates(Object {
        kind,
        schema,
        table: None,
        name,
    }))
}

fn index_created(words: &[Word<'_>], dialect: Dialect, is_concurrent: bool) -> Option<Effect> {
    let words = match rest(words, "IF NOT EXISTS") {
        // An index that is there may be one that was never finished.
        Some(words) if is_concurrent => words,
        Some(_) => return Some(Effect::Same),
        None => words,
    };
    let (own_schema, name, behind) = qualified(words, dialect)?;
    let (schema, table, _) = qualified(rest(behind, "ON ?ONLY")?, dialect)?;
    Some(Effect::Creates(Object {
        kind: ObjectKind::Index,
        schema: schema.or(own_schema),
        table: Some(table),
        name,
    }))
}

fn dropped(kind: ObjectKind, words: &[Word<'_>], dialect: Dialect) -> Option<Effect> {
    let words = match rest(words, "IF EXISTS") {
        // The next of the search path may have one, too.
        Some(words) if dialect == Dialect::Postgres => words,
        Some(_) => return Some(Effect::Same),
        None => words,
    };
    let (schema, name, behind) = qualified(words, dialect)?;
    if begins(behind, ",") {
        return None;
    }
    // MySQL names the table of an index here.
    let table = rest(behind, "ON").and_then(|words| qualified(words, dialect));
    let schema = table.as_ref().map_or(schema, |(schema, ..)| schema.clone());
    Some(Effect::Drops(Object {
        kind,
        schema,
        table: table.map(|(_, table, _)| table),
        name,
    }))
}

/// What else than a column may be added to a table or dropped from it.
const NO_COLUMN: &str = "CONSTRAINT|PRIMARY|UNIQUE|FOREIGN|CHECK|EXCLUDE|INDEX|KEY|FULLTEXT|SPATIAL|PARTITION|PERIOD|SYSTEM|(";

fn column_changed(words: &[Word<'_>], dialect: Dialect) -> Option<Effect> {
    let words = rest(words, "IF EXISTS").unwrap_or(words);
    let (schema, table, change) = qualified(words, dialect)?;
    let (is_added, words) = match (rest(change, "ADD"), rest(change, "DROP")) {
        (Some(words), _) => (true, words),
        (None, Some(words)) => (false, words),
        (None, None) => return None,
    };
    // Several changes in one statement are one step, but the first does not tell of the others' names.
    if has_several(change) {
        return None;
    }
    let words = match rest(words, "COLUMN") {
        Some(words) => words,
        None if begins(words, NO_COLUMN) => return None,
        None => words,
    };
    if begins(words, "IF") {
        return Some(Effect::Same);
    }
    let object = Object {
        kind: ObjectKind::Column,
        schema,
        table: Some(table),
        name: named(*words.first()?, dialect)?,
    };
    Some(if is_added {
        Effect::Creates(object)
    } else {
        Effect::Drops(object)
    })
}

/// Whether a comma stands outside of parentheses.
fn has_several(words: &[Word<'_>]) -> bool {
    let mut depth = 0_usize;
    words.iter().any(|word| {
        match word.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && word.text == ","
    })
}

type Qualified<'a, 'b> = (Option<String>, String, &'a [Word<'b>]);

/// A name with or without its schema, and what stands behind.
fn qualified<'a, 'b>(words: &'a [Word<'b>], dialect: Dialect) -> Option<Qualified<'a, 'b>> {
    let (first, behind) = words.split_first()?;
    let first = named(*first, dialect)?;
    let Some(words) = rest(behind, ".") else {
        return Some((None, first, behind));
    };
    let (second, behind) = words.split_first()?;
    // A name of three parts is one of a database.
    if begins(behind, ".") {
        return None;
    }
    Some((Some(first), named(*second, dialect)?, behind))
}

/// A name as the catalogue has it: PostgreSQL folds what is not quoted.
fn named(word: Word<'_>, dialect: Dialect) -> Option<String> {
    let name = word.name()?;
    Some(match (dialect, word.kind) {
        (Dialect::Postgres, TokenKind::Word) => name.to_ascii_lowercase(),
        _ => name.into_owned(),
    })
}
