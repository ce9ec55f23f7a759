use std::fs;

use tempfile::TempDir;

use super::*;

/// The words for the engines of a manifest that lies above the directory of the migrations.
fn engines(manifest: &str) -> Vec<&'static str> {
    engines_in(&[("Cargo.toml", manifest)], "migrations")
}

fn engines_in(manifests: &[(&str, &str)], directory: &str) -> Vec<&'static str> {
    let root = TempDir::new().unwrap();
    let directory = root.path().join(directory);
    fs::create_dir_all(&directory).unwrap();
    for (path, text) in manifests {
        fs::write(root.path().join(path), text).unwrap();
    }
    super::engines(&directory).map_or_else(Vec::new, |found| {
        found.dialects.into_iter().map(Dialect::name).collect()
    })
}

#[test]
fn the_features_of_the_dependency_are_the_engines() {
    let inline =
        "[dependencies]\nembed-migrations = { version = '1', features = ['sqlite', 'mysql'] }";
    assert_eq!(engines(inline), ["mysql", "sqlite"]);
    let table = "[dependencies.embed-migrations]\nversion = '1'\nfeatures = ['postgres', 'other']";
    assert_eq!(engines(table), ["postgres"]);
}

#[test]
fn a_dependency_may_be_renamed_and_for_one_target() {
    let renamed =
        "[dependencies]\nmigrate = { package = 'embed-migrations', features = ['mysql'] }";
    assert_eq!(engines(renamed), ["mysql"]);
    let other = "[dependencies]\nembed-migrations = { package = 'other', features = ['mysql'] }";
    assert!(engines(other).is_empty());
    let target = "[dependencies]\nembed-migrations = { version = '1', features = ['mysql'] }\n\
        [target.'cfg(unix)'.dependencies]\nembed-migrations = { version = '1', features = ['sqlite'] }";
    assert_eq!(engines(target), ["mysql", "sqlite"]);
}

#[test]
fn a_crate_may_hand_its_own_features_on() {
    let forwarded = "[features]\npg = ['embed-migrations/postgres']\nlite = ['embed-migrations?/sqlite', 'dep:x']\n\
        other = ['embed-migrations-other/mysql']\n\
        [dependencies]\nembed-migrations = { version = '1', optional = true }";
    assert_eq!(engines(forwarded), ["postgres", "sqlite"]);
}

#[test]
fn a_test_may_be_all_that_embeds() {
    let dev = "[dev-dependencies]\nembed-migrations = { version = '1', features = ['sqlite'] }";
    assert_eq!(engines(dev), ["sqlite"]);
    let both = format!(
        "{dev}\n[dependencies]\nembed-migrations = {{ version = '1', features = ['mysql'] }}"
    );
    assert_eq!(engines(&both), ["mysql"]);
}

#[test]
fn a_member_inherits_the_features_of_its_workspace() {
    let root =
        "[workspace.dependencies]\nembed-migrations = { version = '1', features = ['postgres'] }";
    let member = "[dependencies]\nembed-migrations = { workspace = true, features = ['sqlite'] }";
    let manifests = [("Cargo.toml", root), ("server/Cargo.toml", member)];
    assert_eq!(
        engines_in(&manifests, "server/migrations"),
        ["postgres", "sqlite"]
    );
}

#[test]
fn nothing_is_known_where_nothing_is_said() {
    for manifest in [
        "",
        "[dependencies]\nembed-migrations = '1'",
        "[dependencies]\nembed-migrations = { version = '1', features = [] }",
        "[dependencies\n",
        "dependencies = 3\ntarget = []\nfeatures = 'x'",
    ] {
        assert!(engines(manifest).is_empty(), "{manifest}");
    }
}
