use std::fs;

use super::*;
use crate::Options;
use crate::diagnostic::Code;
use crate::lock::check;

#[test]
fn a_directory_without_a_lock_has_none() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(Lock::read(directory.path(), SHOWN), Ok(None));
    assert!(check(directory.path(), SHOWN, &[], false).is_empty());
    let missing = check(directory.path(), SHOWN, &[], true);
    assert_eq!(
        (missing[0].code(), missing[0].place().path()),
        (Code::LockMissing, PATH)
    );
}

#[test]
fn a_lock_that_cannot_be_read_says_so() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join(Lock::FILE)).unwrap();
    let mistakes = Lock::read(directory.path(), SHOWN).unwrap_err();
    assert_eq!(mistakes.iter().next().unwrap().code(), Code::LockFormat);
}

#[test]
fn a_directory_is_compared_with_its_lock_unless_it_is_about_to_change() {
    let files = tempfile::tempdir().unwrap();
    fs::write(files.path().join("0001_a.sql"), "SELECT 1;\r\n").unwrap();
    fs::write(files.path().join(Lock::FILE), Lock::default().to_string()).unwrap();
    let options = Options::default();
    let mistakes = Directory::read(files.path(), SHOWN, &options).unwrap_err();
    assert_eq!(mistakes.iter().next().unwrap().code(), Code::NotLocked);
    let options = Options {
        lock: false,
        ..options
    };
    let directory = Directory::read(files.path(), SHOWN, &options).unwrap();
    assert_eq!(directory.settings, [PATH]);

    let mut lock = Lock::read(files.path(), SHOWN).unwrap().unwrap();
    lock.add(&directory);
    fs::write(files.path().join(Lock::FILE), lock.to_string()).unwrap();
    // A checkout on another system.
    fs::write(files.path().join("0001_a.sql"), "\u{feff}SELECT 1;\n").unwrap();
    assert!(Directory::read(files.path(), SHOWN, &Options::default()).is_ok());
}
