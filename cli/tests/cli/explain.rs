//! `explain`, and that its pages show what is printed.

use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use crate::desk::Desk;

#[test]
fn a_code_has_its_page() {
    let desk = Desk::new(&[]);
    assert_snapshot!(desk.run(&["explain", "bad-name"]).all());
}

#[test]
fn every_code_is_listed() {
    let desk = Desk::new(&[]);
    let ran = desk.run(&["explain"]).fine();
    let listed: Vec<&str> = ran
        .lines()
        .into_iter()
        .map(|line| line.split_once(' ').unwrap().0)
        .collect();
    let codes: Vec<&str> = embed_migrations_core::diagnostic::Code::ALL
        .iter()
        .map(|code| code.name())
        .collect();
    assert_eq!(listed, codes);
}

#[test]
fn a_misspelt_code_is_told_the_nearest() {
    let desk = Desk::new(&[]);
    assert_snapshot!(desk.run(&["explain", "bad-nmae"]).all());
    assert_snapshot!("nothing_near", desk.run(&["explain", "zzz"]).all());
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The files of a directory of the workspace.
fn files(directory: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(workspace().join(directory)).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// What stands in a fenced block of this language.
fn block<'a>(page: &'a str, language: &str) -> Option<&'a str> {
    let (_, after) = page.split_once(&format!("\n```{language}\n"))?;
    Some(after.split_once("\n```\n").unwrap().0)
}

/// The name of a file of an example: a line of its own, as code.
fn shown_file(page: &str) -> Option<&str> {
    page.lines()
        .find_map(|line| line.strip_prefix("`migrations/")?.strip_suffix('`'))
}

/// The fixtures of a code whose rendered text has all of `printed`.
fn fixtures_that_print(code: &str, printed: &str) -> Vec<PathBuf> {
    files("tests/snapshots")
        .into_iter()
        .filter(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap();
            name.split("--").next() == Some(code)
                && fs::read_to_string(path).unwrap().contains(printed)
        })
        .map(|path| {
            workspace()
                .join("tests/fixtures")
                .join(path.file_stem().unwrap())
        })
        .collect()
}

#[test]
fn every_example_is_a_fixture_and_shows_what_is_printed() {
    for path in files("cli/src/explain") {
        let code = path.file_stem().unwrap().to_str().unwrap();
        let page = fs::read_to_string(&path).unwrap();
        let printed = block(&page, "text").unwrap();
        let fixtures = fixtures_that_print(code, printed);
        assert!(!fixtures.is_empty(), "no fixture prints what {code} shows");
        let Some(sql) = block(&page, "sql") else {
            continue;
        };
        let file = shown_file(&page).unwrap_or_else(|| panic!("{code} does not name its file"));
        let is_shown = |fixture: &PathBuf| {
            fs::read_to_string(fixture.join(file)).is_ok_and(|text| text.trim_end() == sql)
        };
        assert!(
            fixtures.iter().any(is_shown),
            "no fixture of {code} holds this {file}"
        );
    }
}
