//! A script for MySQL that changes the schema and rows.

use std::ops::Range;

use super::finding::Finding;
use super::rule::Rule;
use super::sentence::Sentence;
use crate::diagnostic::Code;

/// What commits, before and after itself (MySQL manual, "Statements That Cause an Implicit Commit").
const COMMITS: &[&str] = &[
    "ALTER|CREATE|DROP|RENAME|TRUNCATE|GRANT|REVOKE|INSTALL|UNINSTALL|FLUSH",
    "ANALYZE|CHECK|OPTIMIZE|REPAIR ?LOCAL|NO_WRITE_TO_BINLOG TABLE|TABLES",
    "CACHE|IMPORT INDEX|TABLE",
    "LOAD INDEX",
    "SET PASSWORD",
];
const COMMITS_NOT: &[&str] = &[
    "CREATE ?OR ?REPLACE TEMPORARY TABLE",
    "DROP TEMPORARY TABLE",
];
const ROWS: &[&str] = &[
    "INSERT|UPDATE|DELETE|REPLACE",
    "LOAD DATA|XML",
    "WITH * UPDATE|DELETE",
];

/// The first statement of each kind.
#[derive(Default)]
pub(super) struct DdlWithData {
    commits: Option<First>,
    rows: Option<First>,
}

struct First {
    part: Range<usize>,
    called: String,
}

impl Rule<'_> for DdlWithData {
    fn read(&mut self, sentence: &Sentence, findings: &mut Vec<Finding>) {
        if self.commits.is_some() && self.rows.is_some() {
            return;
        }
        let first = || First {
            part: sentence.part(),
            called: sentence.called(),
        };
        if sentence.is_any(ROWS) {
            self.rows.get_or_insert_with(first);
        } else if sentence.is_any(COMMITS) && !sentence.is_any(COMMITS_NOT) {
            self.commits.get_or_insert_with(first);
        }
        if let (Some(commits), Some(rows)) = (&self.commits, &self.rows) {
            findings.push(mixed(commits, rows));
        }
    }
}

fn mixed(commits: &First, rows: &First) -> Finding {
    let message = format!(
        "MySQL cannot roll back `{}` and `{}` together",
        commits.called, rows.called
    );
    let (second, label, first, its_label) = if commits.part.start < rows.part.start {
        let label = "if this fails, what was done before stays";
        (rows, label, commits, "committed as soon as it is done")
    } else {
        let label = "this commits what was done before";
        (
            commits,
            label,
            rows,
            "if the script fails later, this stays",
        )
    };
    Finding::new(Code::DdlWithData, second.part.clone(), message)
        .label(label)
        .related(first.part.clone(), its_label)
        .hint("put what changes rows into a migration of its own, which then runs in a transaction")
}
