//! [`Rule`]: what is asked of the statements of a script, and the list of those who ask.

use super::callback::InCallback;
use super::copy::Copy;
use super::data::DdlWithData;
use super::enums::NewEnumValue;
use super::finding::Finding;
use super::history::HistoryTable;
use super::long::LongName;
use super::safer::SaferInTransaction;
use super::search_path::EmptySearchPath;
use super::sentence::{Sentence, Word, words};
use super::setting::SessionSetting;
use super::transaction::{Control, InTransaction, LockTables, OwnTransaction};
use crate::{Dialect, Statement};

/// A rule, or a family of them, which reads the statements of a script in their order.
pub(super) trait Rule<'a> {
    /// One of the words of the next statement, however many there are.
    fn word(&mut self, _word: Word<'a>) {}

    /// The next statement, all of whose words are read.
    fn read(&mut self, sentence: &Sentence<'a>, findings: &mut Vec<Finding>);

    /// No statement follows.
    fn end(&mut self, _findings: &mut Vec<Finding>) {}
}

/// A script whose statements are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Read<'a> {
    pub(super) text: &'a str,
    pub(super) dialect: Dialect,
    pub(super) run: Run,
    /// The history table of its set.
    pub(super) table: &'a str,
}

/// How a script is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run {
    /// In a transaction, which it begins and commits itself where it `had_pair`.
    InTransaction { had_pair: bool },
    /// Statement by statement; its own text says so where it `has_directive`.
    Statements { has_directive: bool },
    /// In the transaction that is open where its event is.
    AtEvent,
    /// Its directive is misspelt: that is the mistake, not what it should have allowed.
    Unclear,
}

/// What the rules find in the statements of a script.
pub(super) fn findings(script: Read, statements: &[Statement]) -> Vec<Finding> {
    let Read {
        text, dialect, run, ..
    } = script;
    let mut rules = rules(script);
    let mut findings = Vec::new();
    let is_one = matches!(run, Run::InTransaction { .. } | Run::AtEvent);
    let mut in_transaction = is_one;
    for statement in statements {
        let mut sentence = Sentence::new(*statement, in_transaction);
        for word in words(text, dialect, statement) {
            sentence.take(word);
            for rule in &mut rules {
                rule.word(word);
            }
        }
        sentence.control = Control::of(&sentence.words);
        for rule in &mut rules {
            rule.read(&sentence, &mut findings);
        }
        in_transaction = is_one || sentence.control.then(in_transaction);
    }
    for rule in &mut rules {
        rule.end(&mut findings);
    }
    findings
}

fn rules(script: Read<'_>) -> Vec<Box<dyn Rule<'_> + '_>> {
    let Read {
        dialect,
        run,
        table,
        ..
    } = script;
    let mut rules: Vec<Box<dyn Rule>> = vec![
        Box::new(Copy { dialect }),
        Box::new(LockTables { dialect }),
        Box::new(NewEnumValue::new(dialect)),
        Box::new(EmptySearchPath { dialect }),
        Box::new(HistoryTable::new(table)),
        Box::new(LongName::new(dialect)),
    ];
    // What a callback sets may be what it is for.
    if run != Run::AtEvent {
        rules.push(Box::new(SessionSetting::new(script)));
    }
    if dialect == Dialect::MySql {
        rules.push(Box::new(DdlWithData::default()));
    }
    match run {
        Run::InTransaction { had_pair } => {
            rules.push(Box::new(InTransaction { dialect, had_pair }));
        }
        Run::Statements { has_directive } => {
            rules.push(Box::new(OwnTransaction::new(dialect)));
            rules.push(Box::new(SaferInTransaction::new(dialect, has_directive)));
        }
        Run::AtEvent => rules.push(Box::new(InCallback { dialect })),
        Run::Unclear => {}
    }
    rules
}
