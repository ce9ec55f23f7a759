//! Where a statement ends: the splitter's opinion beside that of other programs that know SQL. What servers say is asked
//! in `suite/opinion.rs`.

#![expect(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::ffi::CString;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use embed_migrations_core::{Dialect, Directory, Options, Statement};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use squawk_lexer::{TokenKind, tokenize};
use tests::files;
use tests::generated::scripts;

const SCRIPTS: usize = 2000;

/// A script that somebody wrote and the statements that are found in it.
struct Opinion {
    path: String,
    sql: String,
    statements: Vec<Range<usize>>,
}

/// Every script of the sample set and of the good fixtures as this dialect reads it.
fn written(dialect: Dialect) -> Vec<Opinion> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixtures = fs::read_dir(root.join("fixtures")).unwrap();
    let mut directories: Vec<PathBuf> = fixtures.map(|entry| entry.unwrap().path()).collect();
    directories.push(root.parent().unwrap().join("migrations"));
    directories
        .iter()
        .filter_map(|directory| opinions(directory, dialect))
        .flatten()
        .collect()
}

fn opinions(directory: &Path, dialect: Dialect) -> Option<Vec<Opinion>> {
    let shown = directory.file_name()?.to_str()?;
    let read = Directory::read(directory, shown, &Options::default()).ok()?;
    let opinions = read.scripts().filter_map(|script| {
        let reading = script
            .readings
            .iter()
            .find(|reading| reading.dialects.contains(&dialect))?;
        Some(Opinion {
            path: script.path.clone(),
            sql: script.sql.clone(),
            statements: ranges(&reading.statements),
        })
    });
    Some(opinions.collect())
}

fn ranges(statements: &[Statement]) -> Vec<Range<usize>> {
    statements
        .iter()
        .map(|Statement { start, end }| *start..*end)
        .collect()
}

/// Scripts that say what may be misunderstood, and the statements that are found in them.
fn generated(dialect: Dialect) -> Vec<Opinion> {
    let mut runner = TestRunner::deterministic();
    let scripts = scripts(dialect);
    let mut files_of: Vec<(String, String)> = (0..SCRIPTS)
        .map(|number| {
            let script = scripts.new_tree(&mut runner).unwrap().current();
            (format!("{number}_a.{}.sql", dialect.name()), script)
        })
        .collect();
    files_of.sort();
    let contents: Vec<(&str, &str)> = files_of
        .iter()
        .map(|(name, script)| (name.as_str(), script.as_str()))
        .collect();
    opinions(files(&contents).path(), dialect).unwrap()
}

/// The statements of a script by squawk's tokens: what lies between semicolons outside of parentheses, and outside of a
/// body, without the space and the comments around it.
fn by_squawk(sql: &str) -> Vec<Range<usize>> {
    let (mut statements, mut found) = (Vec::new(), None::<Range<usize>>);
    let (mut at, mut depth, mut blocks) = (0, 0_usize, 0_usize);
    let mut previous = String::new();
    for token in tokenize(sql) {
        let range = at..at + token.len as usize;
        at = range.end;
        let word = sql[range.clone()].to_ascii_uppercase();
        match token.kind {
            // A marker of goose, where a statement ends without a semicolon.
            TokenKind::LineComment if word.ends_with(" STATEMENTEND") => {
                statements.extend(found.take());
                previous.clear();
                continue;
            }
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment { .. }
            | TokenKind::Eof => continue,
            TokenKind::Semi if depth == 0 && blocks == 0 => {
                statements.extend(found.take());
                previous.clear();
                continue;
            }
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            TokenKind::Ident if word == "ATOMIC" && previous == "BEGIN" => blocks += 1,
            TokenKind::Ident if word == "CASE" && blocks > 0 => blocks += 1,
            TokenKind::Ident if word == "END" => blocks = blocks.saturating_sub(1),
            _ => {}
        }
        previous = word;
        let start = found.map_or(range.start, |found| found.start);
        found = Some(start..range.end);
    }
    statements.extend(found);
    statements
}

/// All of them.
fn scripts_of(dialect: Dialect) -> impl Iterator<Item = Opinion> {
    let (written, generated) = (written(dialect), generated(dialect));
    assert!(written.len() > 50, "{}", written.len());
    assert_eq!(generated.len(), SCRIPTS);
    written.into_iter().chain(generated)
}

#[test]
fn postgres_statements_are_where_squawk_sees_them() {
    for Opinion {
        path,
        sql,
        statements,
    } in scripts_of(Dialect::Postgres)
    {
        // A pair around the whole script is left out by design, and psql's lines are none of SQL.
        let mut seen = by_squawk(&sql);
        let is = |statement: &Range<usize>, word: &str| {
            sql[statement.clone()]
                .to_ascii_uppercase()
                .starts_with(word)
        };
        if statements.len() + 2 == seen.len()
            && is(&seen[0], "BEGIN")
            && is(&seen[seen.len() - 1], "COMMIT")
        {
            seen.pop();
            seen.remove(0);
        }
        assert_eq!(statements, seen, "{path}:\n{sql}");
    }
}

#[expect(unsafe_code, reason = "SQLite is written in C")]
fn is_complete(sql: &str) -> bool {
    let sql = CString::new(sql).unwrap();
    // SAFETY: the text ends with a NUL and outlives the call (SQLite, "Determine If An SQL Statement Is Complete").
    unsafe { libsqlite3_sys::sqlite3_complete(sql.as_ptr()) == 1 }
}

#[test]
fn sqlite_statements_end_where_sqlite_says_they_are_complete() {
    for Opinion {
        path,
        sql,
        statements,
    } in scripts_of(Dialect::Sqlite)
    {
        for Range { start, end } in statements {
            let inside = sql[start..end].match_indices(';').map(|(at, _)| start + at);
            for semicolon in inside {
                let early = is_complete(&sql[start..=semicolon]);
                assert!(!early, "{path}: {}", &sql[start..=semicolon]);
            }
            let whole = format!("{};", &sql[start..end]);
            assert!(is_complete(&whole), "{path}: {whole}");
        }
    }
}
