//! History tables, which are no script's business.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::finding::{Finding, Verdict};
use super::rule::Rule;
use super::sentence::{Sentence, Word};
use crate::diagnostic::{ALLOW_WHERE_APPLIED, Code};
use crate::foreign::tool_of;

pub(super) struct HistoryTable<'a> {
    /// Our own, without its schema.
    own: &'a str,
    /// Those that are told already.
    told: BTreeSet<String>,
    /// Those in the statement.
    named: Vec<Named<'a>>,
}

struct Named<'a> {
    name: Cow<'a, str>,
    /// Without its quotes: where those are none to another dialect, it finds the name all the same.
    part: Range<usize>,
    /// None: the table is our own.
    tool: Option<&'static str>,
    verdict: Verdict,
}

impl<'a> HistoryTable<'a> {
    pub(super) fn new(table: &'a str) -> Self {
        Self {
            own: table.rsplit('.').next().unwrap_or(table),
            told: BTreeSet::new(),
            named: Vec::new(),
        }
    }
}

impl<'a> Rule<'a> for HistoryTable<'a> {
    fn word(&mut self, word: Word<'a>) {
        let (name, verdict) = match (word.name(), word.quoted('"')) {
            (Some(name), _) => (name, Verdict::Wrong),
            // A string to MySQL, for which the script is hardly meant then.
            (None, Some(name)) => (name, Verdict::Foreign),
            (None, None) => return,
        };
        let tool = tool_of(&name);
        let is_own = name.eq_ignore_ascii_case(self.own);
        if (is_own || tool.is_some()) && self.told.insert(name.to_lowercase()) {
            self.named.push(Named {
                part: word.inner(),
                tool: tool.filter(|_| !is_own),
                name,
                verdict,
            });
        }
    }

    fn read(&mut self, sentence: &Sentence<'a>, findings: &mut Vec<Finding>) {
        let named = self.named.drain(..);
        findings.extend(named.map(|named| named.finding(sentence)));
    }
}

impl Named<'_> {
    fn finding(self, sentence: &Sentence) -> Finding {
        let Self {
            name,
            part,
            tool,
            verdict,
        } = self;
        let finding = match tool {
            Some(tool) => foreign(&name, part, tool, sentence),
            None => own(&name, part),
        };
        finding.verdict(verdict).where_applied(ALLOW_WHERE_APPLIED)
    }
}

fn own(name: &str, part: Range<usize>) -> Finding {
    let message = format!("`{name}` is the history table of this set");
    Finding::new(Code::HistoryTable, part, message)
        .label("the program keeps it")
        .hint("remove what touches it: the program writes it, and relies on what it wrote")
}

fn foreign(name: &str, part: Range<usize>, tool: &str, sentence: &Sentence) -> Finding {
    let message = format!("`{name}` is the history table of {tool}");
    let hint = if sentence.is("DROP|DELETE|TRUNCATE") {
        "remove it; drop the table by hand once nothing reads it any more"
    } else {
        "remove what touches it: the table is that tool's and no part of the schema, though a dump of the database \
         holds it"
    };
    Finding::new(Code::HistoryTable, part, message)
        .label("not a table of yours")
        .hint(hint)
}
