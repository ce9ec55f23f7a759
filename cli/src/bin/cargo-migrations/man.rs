//! `man`: the manual pages.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap_mangen::{Man as Page, generate_to};

/// Prints the manual page, or writes one for each verb.
#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// Write the pages of every verb into this directory
    #[arg(long, value_name = "DIRECTORY")]
    out: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(&self, program: clap::Command) -> ExitCode {
        let written = match &self.out {
            None => print(program),
            Some(out) => std::fs::create_dir_all(out).and_then(|()| generate_to(program, out)),
        };
        match written {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let _ = writeln!(io::stderr(), "error: cannot write the manual: {error}");
                ExitCode::FAILURE
            }
        }
    }
}

fn print(program: clap::Command) -> io::Result<()> {
    let mut page = Vec::new();
    Page::new(program).render(&mut page)?;
    io::stdout().write_all(&page)
}
