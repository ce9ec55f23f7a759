//! The shapes of `--json`, as docs/json.md has them. They are the same as long as `format` is.

use std::collections::BTreeSet;

use clap::Subcommand;
use embed_migrations_cli::author::Verb;
use insta::assert_snapshot;

use crate::desk::Desk;

#[test]
fn every_verb_has_its_shape() {
    let desk = Desk::new(&[]);
    assert_snapshot!(
        "init",
        desk.run(&["init", "--lock", "--json"]).fine().stdout
    );
    assert_snapshot!(
        "new",
        desk.run(&["new", "a", "--down", "--json"]).fine().stdout
    );
    assert_snapshot!("lock", desk.run(&["lock", "--json"]).fine().stdout);
    desk.write("migrations/R__views.sql", "SELECT 1;\n");
    desk.write("migrations/afterMigrate__grants.sql", "SELECT 1;\n");
    assert_snapshot!("list", desk.run(&["list", "--json"]).fine().stdout);
    desk.write("migrations/0001_a.up.sql", "SELECT 1;\n");
    let accepted = desk.run(&["lock", "--json", "--accept", "0001_a.up.sql"]);
    assert_snapshot!("lock_accept", accepted.fine().stdout);
    desk.write("migrations/0000_z.sql", "SELECT 'z';\n");
    assert_snapshot!("check", desk.run(&["check", "--json"]).stdout);
    let settings = desk.text("migrations/migrations.toml");
    desk.write(
        "migrations/migrations.toml",
        &format!("{settings}\n[overrides.\"0000_z.sql\"]\ntransaction = false\n"),
    );
    assert_snapshot!(
        "renumber",
        desk.run(&["renumber", "0000_z.sql", "--json"])
            .fine()
            .stdout
    );
    assert_snapshot!(
        "explain",
        desk.run(&["explain", "bad-name", "--json"]).fine().stdout
    );
}

#[test]
fn a_failure_has_its_shape() {
    let desk = Desk::new(&[("migrations/0001_a.sql", "SELECT 'x\n")]);
    assert_snapshot!("findings", desk.run(&["list", "--json"]).stdout);
    assert_snapshot!("usage", desk.run(&["new", "a/b", "--json"]).stdout);
    desk.write("migrations/migrations.toml", "");
    assert_snapshot!("failed", desk.run(&["init", "--json"]).stdout);
}

#[test]
fn every_code_is_in_the_list() {
    let desk = Desk::new(&[]);
    let all = desk.run(&["explain", "--json"]).fine().json();
    assert_eq!(all["format"], 1);
    let codes = all["codes"].as_array().unwrap();
    assert_eq!(
        codes.len(),
        embed_migrations_core::diagnostic::Code::ALL.len()
    );
    for code in codes {
        let keys: Vec<&String> = code.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["code", "severity", "adjustable", "summary"]);
    }
}

#[test]
fn the_guide_shows_these_shapes() {
    let guide = include_str!("../../../docs/json.md");
    let mut described = BTreeSet::new();
    for shown in guide.split("```json\n").skip(1) {
        let (example, _) = shown.split_once("```").unwrap();
        let example: serde_json::Value = serde_json::from_str(example).unwrap();
        let verb = example["verb"].as_str().unwrap();
        if !Verb::has_subcommand(verb) {
            continue;
        }
        let pinned = pinned(verb, example.get("error").is_some());
        assert_eq!(keys(&example), keys(&pinned), "{verb}");
        described.insert(verb.to_owned());
    }
    let verbs = Verb::augment_subcommands(clap::Command::new("migrations"));
    let verbs = verbs.get_subcommands().map(clap::Command::get_name);
    assert_eq!(described, verbs.map(str::to_owned).collect());
}

/// The object of a snapshot.
fn pinned(verb: &str, failed: bool) -> serde_json::Value {
    let name = if failed { "findings" } else { verb };
    let path = format!(
        "{}/tests/cli/snapshots/cli__json__{name}.snap",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).unwrap();
    let (_, object) = text
        .split_once("---\n")
        .unwrap()
        .1
        .split_once("---\n")
        .unwrap();
    serde_json::from_str(object).unwrap()
}

/// Every path to a value, whatever the value: `diagnostics.place.line`.
pub(crate) fn keys(value: &serde_json::Value) -> BTreeSet<String> {
    use serde_json::Value;
    match value {
        Value::Object(object) => object
            .iter()
            .flat_map(|(key, value)| {
                let below = keys(value)
                    .into_iter()
                    .map(move |below| format!("{key}.{below}"));
                std::iter::once(key.clone()).chain(below)
            })
            .collect(),
        Value::Array(values) => values.iter().flat_map(keys).collect(),
        _ => BTreeSet::new(),
    }
}
