//! Finding installed programs.

use std::env::{self, consts::EXE_SUFFIX};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The directories on PATH.
pub(crate) fn path() -> Vec<PathBuf> {
    env::var_os("PATH")
        .map(|path| env::split_paths(&path).collect())
        .unwrap_or_default()
}

/// The program `name`, if `directory` holds it.
pub(crate) fn program_in(directory: &Path, name: &str) -> Option<PathBuf> {
    let program = directory.join(format!("{name}{EXE_SUFFIX}"));
    program.is_file().then_some(program)
}

/// Whether a program called `name` is on PATH.
pub(crate) fn is_on_path(name: &str) -> bool {
    path()
        .iter()
        .any(|directory| program_in(directory, name).is_some())
}

/// The directories `parent/prefix*/below`, the highest version first.
pub(crate) fn newest_first(parent: &str, prefix: &str, below: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.retain(|name| name.starts_with(prefix));
    names.sort_by_key(|name| version(name));
    names
        .iter()
        .rev()
        .map(|name| Path::new(parent).join(name).join(below))
        .collect()
}

/// The numbers in a name such as `postgresql@17` or `9.6`.
fn version(name: &str) -> Vec<u32> {
    name.split(|character: char| !character.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

/// What `program` prints when it is asked with one argument.
pub(crate) fn answer_of(program: impl AsRef<OsStr>, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| answer.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(version("postgresql@9.6") < version("postgresql@17"));
        assert!(version("9.6") > version("9.5"));
        assert!(version("postgresql") < version("postgresql@14"));
    }
}
