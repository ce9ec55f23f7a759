mod accept;
mod arrival;
mod compare;
mod format;
mod laws;
mod merge;
mod read;

use std::collections::BTreeMap;

use super::{Lock, LockEntry, mistakes};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::{Directory, DirectoryMigration, DirectoryScript};
use crate::name::{Subject, name};
use crate::{Checksum, Dialect, Direction, Version};

const SHOWN: &str = "migrations";
const PATH: &str = "migrations/migrations.lock";

/// A directory of these files and texts. A text with `---` is that of two sections.
fn directory(files: &[(&str, &str)]) -> Directory {
    let mut migrations: BTreeMap<Version, Vec<DirectoryScript>> = BTreeMap::new();
    for (path, text) in files {
        for (version, script) in scripts(path, text) {
            migrations.entry(version).or_default().push(script);
        }
    }
    let in_order = |(version, mut scripts): (Version, Vec<DirectoryScript>)| {
        scripts.sort_by_key(|script| (script.direction, script.dialect, script.path.clone()));
        DirectoryMigration { version, scripts }
    };
    Directory {
        path: SHOWN.to_owned(),
        name: String::new(),
        table: String::new(),
        migrations: migrations.into_iter().map(in_order).collect(),
        repeatables: Vec::new(),
        callbacks: Vec::new(),
        settings: Vec::new(),
        warnings: Diagnostics::new(Vec::new()),
    }
}

fn scripts(path: &str, text: &str) -> Vec<(Version, DirectoryScript)> {
    let folder = path.split_once('/');
    let folder = folder.and_then(|(folder, file)| Some((Dialect::from_name(folder)?, file)));
    let named = name(folder.map_or(path, |(_, file)| file), SHOWN, false);
    let named = named.unwrap().unwrap();
    let Subject::Version(version) = named.subject else {
        panic!("{path} has no version");
    };
    let script = |direction, sql: &str| DirectoryScript {
        label: named.label.clone(),
        name: named.name.clone(),
        direction,
        dialect: folder.map(|(dialect, _)| dialect).or(named.dialect),
        path: format!("{SHOWN}/{path}"),
        first_line: 1,
        checksum: Checksum::of(sql),
        sql: sql.to_owned(),
        transaction: true,
        readings: Vec::new(),
    };
    match text.split_once("---") {
        Some((up, down)) => vec![
            (version, script(Direction::Up, up)),
            (version, script(Direction::Down, down)),
        ],
        None => vec![(
            version,
            script(named.direction.unwrap_or(Direction::Up), text),
        )],
    }
}

/// The lock of a directory that has all of it.
fn locked(files: &[(&str, &str)]) -> Lock {
    let mut lock = Lock::default();
    lock.add(&directory(files));
    lock
}

fn found(lock: &Lock, directory: &Directory) -> Vec<Diagnostic> {
    mistakes(lock, SHOWN, &directory.migrations)
}

/// Code and file of each mistake.
fn told(lock: &Lock, directory: &Directory) -> Vec<String> {
    let mistakes = found(lock, directory);
    let told = mistakes.iter().map(|mistake| {
        let path = mistake.place().path().strip_prefix("migrations/");
        format!("{} {}", mistake.code(), path.unwrap())
    });
    told.collect()
}

/// The lines without their checksums.
fn lines(entries: &[LockEntry]) -> Vec<String> {
    let line = |entry: &LockEntry| entry.to_string().rsplit_once(' ').unwrap().0.to_owned();
    entries.iter().map(line).collect()
}

/// What is told of `now` where `then` was locked.
fn between(then: &[(&str, &str)], now: &[(&str, &str)]) -> Vec<String> {
    told(&locked(then), &directory(now))
}
