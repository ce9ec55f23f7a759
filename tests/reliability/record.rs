//! What each cell saw, one line each, in the directory that `cargo xtask test --reliability` names and renders.

use std::env;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// What came of one cell, all of whose statements have run once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// How many processes or tasks ran.
    pub(crate) runs: usize,
    /// How many statements have run, each once.
    pub(crate) statements: usize,
    /// How often a run said that a statement is in doubt, and both answers led on.
    pub(crate) in_doubt: usize,
    /// How many processes ended with an error; only those of what is compared with may.
    pub(crate) failed: usize,
    /// How many statements had run more than once; the same.
    pub(crate) twice: usize,
    /// How many statements had not run when nothing was pending any more; the same.
    pub(crate) never: usize,
}

impl Seen {
    /// Takes over how often each statement was found to have run.
    pub(crate) fn count(&mut self, counts: &[usize]) {
        self.statements = counts.len();
        self.twice = counts.iter().filter(|count| **count > 1).count();
        self.never = counts.iter().filter(|count| **count == 0).count();
    }
}

/// Notes a cell: of a row of the table, in a setting.
pub(crate) fn note(row: &str, setting: &str, cell: &str, seen: &Seen) {
    let Seen {
        runs,
        statements,
        in_doubt,
        failed,
        twice,
        never,
    } = seen;
    write(
        row,
        &format!(
            "{setting}\t{cell}\t{runs}\t{statements}\t{in_doubt}\t{failed}\t{twice}\t{never}\n"
        ),
    );
}

/// Notes what a server calls itself.
pub(crate) fn note_version(name: &str, version: &str) {
    write("versions", &format!("{name}\t{version}\n"));
}

fn write(file: &str, line: &str) {
    let Ok(directory) = env::var("RELIABILITY_RECORDS") else {
        return;
    };
    let path = Path::new(&directory).join(format!("{file}.tsv"));
    let mut file = File::options()
        .create(true)
        .append(true)
        .open(path)
        .unwrap();
    // One write, so that lines of tests at the same time do not mix.
    file.write_all(line.as_bytes()).unwrap();
}
