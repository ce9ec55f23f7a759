//! [`Change`]: what is done to the files of a directory, so that it can be taken back.

use std::fs::{self, File, FileTimes};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::failure::Failure;

/// What was done, in order.
#[derive(Debug, Default)]
pub(super) struct Change {
    done: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    MadeDirectory(PathBuf),
    MadeFile(PathBuf),
    Moved { from: PathBuf, to: PathBuf },
    Rewritten { path: PathBuf, before: String },
}

impl Change {
    /// Does all of the work, or leaves the files as they were.
    pub(super) fn attempt<T>(
        work: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut change = Self::default();
        work(&mut change).map_err(|failure| change.take_back(failure))
    }

    /// Makes a directory and those above it, where they are not there.
    pub(super) fn directory(&mut self, path: &Path) -> Result<(), Failure> {
        if path.as_os_str().is_empty() || path.is_dir() {
            return Ok(());
        }
        if let Some(above) = path.parent() {
            self.directory(above)?;
        }
        fs::create_dir(path).map_err(|error| Failure::io("make", path.display(), &error))?;
        self.done.push(Step::MadeDirectory(path.to_owned()));
        Ok(())
    }

    /// Writes a file that is not there.
    pub(super) fn file(&mut self, path: &Path, text: &str) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::io("write", path.display(), &error);
        let mut file = File::create_new(path).map_err(failed)?;
        self.done.push(Step::MadeFile(path.to_owned()));
        file.write_all(text.as_bytes()).map_err(failed)
    }

    /// Gives a file or a directory another name, which nothing has.
    pub(super) fn rename(&mut self, from: &Path, to: &Path) -> Result<(), Failure> {
        let failed = |error: io::Error| {
            let whom = format!("{} to {}", from.display(), to.display());
            Failure::io("move", whom, &error)
        };
        // A rename would overwrite.
        if to.symlink_metadata().is_ok() {
            return Err(failed(io::ErrorKind::AlreadyExists.into()));
        }
        fs::rename(from, to).map_err(failed)?;
        self.done.push(Step::Moved {
            from: from.to_owned(),
            to: to.to_owned(),
        });
        Ok(())
    }

    /// Gives a file that says `before` another text.
    pub(super) fn rewrite(&mut self, path: &Path, before: &str, text: &str) -> Result<(), Failure> {
        // What replaces a link would not be one.
        let path = path
            .canonicalize()
            .map_err(|error| Failure::io("write", path.display(), &error))?;
        replace(&path, text)?;
        self.done.push(Step::Rewritten {
            path,
            before: before.to_owned(),
        });
        Ok(())
    }

    fn take_back(self, failure: Failure) -> Failure {
        self.done.into_iter().rev().fold(failure, |failure, step| {
            let (undone, what) = match &step {
                Step::MadeDirectory(path) => (fs::remove_dir(path), path),
                Step::MadeFile(path) => (fs::remove_file(path), path),
                Step::Moved { from, to } => (fs::rename(to, from), to),
                Step::Rewritten { path, before } => (fs::write(path, before), path),
            };
            match undone {
                Ok(()) => failure,
                Err(error) => failure.hint(format!(
                    "{} is left behind, it could not be taken back: {error}",
                    what.display()
                )),
            }
        })
    }
}

/// Makes cargo build again: it watches the files that are embedded, and knows nothing of a new one.
pub(super) fn touch(path: &Path) -> io::Result<()> {
    let times = FileTimes::new().set_modified(SystemTime::now());
    File::options().write(true).open(path)?.set_times(times)
}

/// Writes a file as a whole: whoever reads it meanwhile sees what it was before, or what it is now.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io("write", path.display(), &error);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Hidden files are none of the directory's.
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    Change::attempt(|change| {
        change.file(&beside, text)?;
        File::open(&beside)
            .and_then(|file| file.sync_all())
            .map_err(failed)?;
        fs::rename(&beside, path).map_err(failed)
    })
}
