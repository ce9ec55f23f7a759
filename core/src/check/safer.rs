//! What runs without a transaction and need not.

use super::finding::{Finding, Verdict};
use super::pattern::begins;
use super::refused::Refused;
use super::rule::Rule;
use super::sentence::Sentence;
use super::transaction::Control;
use crate::Dialect;
use crate::diagnostic::Code;
use Dialect::{MySql, Postgres, Sqlite};

/// What runs in a transaction, or may do so, and has reasons not to; with the dialects that know it.
const DELIBERATE: &[(&str, &[Dialect])] = &[
    // Its value can be used only when it is committed.
    ("ALTER TYPE * ADD VALUE", &[Postgres]),
    // It reads the whole table, and the lock of the statement before is not held meanwhile.
    ("ALTER TABLE * VALIDATE CONSTRAINT", &[Postgres]),
    // Not in a transaction, depending on its options.
    ("CREATE|ALTER|DROP SUBSCRIPTION", &[Postgres]),
    ("CLUSTER", &[Postgres]),
    ("CREATE MATERIALIZED VIEW * WITH ( TIMESCALEDB", &[Postgres]),
    // They may commit what they do.
    ("CALL|DO|EXECUTE", &[Postgres, MySql]),
];

/// What leaves nothing behind that a later failure would have to undo.
const NEUTRAL: &str = "SET|RESET|SHOW|SELECT|VALUES|EXPLAIN|ANALYZE|PRAGMA|DISCARD|PREPARE|DEALLOCATE|LISTEN|UNLISTEN|\
     NOTIFY|CHECKPOINT|LOAD|USE";

pub(super) struct SaferInTransaction {
    dialect: Dialect,
    has_directive: bool,
    /// The first statement that need not run without a transaction.
    safer: Option<Finding>,
    /// A statement has reasons to run without a transaction.
    has_reason: bool,
    /// A statement is none of this dialect.
    is_foreign: bool,
}

impl SaferInTransaction {
    pub(super) fn new(dialect: Dialect, has_directive: bool) -> Self {
        Self {
            dialect,
            has_directive,
            safer: None,
            has_reason: false,
            is_foreign: false,
        }
    }

    /// Whether the statement has a reason to run without a transaction, and is one of this dialect.
    fn reason(&self, sentence: &Sentence) -> Option<bool> {
        if let Some(rule) = Refused::find(&sentence.words, self.dialect) {
            return Some(rule.is_of(self.dialect));
        }
        let (_, known_to) = DELIBERATE
            .iter()
            .find(|(pattern, _)| begins(&sentence.words, pattern))?;
        Some(known_to.contains(&self.dialect))
    }

    fn hint(&self) -> &'static str {
        match (self.has_reason, self.has_directive) {
            (true, _) if self.dialect == Sqlite => {
                "write `BEGIN` and `COMMIT` around the statements that belong together"
            }
            (true, _) => {
                "move it to a migration of its own, which then runs in a transaction, or write `BEGIN` and `COMMIT` \
                 around the statements that belong together"
            }
            (false, true) => "remove `-- no-transaction`: nothing in the script needs it",
            (false, false) => {
                "let the script run in a transaction: nothing in it needs to run without one"
            }
        }
    }
}

impl Rule<'_> for SaferInTransaction {
    fn read(&mut self, sentence: &Sentence, _: &mut Vec<Finding>) {
        let safer = self.safer.take();
        self.safer = safer.map(|safer| safer.label("if a later statement fails, this stays"));
        if sentence.in_transaction || sentence.control != Control::Nothing {
            return;
        }
        if let Some(is_ours) = self.reason(sentence) {
            self.has_reason = true;
            self.is_foreign |= !is_ours;
        } else if self.safer.is_none() && !sentence.is(NEUTRAL) {
            let message = format!("`{}` could run in a transaction", sentence.called());
            let finding = Finding::new(Code::SaferInTransaction, sentence.part(), message)
                .label("this and its row in the history are not one commit");
            self.safer = Some(finding);
        }
    }

    fn end(&mut self, findings: &mut Vec<Finding>) {
        // Without a transaction MySQL's DDL is as safe as with one.
        let verdict = match self.dialect {
            Postgres | Sqlite => Verdict::Wrong,
            MySql if self.is_foreign => Verdict::Foreign,
            MySql => return,
        };
        let safer = self.safer.take();
        findings.extend(safer.map(|finding| finding.verdict(verdict).hint(self.hint())));
    }
}
