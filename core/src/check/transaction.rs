//! What may stand in a script that runs in a transaction.

use super::pattern::{begins, words};
use super::{Finding, Verdict};
use crate::diagnostic::Code;
use crate::{Dialect, Statement};
use Dialect::{MySql, Postgres, Sqlite};

/// A statement that some dialect refuses inside a transaction, or does not do there.
struct Refused {
    name: &'static str,
    pattern: &'static str,
    verb: &'static str,
    hint: &'static str,
    by: &'static [Dialect],
    /// Who runs it inside a transaction, or ends the transaction by it as by all DDL.
    fine_in: &'static [Dialect],
}

/// PostgreSQL: each of these pages says "cannot be executed inside a transaction block".
/// SQLite: <https://www.sqlite.org/pragma.html>, <https://www.sqlite.org/lang_vacuum.html>,
/// <https://www.sqlite.org/lang_detach.html>.
const REFUSED: &[Refused] = &[
    refused(
        "CREATE INDEX CONCURRENTLY",
        "CREATE ?UNIQUE INDEX CONCURRENTLY",
        &[Postgres],
    ),
    refused(
        "DROP INDEX CONCURRENTLY",
        "DROP INDEX CONCURRENTLY",
        &[Postgres],
    ),
    refused(
        "REINDEX CONCURRENTLY",
        "REINDEX (*) INDEX|TABLE|SCHEMA|DATABASE|SYSTEM CONCURRENTLY",
        &[Postgres],
    ),
    refused(
        "REINDEX (CONCURRENTLY)",
        "REINDEX ( * CONCURRENTLY )|,|TRUE|ON|1",
        &[Postgres],
    ),
    refused("REINDEX SCHEMA", "REINDEX (*) SCHEMA", &[Postgres]),
    refused("REINDEX DATABASE", "REINDEX (*) DATABASE", &[Postgres]),
    refused("REINDEX SYSTEM", "REINDEX (*) SYSTEM", &[Postgres]),
    refused(
        "DETACH PARTITION … CONCURRENTLY",
        "ALTER TABLE * DETACH PARTITION * CONCURRENTLY",
        &[Postgres],
    ),
    refused("VACUUM", "VACUUM", &[Postgres, Sqlite]),
    refused("CREATE DATABASE", "CREATE DATABASE", &[Postgres]).fine_in(&[MySql]),
    refused("DROP DATABASE", "DROP DATABASE", &[Postgres]).fine_in(&[MySql]),
    refused("CREATE TABLESPACE", "CREATE TABLESPACE", &[Postgres]).fine_in(&[MySql]),
    refused("DROP TABLESPACE", "DROP TABLESPACE", &[Postgres]).fine_in(&[MySql]),
    refused("ALTER SYSTEM", "ALTER SYSTEM", &[Postgres]),
    refused(
        "PRAGMA journal_mode = …",
        "PRAGMA ?_ ?. JOURNAL_MODE =|(",
        &[Sqlite],
    ),
    refused(
        "PRAGMA foreign_keys = …",
        "PRAGMA ?_ ?. FOREIGN_KEYS =|(",
        &[Sqlite],
    )
    .verb("ignores")
    .hint(
        "begin the file with `-- no-transaction`, and keep in it what needs the setting, in a `BEGIN` … `COMMIT` of its \
         own: a setting ends with its file",
    ),
    refused("ATTACH", "ATTACH", &[Sqlite]),
    refused("DETACH", "DETACH", &[Sqlite]),
];

const fn refused(name: &'static str, pattern: &'static str, by: &'static [Dialect]) -> Refused {
    Refused {
        name,
        pattern,
        verb: "cannot run",
        hint: "begin the file with `-- no-transaction`, best with this statement alone in it",
        by,
        fine_in: &[],
    }
}

impl Refused {
    const fn verb(self, verb: &'static str) -> Self {
        Self { verb, ..self }
    }

    const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    const fn fine_in(self, fine_in: &'static [Dialect]) -> Self {
        Self { fine_in, ..self }
    }
}

const BEGIN: &[&str] = &["BEGIN", "START TRANSACTION"];
/// MySQL: from here on every statement is in a transaction.
const BEGIN_ALL: &[&str] = &["SET ?@ ?@ ?SESSION|LOCAL ?. AUTOCOMMIT = 0|OFF|FALSE"];
const COMMIT: &[&str] = &["COMMIT", "END"];
const ABANDON: &[&str] = &["ROLLBACK", "ABORT", "PREPARE TRANSACTION"];
/// A savepoint lives inside of our transaction, and MariaDB's anonymous block is none.
const HARMLESS: &[&str] = &["ROLLBACK ?WORK|TRANSACTION TO", "BEGIN NOT ATOMIC"];

fn any(words: &[&str], patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| begins(words, pattern))
}

/// One `BEGIN` … `COMMIT` around the whole script says what we do anyway.
///
/// Returns whether there was one.
pub(super) fn drop_own_pair(text: &str, dialect: Dialect, statements: &mut Vec<Statement>) -> bool {
    let [first, .., last] = &statements[..] else {
        return false;
    };
    let first = words(text, dialect, first);
    let opens = any(&first, BEGIN) && !any(&first, HARMLESS);
    let closes = any(&words(text, dialect, last), COMMIT);
    if opens && closes {
        statements.pop();
        statements.remove(0);
    }
    opens && closes
}

pub(super) fn check(
    text: &str,
    dialect: Dialect,
    statements: &[Statement],
    had_pair: bool,
) -> Vec<Finding> {
    statements
        .iter()
        .filter_map(|statement| {
            let words = words(text, dialect, statement);
            if any(&words, BEGIN_ALL) {
                return Some(never_known(statement));
            }
            controls(&words, statement).or_else(|| refuses(&words, dialect, statement))
        })
        .map(|mut finding| {
            if had_pair && finding.code == Code::NotInTransaction {
                finding.hint = format!("remove `BEGIN` and `COMMIT`, and {}", finding.hint);
            }
            finding
        })
        .collect()
}

fn controls(words: &[&str], statement: &Statement) -> Option<Finding> {
    let control = any(words, BEGIN) || any(words, COMMIT) || any(words, ABANDON);
    (control && !any(words, HARMLESS)).then(|| Finding {
        code: Code::TransactionControl,
        verdict: Verdict::Wrong,
        part: statement.start..statement.end,
        message: format!("`{}` in a script that runs in a transaction", words_of(words)),
        label: "the script and its history row are committed together",
        hint: "remove it (one pair around the whole script may stay), or begin the file with `-- no-transaction`"
            .to_owned(),
    })
}

fn words_of(words: &[&str]) -> String {
    let count = if any(words, &["START", "PREPARE"]) {
        2
    } else {
        1
    };
    let words: Vec<String> = words
        .iter()
        .take(count)
        .map(|word| word.to_ascii_uppercase())
        .collect();
    words.join(" ")
}

/// The statements between the `BEGIN` and the `COMMIT` of a script that is run statement by statement.
pub(super) fn check_own(text: &str, dialect: Dialect, statements: &[Statement]) -> Vec<Finding> {
    let mut open = None;
    let mut findings = Vec::new();
    for statement in statements {
        let words = words(text, dialect, statement);
        if any(&words, HARMLESS) {
            continue;
        }
        if any(&words, BEGIN_ALL) {
            findings.push(never_known(statement));
        } else if any(&words, BEGIN) {
            open = Some(statement);
        } else if any(&words, COMMIT) || any(&words, ABANDON) {
            open = None;
        } else if open.is_some() {
            findings.extend(refuses(&words, dialect, statement).map(|finding| Finding {
                hint: "move it out of the transaction that the script begins itself".to_owned(),
                ..finding
            }));
        }
    }
    findings.extend(open.map(never_committed));
    findings
}

fn never_committed(begin: &Statement) -> Finding {
    Finding {
        code: Code::TransactionControl,
        verdict: Verdict::Wrong,
        part: begin.start..begin.end,
        message: "the transaction that the script begins is never committed".to_owned(),
        label: "what follows would be rolled back at the end",
        hint: "add `COMMIT`".to_owned(),
    }
}

fn never_known(statement: &Statement) -> Finding {
    Finding {
        code: Code::TransactionControl,
        verdict: Verdict::Wrong,
        part: statement.start..statement.end,
        message: "`autocommit` is switched off, and with it what the history knows of the script"
            .to_owned(),
        label: "",
        hint: "remove it, and write `BEGIN` and `COMMIT` around what belongs together".to_owned(),
    }
}

fn refuses(words: &[&str], dialect: Dialect, statement: &Statement) -> Option<Finding> {
    let rule = REFUSED
        .iter()
        .find(|rule| begins(words, rule.pattern) && !rule.fine_in.contains(&dialect))?;
    let refuses: Vec<String> = rule.by.iter().map(Dialect::to_string).collect();
    Some(Finding {
        code: Code::NotInTransaction,
        verdict: if rule.by.contains(&dialect) {
            Verdict::Wrong
        } else {
            Verdict::Foreign
        },
        part: statement.start..statement.end,
        message: format!(
            "{} {} `{}` in a transaction",
            refuses.join(" and "),
            rule.verb,
            rule.name
        ),
        label: "",
        hint: rule.hint.to_owned(),
    })
}
