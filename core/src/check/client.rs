//! Lines that a client program understands and no server does.

use std::ops::Range;

use super::pattern::{begins, words};
use super::{Finding, Verdict};
use crate::diagnostic::Code;
use crate::split::{Piece, PieceKind};
use crate::{Dialect, Statement};

pub(super) fn check(text: &str, dialect: Dialect, pieces: &[Piece]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for piece in pieces {
        match &piece.kind {
            PieceKind::Meta => {
                let line = &text[piece.whole.clone()];
                let start = piece.whole.start + (line.len() - line.trim_start().len());
                let part = start..piece.whole.start + line.trim_end().len();
                findings.push(meta(text, part, Verdict::Wrong));
            }
            PieceKind::Statement(range) => {
                let sql = &text[range.clone()];
                let line = sql.split('\n').next().unwrap_or(sql);
                let first = line.split_whitespace().next().unwrap_or(line);
                if first.starts_with('\\') {
                    let lines = meta_lines(sql, range.start);
                    findings.extend(lines.map(|line| meta(text, line, Verdict::Foreign)));
                } else if dialect != Dialect::MySql && first.eq_ignore_ascii_case("DELIMITER") {
                    findings.push(delimiter(range.start..range.start + line.len()));
                } else if is_copy_from_stdin(text, dialect, range) {
                    let verdict = match dialect {
                        Dialect::Postgres => Verdict::Wrong,
                        Dialect::MySql | Dialect::Sqlite => Verdict::Foreign,
                    };
                    findings.push(copy(range.clone(), verdict));
                }
            }
            PieceKind::Blank | PieceKind::Delimiter | PieceKind::CopyData => {}
        }
    }
    findings
}

fn is_copy_from_stdin(text: &str, dialect: Dialect, range: &Range<usize>) -> bool {
    let Range { start, end } = *range;
    let statement = Statement { start, end };
    let words = words(text, dialect, &statement);
    // What stands in parentheses at once is a query to copy from.
    begins(&words, "COPY * FROM STDIN") && !begins(&words, "COPY (")
}

/// The lines with which a statement begins that are commands of psql, and of which psql alone knows where they end.
fn meta_lines(sql: &str, mut start: usize) -> impl Iterator<Item = Range<usize>> {
    sql.split_inclusive('\n')
        .map(move |line| {
            let indent = line.len() - line.trim_start().len();
            let part = start + indent..start + line.trim_end().len().max(indent);
            start += line.len();
            (line, part)
        })
        .take_while(|(line, _)| line.trim().is_empty() || line.trim_start().starts_with('\\'))
        .filter(|(line, _)| !line.trim().is_empty())
        .map(|(_, part)| part)
}

fn meta(text: &str, part: Range<usize>, verdict: Verdict) -> Finding {
    let line = &text[part.clone()];
    let command = line.split_whitespace().next().unwrap_or(line);
    let hint = match command {
        "\\i" | "\\ir" | "\\include" | "\\include_relative" => {
            "put what the file holds into this one, or into a migration of its own"
        }
        "\\c" | "\\connect" => {
            "remove the line; a migration runs in the database that the program is connected to"
        }
        "\\copy" => "write the rows as `INSERT` (`pg_dump --inserts` does)",
        "\\restrict" | "\\unrestrict" => "remove the line, which pg_dump writes for psql",
        _ => "remove the line",
    };
    Finding {
        code: Code::ClientCommand,
        verdict,
        part,
        message: format!("`{command}` is a command of psql"),
        label: "not SQL",
        hint: hint.to_owned(),
    }
}

fn delimiter(part: Range<usize>) -> Finding {
    Finding {
        code: Code::ClientCommand,
        verdict: Verdict::Wrong,
        part,
        message: "`DELIMITER` is a command of the mysql client".to_owned(),
        label: "not SQL in this dialect",
        hint: "remove it; if the script is for MySQL, name it `….mysql.sql`".to_owned(),
    }
}

fn copy(part: Range<usize>, verdict: Verdict) -> Finding {
    Finding {
        code: Code::CopyFromStdin,
        verdict,
        part,
        message: "`COPY … FROM STDIN` waits for data that a migration cannot send".to_owned(),
        label: "",
        hint: "write the rows as `INSERT` (`pg_dump --inserts` does)".to_owned(),
    }
}
