//! Lines that a client program understands and no server does.

use std::ops::Range;

use super::finding::{Finding, Verdict};
use crate::Dialect;
use crate::diagnostic::Code;
use crate::split::{Piece, PieceKind};

/// The lines of a script that are no SQL.
pub(super) struct ClientLines {
    pub(super) findings: Vec<Finding>,
    /// The dialect takes some of them for statements, and would send them.
    pub(super) are_sent: bool,
}

pub(super) fn client_lines(text: &str, dialect: Dialect, pieces: &[Piece]) -> ClientLines {
    let mut findings = Vec::new();
    let mut are_sent = false;
    for piece in pieces {
        match &piece.kind {
            PieceKind::Meta => {
                let line = &text[piece.whole.clone()];
                let start = piece.whole.start + (line.len() - line.trim_start().len());
                let part = start..piece.whole.start + line.trim_end().len();
                findings.push(meta(text, part));
            }
            PieceKind::Statement(range) => {
                let sent = sent(text, dialect, range);
                are_sent |= !sent.is_empty();
                findings.extend(sent);
            }
            PieceKind::Blank | PieceKind::Delimiter | PieceKind::CopyData => {}
        }
    }
    ClientLines { findings, are_sent }
}

/// The client's lines that a statement begins with.
fn sent(text: &str, dialect: Dialect, statement: &Range<usize>) -> Vec<Finding> {
    let sql = &text[statement.clone()];
    let line = sql.split('\n').next().unwrap_or(sql);
    let first = line.split_whitespace().next().unwrap_or(line);
    if first.starts_with('\\') {
        meta_lines(sql, statement.start)
            .map(|line| meta(text, line).verdict(Verdict::Foreign))
            .collect()
    } else if dialect != Dialect::MySql && first.eq_ignore_ascii_case("DELIMITER") {
        vec![delimiter(statement.start..statement.start + line.len())]
    } else {
        Vec::new()
    }
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

fn meta(text: &str, part: Range<usize>) -> Finding {
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
    let message = format!("`{command}` is a command of psql");
    Finding::new(Code::ClientCommand, part, message)
        .label("not SQL")
        .hint(hint)
}

fn delimiter(part: Range<usize>) -> Finding {
    Finding::new(
        Code::ClientCommand,
        part,
        "`DELIMITER` is a command of the mysql client",
    )
    .label("not SQL in this dialect")
    .hint("remove it; if the script is for MySQL, name it `….mysql.sql`")
}
