//! Everything that fails at build time: each fixture directory holds one mistake, and its rendered text is a snapshot.
//!
//! The name of a directory is the code of its mistake, perhaps with `--` and a variant; `good--…` has none. What a
//! checkout cannot hold, such as a loop of links, is made here.

#![expect(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use embed_migrations_core::diagnostic::{Code, Diagnostics};
use embed_migrations_core::{
    Dialect, Directory, DirectoryCallback, DirectoryMigration, DirectoryRepeatable,
    DirectoryScript, Options, Reading,
};
use tempfile::TempDir;

const GOOD: &str = "good";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(directory: &Path) -> Result<Directory, Diagnostics> {
    let options = Options {
        now: Some(20_300_101_000_000),
        ..Options::default()
    };
    Directory::read(directory, "migrations", &options)
}

/// The directories of `tests/fixtures` by name.
fn fixtures() -> BTreeMap<String, PathBuf> {
    fs::read_dir(root().join("fixtures"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .collect()
}

fn code_of(name: &str) -> &str {
    name.split("--").next().unwrap()
}

/// A directory that is made for the test, and the path to read.
struct Made {
    name: &'static str,
    path: PathBuf,
    _directory: TempDir,
}

impl Made {
    fn new(name: &'static str, fill: impl FnOnce(&Path)) -> Self {
        Self::at(name, "", fill)
    }

    fn at(name: &'static str, below: &str, fill: impl FnOnce(&Path)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fill(directory.path());
        Self {
            name,
            path: directory.path().join(below),
            _directory: directory,
        }
    }
}

fn script(directory: &Path, file: &str) {
    fs::write(directory.join(file), "SELECT 1;\n").unwrap();
}

fn made() -> Vec<Made> {
    let mut made = vec![
        Made::new("no-migrations--empty", |_| {}),
        Made::at("unreadable-directory--absent", "migrations", |_| {}),
        Made::at("unreadable-directory--file", "0001_a.sql", |path| {
            script(path, "0001_a.sql");
        }),
    ];
    made.extend(made_of_links());
    let cases = Made::new("case-collision", |path| {
        script(path, "0001_add_users.sql");
        script(path, "0001_Add_Users.sql");
    });
    // Elsewhere there is one file by now, which is the mistake.
    if fs::read_dir(&cases.path).unwrap().count() == 2 {
        made.push(cases);
    }
    made
}

#[cfg(unix)]
fn made_of_links() -> Vec<Made> {
    use std::os::unix::fs::symlink;

    vec![
        Made::new("symlink-loop", |path| {
            script(path, "0001_a.sql");
            symlink(path, path.join("again")).unwrap();
        }),
        Made::new("symlink-loop--directory-each", |path| {
            let migration = path.join("0001_a");
            fs::create_dir(&migration).unwrap();
            script(&migration, "up.sql");
            symlink(&migration, migration.join("old")).unwrap();
        }),
        Made::new("unreadable-file--dangling-link", |path| {
            script(path, "0001_a.sql");
            symlink("../gone.sql", path.join("0002_b.sql")).unwrap();
        }),
        // What Emacs puts beside a file that is being edited.
        Made::new("good--lock-of-an-editor", |path| {
            script(path, "0001_a.sql");
            symlink("ann@laptop.42", path.join(".#0001_a.sql")).unwrap();
        }),
        Made::new("good--links", |path| {
            let elsewhere = path.join("elsewhere.txt");
            fs::write(&elsewhere, "SELECT 1;\n").unwrap();
            symlink(&elsewhere, path.join("0001_a.sql")).unwrap();
        }),
    ]
}

#[cfg(not(unix))]
fn made_of_links() -> Vec<Made> {
    Vec::new()
}

fn is_as_its_name_says(name: &str, directory: &Path) {
    let code = code_of(name);
    let text = match read(directory) {
        Ok(directory) if code == GOOD => {
            let Directory { warnings, .. } = &directory;
            assert_eq!(warnings.iter().count(), 0, "{name} is told:\n{warnings}");
            described(&directory)
        }
        Ok(Directory { warnings, .. }) => {
            assert!(
                warnings.iter().any(|told| told.code().name() == code),
                "{name} has no mistake"
            );
            warnings.to_string()
        }
        Err(mistakes) => {
            assert!(
                mistakes.iter().any(|mistake| mistake.code().name() == code),
                "{name} has another mistake:\n{mistakes}"
            );
            mistakes.to_string()
        }
    };
    assert!(!text.contains(directory.to_str().unwrap()), "{text}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The migrations in their order, and what is known of each; what is told and builds at the end.
fn described(directory: &Directory) -> String {
    let Directory {
        path: _,
        name,
        table,
        migrations,
        repeatables,
        callbacks,
        settings,
        warnings,
    } = directory;
    let mut text = String::new();
    if (&**name, &**table) != ("default", "_embed_migrations") {
        writeln!(text, "set {name} in {table}").unwrap();
    }
    for DirectoryMigration { version, scripts } in migrations {
        let (label, name) = (&scripts[0].label, &scripts[0].name);
        writeln!(text, "{label} {name} (version {version})").unwrap();
        for script in scripts {
            writeln!(text, "  {}", described_script(script, name)).unwrap();
        }
    }
    for DirectoryRepeatable { name, scripts } in repeatables {
        writeln!(text, "{name} (repeatable)").unwrap();
        for script in scripts {
            writeln!(text, "  {}", described_script(script, name)).unwrap();
        }
    }
    for callback in callbacks {
        let DirectoryCallback {
            event,
            description,
            scripts,
        } = callback;
        let called = format!("{} {description}", event.name());
        writeln!(text, "{} (callback, {event:?})", called.trim_end()).unwrap();
        for script in scripts {
            writeln!(text, "  {}", described_script(script, description)).unwrap();
        }
    }
    for path in settings {
        writeln!(text, "read: {path}").unwrap();
    }
    for warning in warnings {
        writeln!(text, "\n{warning}").unwrap();
    }
    text
}

fn described_script(script: &DirectoryScript, called: &str) -> String {
    let DirectoryScript {
        label: _,
        name,
        direction,
        dialect,
        path,
        first_line,
        sql: _,
        checksum: _,
        transaction,
        readings,
    } = script;
    let dialect = dialect.map_or("every dialect".to_owned(), |dialect| dialect.to_string());
    let how = if *transaction {
        "in a transaction"
    } else {
        "statement by statement"
    };
    let readings = readings.iter().map(|reading| {
        let Reading {
            dialects,
            statements,
        } = reading;
        let dialects: Vec<String> = dialects.iter().map(ToString::to_string).collect();
        format!("{} in {}", statements.len(), dialects.join(" and "))
    });
    let statements = readings.collect::<Vec<_>>().join(", ");
    let line = match first_line {
        1 => String::new(),
        line => format!(" from line {line}"),
    };
    let name = if name == called {
        String::new()
    } else {
        format!(" called {name}")
    };
    format!(
        "{}{name} for {dialect}, {how}: {path}{line}\n    statements: {statements}",
        direction.name()
    )
}

#[test]
fn a_bad_directory_is_refused_with_its_text_and_a_good_one_is_read() {
    for (name, directory) in fixtures() {
        is_as_its_name_says(&name, &directory);
    }
}

#[test]
fn what_no_checkout_can_hold_is_refused_and_read_likewise() {
    for Made { name, path, .. } in &made() {
        is_as_its_name_says(name, path);
    }
}

#[cfg(unix)]
#[test]
fn every_code_has_a_fixture() {
    let fixtures = fixtures();
    let made = made();
    let mut covered: BTreeSet<&str> = fixtures.keys().map(|name| code_of(name)).collect();
    covered.extend(made.iter().map(|made| code_of(made.name)));
    covered.remove(GOOD);
    // Where the file system ignores case, there is no way to make one.
    covered.insert(Code::CaseCollision.name());
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(covered, codes);
}

#[cfg(unix)]
#[test]
fn every_snapshot_belongs_to_a_fixture() {
    let mut names: BTreeSet<String> = fixtures().into_keys().collect();
    names.extend(made().iter().map(|made| made.name.to_owned()));
    names.insert(Code::CaseCollision.name().to_owned());
    for entry in fs::read_dir(root().join("snapshots")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let name = file.strip_suffix(".snap").unwrap();
        assert!(names.contains(name), "{file} belongs to nothing");
    }
}

#[test]
fn every_mistake_of_a_directory_is_reported_at_once() {
    let directory = &fixtures()["duplicate-version--among-others"];
    let mistakes = read(directory).unwrap_err();
    let codes: Vec<&str> = mistakes
        .iter()
        .map(|mistake| mistake.code().name())
        .collect();
    assert_eq!(
        codes,
        [
            "unterminated",
            "transaction-control",
            "not-in-transaction",
            "empty-file",
            "duplicate-version",
            "utf-16",
            "bad-name",
        ]
    );
}

#[test]
fn a_down_script_is_missing_only_where_it_is_required() {
    let scripts = [
        ("0001_a.up.sql", "SELECT 1;\n"),
        ("0001_a.down.sql", "--\n"),
        ("0002_b.up.sql", "SELECT 1;\n"),
    ];
    let missing = |settings: &str| {
        let files = [&scripts[..], &[("migrations.toml", settings)]].concat();
        read(tests::files(&files).path()).is_err()
    };
    assert!(missing("require_down = true"));
    assert!(!missing("require_down = false"));
}

#[test]
fn a_directory_for_other_engines_than_the_program_has_is_refused() {
    let directory = tests::files(&[
        ("0001_a.postgres.sql", "SELECT 1;"),
        ("0002_b.mysql.sql", "SELECT 1;"),
    ]);
    let with = |dialects: &[Dialect]| {
        let options = Options {
            dialects: dialects.to_vec(),
            ..Options::default()
        };
        let mistakes = Directory::read(directory.path(), "migrations", &options).unwrap_err();
        mistakes
            .iter()
            .map(|mistake| mistake.message().to_owned())
            .collect::<Vec<_>>()
    };
    let nothing = "nothing in the directory is for SQLite".to_owned();
    assert!(with(&[Dialect::Sqlite]).contains(&nothing));
    assert!(!with(&Dialect::ALL).contains(&nothing));
}

#[test]
fn what_is_rendered_can_be_read_by_a_person() {
    for (name, directory) in fixtures() {
        let mistakes = match read(&directory) {
            Ok(Directory { warnings, .. }) => warnings,
            Err(mistakes) => mistakes,
        };
        for mistake in &mistakes {
            let message = mistake.message();
            assert!(!message.ends_with('.'), "{name}: {message}");
            assert!(!message.starts_with("A "), "{name}: {message}");
            assert!(!mistake.hints().is_empty(), "{name} has no hint");
            assert!(mistake.place().path().starts_with("migrations"), "{name}");
            let wide = mistake
                .to_string()
                .lines()
                .any(|line| line.chars().count() > 160);
            assert!(!wide, "{name}:\n{mistake}");
        }
    }
}

#[test]
fn the_list_of_codes_is_complete_and_in_order() {
    let list = include_str!("../core/DIAGNOSTICS.md");
    let listed: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(listed, codes);
}

#[test]
fn the_readme_shows_what_is_printed() {
    let sql =
        "-- Jobs are claimed by queue.\n\nCREATE INDEX CONCURRENTLY jobs_queue ON jobs (queue);\n";
    let directory = tests::files(&[("0004_index.postgres.sql", sql)]);
    let options = Options {
        dialects: vec![Dialect::Postgres],
        ..Options::default()
    };
    let mistakes = Directory::read(directory.path(), "migrations", &options).unwrap_err();
    let readme = fs::read_to_string(root().parent().unwrap().join("README.md")).unwrap();
    for line in mistakes.to_string().lines().map(str::trim) {
        let shown = readme.lines().any(|shown| shown.trim() == line);
        assert!(shown, "README.md does not show `{line}`");
    }
}

/// The first block of a guide in this language.
fn block<'a>(guide: &'a str, language: &str) -> &'a str {
    let (_, rest) = guide.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn the_settings_that_the_guide_shows_are_read() {
    let settings = block(include_str!("../docs/configuration.md"), "toml");
    let directory = tests::files(&[
        ("0042_add_index.sql", "VACUUM;\n"),
        ("data_of_last_year.sql", "whatever"),
        ("migrations.toml", settings),
    ]);
    let read = read(directory.path()).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(read.migrations.len(), 1);
    assert!(!read.migrations[0].scripts[0].transaction);
}
