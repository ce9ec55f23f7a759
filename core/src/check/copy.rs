//! `COPY` between the server and its client.

use super::finding::{Finding, Verdict};
use super::rule::Rule;
use super::sentence::Sentence;
use crate::Dialect;
use crate::diagnostic::{ALLOW_WHERE_APPLIED, Code};

pub(super) struct Copy {
    pub(super) dialect: Dialect,
}

impl Rule<'_> for Copy {
    fn read(&mut self, sentence: &Sentence, findings: &mut Vec<Finding>) {
        let verdict = Verdict::of(self.dialect, &[Dialect::Postgres]);
        // What stands in parentheses at once is a query to copy from.
        if sentence.is("COPY * FROM STDIN") && !sentence.is("COPY (") {
            findings.push(from_stdin(sentence).verdict(verdict));
        } else if sentence.is("COPY * TO STDOUT") {
            findings.push(to_stdout(sentence).verdict(verdict));
        }
    }
}

fn from_stdin(sentence: &Sentence) -> Finding {
    Finding::new(
        Code::CopyFromStdin,
        sentence.part(),
        "`COPY … FROM STDIN` waits for data that a migration cannot send",
    )
    .hint("write the rows as `INSERT` (`pg_dump --inserts` does)")
}

fn to_stdout(sentence: &Sentence) -> Finding {
    Finding::new(
        Code::CopyToStdout,
        sentence.part(),
        "`COPY … TO STDOUT` sends data that nobody reads",
    )
    .hint("remove it; rows are copied with `INSERT … SELECT`, and to a file of the server with `COPY … TO '/path'`")
    .where_applied(ALLOW_WHERE_APPLIED)
}
