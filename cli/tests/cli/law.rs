//! What holds for any directory that reads well: `new` makes one migration more, and it is the last.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use embed_migrations_core::{Directory, Options};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::desk::Desk;

/// How the files of a migration are called, for its number and its name, and what stands in them.
#[derive(Debug, Clone, Copy)]
struct Layout {
    files: fn(u32, &str) -> Vec<String>,
    text: &'static str,
}

const PLAIN: &str = "SELECT 1;\n";

const LAYOUTS: [Layout; 12] = [
    plain(|number, name| vec![format!("{number:04}_{name}.sql")]),
    plain(|number, name| {
        vec![
            format!("{number}_{name}.up.sql"),
            format!("{number}_{name}.down.sql"),
        ]
    }),
    plain(|number, name| {
        vec![
            format!("{number:02}_{name}/up.sql"),
            format!("{number:02}_{name}/down.sql"),
        ]
    }),
    plain(|number, name| {
        vec![
            format!("V{number}__{name}.sql"),
            format!("U{number}__{name}.sql"),
        ]
    }),
    plain(|number, name| vec![format!("V1.{number}__{name}.sql")]),
    plain(|number, name| {
        vec![
            format!("{number}_{name}.postgres.sql"),
            format!("{number}_{name}.sql"),
        ]
    }),
    plain(|number, name| {
        vec![
            format!("pg/{number}_{name}.sql"),
            format!("sqlite/{number}_{name}/up.sql"),
        ]
    }),
    plain(|number, name| {
        let time = 20_240_101_000_000_u64 + u64::from(number);
        vec![format!("{time}_{name}.sql")]
    }),
    plain(|number, name| vec![format!("2024-01-01-{number:06}_{name}/up.sql")]),
    with_sections("-- Up\nSELECT 1;\n-- Down\nSELECT 2;\n"),
    with_sections("-- +goose Up\nSELECT 1;\n"),
    with_sections("-- migrate:up transaction:false\nVACUUM;\n-- migrate:down\nSELECT 1;\n"),
];

const fn plain(files: fn(u32, &str) -> Vec<String>) -> Layout {
    Layout { files, text: PLAIN }
}

const fn with_sections(text: &'static str) -> Layout {
    Layout {
        files: |number, name| vec![format!("{number}_{name}.sql")],
        text,
    }
}

fn layout() -> impl Strategy<Value = Layout> {
    (0..LAYOUTS.len()).prop_map(|index| LAYOUTS[index])
}

/// Words that a file of a migration may be called, those that mean something among them.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9_.-]{0,9}",
        "[0-9_é'-]{1,5}x",
        Just("up".to_owned()),
        Just("no_transaction".to_owned()),
        Just("x.sqlite".to_owned()),
    ]
}

fn read(desk: &Desk) -> Option<Directory> {
    Directory::read(&desk.path("migrations"), "migrations", &Options::default()).ok()
}

#[test]
fn after_new_a_directory_reads_well_with_one_migration_more_which_is_the_last() {
    let directories = (
        layout(),
        proptest::collection::btree_map(0_u32..60, name(), 0..4),
        name(),
    );
    let config = Config {
        cases: 96,
        failure_persistence: None,
        ..Config::default()
    };
    let made = Cell::new(0);
    TestRunner::new(config)
        .run(&directories, |(layout, migrations, added)| {
            let files: Vec<String> = migrations
                .iter()
                .flat_map(|(number, name)| (layout.files)(*number, name))
                .collect();
            let desk = Desk::new(&[]);
            for (index, file) in files.iter().enumerate() {
                let text = layout.text.replace("SELECT 1", &format!("SELECT 1{index}"));
                desk.write(&format!("migrations/{file}"), &text);
            }
            fs::create_dir_all(desk.path("migrations")).unwrap();
            let Some(before) = read(&desk).map_or_else(
                || migrations.is_empty().then_some(0),
                |directory| Some(directory.migrations.len()),
            ) else {
                return Ok(());
            };
            let ran = desk.run(&["new", "--", &added]);
            if ran.code != 0 {
                let mut untouched = files;
                untouched.sort();
                prop_assert_eq!(desk.files(), untouched, "{}", ran.all());
                return Ok(());
            }
            let after = read(&desk);
            prop_assert!(after.is_some(), "{}", desk.run(&["check"]).all());
            let migrations = after.unwrap().migrations;
            prop_assert_eq!(migrations.len(), before + 1, "{}", ran.all());
            prop_assert_eq!(migrations.last().unwrap().name(), added);
            made.set(made.get() + 1);
            Ok(())
        })
        .unwrap();
    assert!(
        made.get() > 40,
        "only {} directories could be added to",
        made.get()
    );
}

#[test]
fn every_good_fixture_can_be_continued() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    for fixture in fs::read_dir(fixtures).unwrap() {
        let fixture = fixture.unwrap().path();
        let name = fixture.file_name().unwrap().to_str().unwrap();
        let desk = Desk::new(&[("Cargo.toml", "")]);
        desk.copy(&fixture, "migrations");
        let Some(before) = read(&desk).filter(|_| name.starts_with("good--")) else {
            continue;
        };
        let ran = desk.run(&["new", "added"]);
        assert_eq!(ran.code, 0, "{name}\n{}", ran.all());
        if desk.files().contains(&"migrations.lock".to_owned()) {
            desk.run(&["lock"]).fine();
        }
        let checked = desk.run(&["check"]);
        assert_eq!(checked.code, 0, "{name}\n{}\n{}", ran.all(), checked.all());
        let migrations = read(&desk).unwrap().migrations;
        let added = migrations
            .iter()
            .filter(|migration| migration.name() == "added");
        // Where each folder counts in its own manner, what is new has a version in each.
        let expected = if name == "good--dialect-folders" {
            2
        } else {
            1
        };
        assert_eq!(added.count(), expected, "{name}");
        assert_eq!(
            migrations.len(),
            before.migrations.len() + expected,
            "{name}"
        );
        assert_eq!(migrations.last().unwrap().name(), "added", "{name}");
    }
}
