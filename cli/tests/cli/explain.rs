//! `explain`, and that its pages show what is printed.

use std::fs;
use std::path::{Path, PathBuf};

use embed_migrations_core::diagnostic::{Code, Severity};
use insta::assert_snapshot;

use crate::desk::{Desk, Ran};

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
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
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

fn page(code: Code) -> String {
    let path = format!("cli/src/explain/{code}.md");
    fs::read_to_string(workspace().join(path)).unwrap()
}

/// What a page shows at its end.
struct Example {
    /// The files of a fixture; of some the name says enough.
    files: Vec<(String, Option<String>)>,
    printed: String,
}

impl Example {
    fn of(page: &str) -> Self {
        let (_, example) = page.split_once("\n## Example\n").unwrap();
        let (files, printed) = example.rsplit_once("\n```text\n").unwrap();
        Self {
            files: shown(files),
            printed: printed.strip_suffix("\n```\n").unwrap().to_owned(),
        }
    }

    /// Whether a fixture holds what is shown. One that is made for its test is no directory, and its files are named.
    fn is_of(&self, fixture: &Path) -> bool {
        self.files.iter().all(|(file, shown)| match shown {
            Some(shown) => fs::read_to_string(fixture.join(file))
                .is_ok_and(|text| text.trim_end() == shown.trim_end()),
            None => !fixture.exists() || fixture.join(file).exists(),
        })
    }

    /// The fixtures of a code that print what is shown and hold what is shown.
    fn fixtures(&self, code: Code) -> Vec<PathBuf> {
        let snapshots = fs::read_dir(workspace().join("tests/snapshots")).unwrap();
        let paths = snapshots.map(|snapshot| snapshot.unwrap().path());
        paths
            .filter(|path| self.is_printed_in(path))
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .filter(|name| name.split("--").next() == Some(code.name()))
            .map(|name| workspace().join("tests/fixtures").join(name))
            .filter(|fixture| self.is_of(fixture))
            .collect()
    }

    fn is_printed_in(&self, snapshot: &Path) -> bool {
        let snapshot = fs::read_to_string(snapshot).unwrap();
        let printed = snapshot.splitn(3, "---\n").nth(2).unwrap();
        printed.trim_end() == self.printed
    }
}

/// The files that stand on lines of their own, and the texts of those that are followed by one.
fn shown(example: &str) -> Vec<(String, Option<String>)> {
    let mut files: Vec<(String, Option<String>)> = Vec::new();
    let mut lines = example.lines();
    while let Some(line) = lines.next() {
        let file = line.strip_prefix("`migrations/");
        if let Some(file) = file.and_then(|file| file.strip_suffix('`')) {
            files.push((file.to_owned(), None));
        } else if line.starts_with("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let (_, shown) = files.last_mut().expect("a text is that of a file");
            *shown = Some(text.join("\n"));
        }
    }
    files
}

/// What a page says to write into `migrations.toml`.
fn settings(page: &str) -> Vec<&str> {
    let (said, _) = page.split_once("\n## Example\n").unwrap();
    let blocks = said.split("\n```toml\n").skip(1);
    blocks
        .map(|block| block.split_once("```\n").unwrap().0)
        .collect()
}

/// What `check` says of a fixture with something more in its `migrations.toml`.
fn check(fixture: &Path, more: &str) -> Ran {
    let desk = Desk::new(&[]);
    desk.copy(fixture, "migrations");
    let path = desk.path("migrations/migrations.toml");
    let written = fs::read_to_string(path).unwrap_or_default();
    desk.write("migrations/migrations.toml", &format!("{written}\n{more}"));
    let dialects = ["postgres", "mysql", "sqlite"].map(|dialect| ["--dialect", dialect]);
    desk.run(&[&["check"], dialects.as_flattened()].concat())
}

#[test]
fn every_example_is_a_fixture_and_shows_what_is_printed() {
    for code in Code::ALL {
        let example = Example::of(&page(*code));
        let fixtures = example.fixtures(*code);
        assert!(!fixtures.is_empty(), "no fixture is what {code} shows");
    }
}

#[test]
fn what_a_page_says_to_write_is_enough_for_its_example() {
    for code in Code::ALL {
        let page = page(*code);
        let example = Example::of(&page);
        for settings in settings(&page) {
            let fixture = &example.fixtures(*code)[0];
            assert_eq!(check(fixture, "").stdout.trim_end(), example.printed);
            let ran = check(fixture, settings).fine();
            let is_told = ran.stdout.contains(&format!(": {code}: "));
            assert_eq!(is_told, settings.contains("\"warn\""), "{}", ran.all());
        }
    }
}

#[test]
fn a_warning_can_be_made_an_error() {
    let warnings = Code::ALL
        .iter()
        .filter(|code| code.severity() == Severity::Warn);
    for code in warnings {
        let fixture = &Example::of(&page(*code)).fixtures(*code)[0];
        let denied = check(fixture, &format!("[checks]\n{code} = \"deny\"\n"));
        assert_eq!(denied.code, 4, "{}", denied.all());
    }
}
