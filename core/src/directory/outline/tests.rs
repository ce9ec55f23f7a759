use super::*;

fn outline(files: &[(&str, &str)]) -> Outline {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    Outline::read(directory.path(), "migrations", &Options::default())
}

fn paths(outline: &Outline) -> Vec<(&str, usize)> {
    let scripts = outline.scripts.iter();
    scripts
        .map(|script| (&*script.path, script.first_line))
        .collect()
}

#[test]
fn sql_that_is_wrong_has_a_name_all_the_same() {
    let outline = outline(&[
        ("0010_b.sql", "SELECT 'x"),
        ("9_a.down.sql", "BEGIN;"),
        ("9_a.up.sql", "VACUUM;"),
        ("R__views.sql", "SELECT 1;"),
        ("afterMigrate__99.sql", "SELECT 1;"),
    ]);
    assert_eq!(
        paths(&outline),
        [
            ("migrations/9_a.up.sql", 1),
            ("migrations/9_a.down.sql", 1),
            ("migrations/0010_b.sql", 1),
        ]
    );
    assert_eq!(outline.mistakes.iter().count(), 0);
}

#[test]
fn two_migrations_may_claim_one_version() {
    let outline = outline(&[("0001_a.sql", "SELECT 1;"), ("0001_b.sql", "SELECT 2;")]);
    let names: Vec<&str> = outline.scripts.iter().map(|script| &*script.name).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(outline.mistakes.iter().count(), 0);
}

#[test]
fn a_section_is_a_script_with_the_line_behind_its_marker() {
    let text = "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n";
    let outline = outline(&[("0001_a.sql", text)]);
    assert_eq!(
        paths(&outline),
        [("migrations/0001_a.sql", 2), ("migrations/0001_a.sql", 4)]
    );
}

#[test]
fn what_hides_a_name_is_told() {
    let outline = outline(&[
        ("0001_a.sql", "SELECT 1;"),
        ("0002 b.sql", "SELECT 1;"),
        ("migrations.toml", "ignored = []\n"),
    ]);
    assert_eq!(paths(&outline), [("migrations/0001_a.sql", 1)]);
    let codes = outline.mistakes.iter().map(|mistake| mistake.code().name());
    assert_eq!(codes.collect::<Vec<_>>(), ["bad-config", "bad-name"]);
    assert_eq!(outline.settings, ["migrations/migrations.toml"]);
}
