//! What begins and ends transactions in a script.

use super::finding::{Finding, Verdict};
use super::pattern::any;
use super::refused::Refused;
use super::rule::Rule;
use super::sentence::{Sentence, Word, called, first_words};
use crate::diagnostic::Code;
use crate::{Dialect, Statement};

const BEGIN: &[&str] = &["BEGIN", "START TRANSACTION"];
/// MySQL: from here on every statement is in a transaction.
const BEGIN_ALL: &[&str] = &["SET ?@ ?@ ?SESSION|LOCAL ?. AUTOCOMMIT = 0|OFF|FALSE"];
const COMMIT: &[&str] = &["COMMIT", "END"];
const ABANDON: &[&str] = &["ROLLBACK", "ABORT", "PREPARE TRANSACTION"];
/// A savepoint lives inside of our transaction, and MariaDB's anonymous block is none.
const HARMLESS: &[&str] = &["ROLLBACK ?WORK|TRANSACTION TO", "BEGIN NOT ATOMIC"];

const UNWRAP_WHERE_APPLIED: &str =
    "in a file that is applied already: `transaction = false` in its override in `migrations.toml`";

/// What a statement does to the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    Nothing,
    Begin,
    /// It begins one, and another one whenever that ends.
    BeginAll,
    Commit,
    Abandon,
}

impl Control {
    pub(super) fn of(words: &[Word]) -> Self {
        let kinds = [
            (HARMLESS, Self::Nothing),
            (BEGIN, Self::Begin),
            (BEGIN_ALL, Self::BeginAll),
            (COMMIT, Self::Commit),
            (ABANDON, Self::Abandon),
        ];
        kinds
            .into_iter()
            .find(|(patterns, _)| any(words, patterns))
            .map_or(Self::Nothing, |(_, control)| control)
    }

    /// Whether a transaction is open behind it, where one was or was not before.
    pub(super) fn then(self, was_open: bool) -> bool {
        match self {
            Self::Nothing | Self::BeginAll => was_open,
            Self::Begin => true,
            Self::Commit | Self::Abandon => false,
        }
    }
}

/// One `BEGIN` … `COMMIT` around the whole script says what we do anyway.
///
/// Returns whether there was one.
pub(super) fn drop_own_pair(text: &str, dialect: Dialect, statements: &mut Vec<Statement>) -> bool {
    let [first, .., last] = &statements[..] else {
        return false;
    };
    let control = |statement| Control::of(&first_words(text, dialect, statement));
    let is_pair = control(first) == Control::Begin && control(last) == Control::Commit;
    if is_pair {
        statements.pop();
        statements.remove(0);
    }
    is_pair
}

/// What may stand in a script that runs in a transaction.
pub(super) struct InTransaction {
    pub(super) dialect: Dialect,
    /// The script said so itself, with `BEGIN` and `COMMIT`.
    pub(super) had_pair: bool,
}

impl Rule<'_> for InTransaction {
    fn read(&mut self, sentence: &Sentence, findings: &mut Vec<Finding>) {
        match sentence.control {
            Control::Nothing => {
                let rule = Refused::find(&sentence.words, self.dialect);
                findings.extend(rule.map(|rule| {
                    let finding = rule.finding(sentence, self.dialect);
                    if self.had_pair {
                        finding.after("remove `BEGIN` and `COMMIT`, and ")
                    } else {
                        finding.where_applied(UNWRAP_WHERE_APPLIED)
                    }
                }));
            }
            Control::BeginAll => findings.push(never_known(sentence)),
            Control::Begin | Control::Commit | Control::Abandon => findings.push(control(sentence)),
        }
    }
}

/// The statements between the `BEGIN` and the `COMMIT` of a script that is run statement by statement.
pub(super) struct OwnTransaction {
    dialect: Dialect,
    begin: Option<Finding>,
}

impl OwnTransaction {
    pub(super) fn new(dialect: Dialect) -> Self {
        let begin = None;
        Self { dialect, begin }
    }
}

impl Rule<'_> for OwnTransaction {
    fn read(&mut self, sentence: &Sentence, findings: &mut Vec<Finding>) {
        match sentence.control {
            Control::Nothing if sentence.in_transaction => {
                let rule = Refused::find(&sentence.words, self.dialect);
                findings.extend(rule.map(|rule| {
                    rule.finding(sentence, self.dialect)
                        .hint("move it out of the transaction that the script begins itself")
                }));
            }
            Control::Nothing => {}
            Control::BeginAll => findings.push(never_known(sentence)),
            Control::Begin => self.begin = Some(never_committed(sentence)),
            Control::Commit | Control::Abandon => self.begin = None,
        }
    }

    fn end(&mut self, findings: &mut Vec<Finding>) {
        findings.extend(self.begin.take());
    }
}

/// MySQL's `LOCK TABLES` commits what is open and hides every other table, the history among them.
pub(super) struct LockTables {
    pub(super) dialect: Dialect,
}

impl Rule<'_> for LockTables {
    fn read(&mut self, sentence: &Sentence, findings: &mut Vec<Finding>) {
        // PostgreSQL locks tables too, and says `MODE` where this says what for.
        if sentence.is("LOCK TABLE|TABLES _ * READ|WRITE") {
            let finding = Finding::new(
                Code::TransactionControl,
                sentence.part(),
                "`LOCK TABLES` ends the transaction, and hides the history table from the run",
            )
            .verdict(Verdict::of(self.dialect, &[Dialect::MySql]))
            .hint("remove `LOCK TABLES` and `UNLOCK TABLES`; mysqldump writes neither with `--skip-add-locks`");
            findings.push(finding);
        }
    }
}

fn control(sentence: &Sentence) -> Finding {
    let message = format!(
        "`{}` in a script that runs in a transaction",
        called(&sentence.words)
    );
    Finding::new(Code::TransactionControl, sentence.part(), message)
        .label("the script and its history row are committed together")
        .hint("remove it (one pair around the whole script may stay), or begin the file with `-- no-transaction`")
}

fn never_committed(begin: &Sentence) -> Finding {
    Finding::new(
        Code::TransactionControl,
        begin.part(),
        "the transaction that the script begins is never committed",
    )
    .label("what follows would be rolled back at the end")
    .hint("add `COMMIT`")
}

fn never_known(sentence: &Sentence) -> Finding {
    Finding::new(
        Code::TransactionControl,
        sentence.part(),
        "`autocommit` is switched off, and with it what the history knows of the script",
    )
    .hint("remove it, and write `BEGIN` and `COMMIT` around what belongs together")
}
