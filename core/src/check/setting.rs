//! Settings of the session that a script leaves behind.

use super::finding::{Finding, Verdict};
use super::pattern::any;
use super::rule::{Read, Rule, Run};
use super::search_path::EMPTIED;
use super::sentence::Sentence;
use crate::Dialect;
use crate::diagnostic::Code;
use Dialect::{MySql, Postgres, Sqlite};

/// A setting that decides what later statements do.
struct Setting {
    name: &'static str,
    dialect: Dialect,
    set: &'static [&'static str],
    /// What looks like it, and is not.
    not: &'static [&'static str],
    put_back: &'static [&'static str],
    hint: &'static str,
}

const SETTINGS: &[Setting] = &[
    Setting {
        name: "search_path",
        dialect: Postgres,
        set: &[
            "SET ?SESSION SEARCH_PATH TO|=",
            "SET ?SESSION SCHEMA _",
            "SELECT ?PG_CATALOG ?. SET_CONFIG ( 'SEARCH_PATH' , _ , FALSE|'FALSE'|'F'",
        ],
        // That is a mistake of its own.
        not: EMPTIED,
        put_back: &[
            "SET ?SESSION SEARCH_PATH TO|= DEFAULT",
            "RESET SEARCH_PATH|ALL",
            "DISCARD ALL",
        ],
        hint: "write `SET LOCAL search_path`, which ends with the transaction, or `RESET search_path` at the end",
    },
    Setting {
        name: "role",
        dialect: Postgres,
        set: &["SET ?SESSION ROLE _"],
        not: &[],
        put_back: &["SET ?SESSION ROLE NONE", "RESET ROLE", "DISCARD ALL"],
        hint: "write `SET LOCAL ROLE`, which ends with the transaction, or `RESET ROLE` at the end",
    },
    Setting {
        name: "session authorization",
        dialect: Postgres,
        set: &["SET ?SESSION SESSION AUTHORIZATION _"],
        not: &[],
        put_back: &[
            "SET ?SESSION SESSION AUTHORIZATION DEFAULT",
            "RESET SESSION AUTHORIZATION",
            "DISCARD ALL",
        ],
        hint: "write `RESET SESSION AUTHORIZATION` at the end",
    },
    Setting {
        name: "session_replication_role",
        dialect: Postgres,
        set: &["SET ?SESSION SESSION_REPLICATION_ROLE TO|= _"],
        not: &[],
        put_back: &[
            "SET ?SESSION SESSION_REPLICATION_ROLE TO|= DEFAULT|ORIGIN|'ORIGIN'",
            "RESET SESSION_REPLICATION_ROLE|ALL",
            "DISCARD ALL",
        ],
        hint: "write `SET LOCAL session_replication_role`, which ends with the transaction",
    },
    Setting {
        name: "database",
        dialect: MySql,
        set: &["USE _"],
        not: &[],
        put_back: &[],
        hint: "remove it, and name the database with each table of another one: `other.users`",
    },
    Setting {
        name: "foreign_key_checks",
        dialect: MySql,
        set: &["SET * FOREIGN_KEY_CHECKS ?: = 0|OFF|FALSE"],
        not: &["SET GLOBAL|PERSIST"],
        put_back: &["SET * FOREIGN_KEY_CHECKS ?: = 1|ON|TRUE|DEFAULT|@"],
        hint: "write `SET foreign_key_checks = 1` at the end",
    },
    Setting {
        name: "foreign_keys",
        dialect: Sqlite,
        set: &["PRAGMA ?_ ?. FOREIGN_KEYS =|( 0|OFF|FALSE|NO"],
        not: &[],
        put_back: &["PRAGMA ?_ ?. FOREIGN_KEYS =|( 1|ON|TRUE|YES"],
        hint: "write `PRAGMA foreign_keys = ON` at the end",
    },
];

/// The settings that are changed so far, each with what to say where nothing puts it back.
pub(super) struct SessionSetting {
    dialect: Dialect,
    /// SQLite ignores the pragma in a transaction, which is the mistake then.
    in_transaction: bool,
    changed: Vec<(&'static str, Finding)>,
}

impl SessionSetting {
    pub(super) fn new(script: Read) -> Self {
        Self {
            dialect: script.dialect,
            in_transaction: matches!(script.run, Run::InTransaction { .. }),
            changed: Vec::new(),
        }
    }
}

impl Rule<'_> for SessionSetting {
    fn read(&mut self, sentence: &Sentence, _: &mut Vec<Finding>) {
        if !sentence.is("SET|RESET|DISCARD|SELECT|USE|PRAGMA") {
            return;
        }
        for setting in SETTINGS {
            let is_changed = self.changed.iter().any(|(name, _)| *name == setting.name);
            if sentence.is_any(setting.put_back) {
                self.changed.retain(|(name, _)| *name != setting.name);
            } else if !is_changed && setting.is_set_by(sentence, self.in_transaction) {
                let finding = setting.left(sentence, self.dialect);
                self.changed.push((setting.name, finding));
            }
        }
    }

    fn end(&mut self, findings: &mut Vec<Finding>) {
        findings.extend(self.changed.drain(..).map(|(_, finding)| finding));
    }
}

impl Setting {
    fn is_set_by(&self, sentence: &Sentence, in_transaction: bool) -> bool {
        let has_no_effect = self.dialect == Sqlite && in_transaction;
        !has_no_effect && any(&sentence.words, self.set) && !any(&sentence.words, self.not)
    }

    fn left(&self, sentence: &Sentence, dialect: Dialect) -> Finding {
        let message = format!(
            "the {} of the session is changed and not put back",
            self.shown()
        );
        Finding::new(Code::SessionSetting, sentence.part(), message)
            .verdict(Verdict::of(dialect, &[self.dialect]))
            .label("it is put back for you after this script")
            .hint(self.hint)
    }

    /// A word of the language as it is, the name of a setting as a literal.
    fn shown(&self) -> String {
        if self.name.contains('_') {
            format!("`{}`", self.name)
        } else {
            self.name.to_owned()
        }
    }
}
