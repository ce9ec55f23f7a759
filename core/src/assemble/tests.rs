use super::*;
use crate::Checksum;
use crate::name::name;

fn read(paths: &[&str], config: &Config) -> (Vec<DirectoryMigration>, Vec<Diagnostic>) {
    let scripts = paths
        .iter()
        .map(|path| {
            let name = name(path, "m", false).unwrap().unwrap();
            let script = DirectoryScript {
                label: name.label.clone(),
                name: name.name.clone(),
                direction: name.direction.unwrap_or(Direction::Up),
                dialect: name.dialect,
                path: (*path).to_owned(),
                first_line: 1,
                sql: String::new(),
                checksum: Checksum::of(""),
                transaction: true,
                readings: Vec::new(),
            };
            (name, script)
        })
        .collect();
    let Assembled {
        migrations,
        repeatables: _,
        mistakes,
    } = assemble(scripts, &BTreeSet::new(), config);
    (migrations, mistakes)
}

/// The code and the places of each mistake.
fn mistakes(paths: &[&str], config: &Config) -> Vec<(Code, Vec<String>)> {
    let (_, diagnostics) = read(paths, config);
    let places = |diagnostic: &Diagnostic| {
        let places = std::iter::once(diagnostic.place()).chain(diagnostic.related_places());
        places.map(|place| place.path().to_owned()).collect()
    };
    diagnostics
        .iter()
        .map(|diagnostic| (diagnostic.code(), places(diagnostic)))
        .collect()
}

fn mistake(code: Code, places: &[&str]) -> (Code, Vec<String>) {
    (code, places.iter().map(|&place| place.to_owned()).collect())
}

fn free() -> Config {
    Config::default()
}

fn strict() -> Config {
    Config {
        require_down: true,
        ..Config::default()
    }
}

#[test]
fn migrations_are_in_the_order_of_numbers_and_scripts_up_before_down() {
    let (migrations, diagnostics) = read(
        &[
            "10_c.sql",
            "9_b.down.sql",
            "9_b.pg.sql",
            "9_b.sql",
            "0_a.sql",
        ],
        &free(),
    );
    assert_eq!(diagnostics, []);
    let paths: Vec<&str> = migrations
        .iter()
        .flat_map(|migration| &migration.scripts)
        .map(|script| &*script.path)
        .collect();
    assert_eq!(
        paths,
        [
            "0_a.sql",
            "9_b.sql",
            "9_b.pg.sql",
            "9_b.down.sql",
            "10_c.sql"
        ]
    );
}

#[test]
fn two_names_with_one_version_are_one_mistake_whatever_they_consist_of() {
    let paths = [
        "1_a.sql",
        "1_a.pg.sql",
        "1_a.down.sql",
        "1_b.sql",
        "1_b.pg.sql",
        "1_b.down.sql",
    ];
    assert_eq!(
        mistakes(&paths, &free()),
        [mistake(Code::DuplicateVersion, &["1_b.sql", "1_a.sql"])]
    );
    assert_eq!(
        mistakes(&["1_a.pg.sql", "1_b.sqlite.sql"], &free()),
        [mistake(
            Code::DuplicateVersion,
            &["1_b.sqlite.sql", "1_a.pg.sql"]
        ),]
    );
}

#[test]
fn one_name_twice_for_one_dialect_is_a_mistake_of_its_own() {
    assert_eq!(
        mistakes(&["1_a.pg.sql", "01_a.postgresql.up.sql"], &free()),
        [mistake(
            Code::DuplicateScript,
            &["1_a.pg.sql", "01_a.postgresql.up.sql"]
        )]
    );
}

#[test]
fn a_dialect_is_missing_only_where_nothing_serves_it() {
    assert_eq!(
        mistakes(&["1_a.pg.sql", "1_a.sqlite.sql", "2_b.sql"], &free()),
        []
    );
    assert_eq!(
        mistakes(
            &["1_a.pg.sql", "1_a.sql", "2_b.sqlite.sql", "2_b.sql"],
            &free()
        ),
        []
    );
    assert_eq!(mistakes(&["1_a.pg.sql", "2_b.pg.sql"], &free()), []);
    assert_eq!(
        mistakes(
            &[
                "1_a.pg.sql",
                "1_a.sqlite.sql",
                "2_b.pg.sql",
                "3_c.sqlite.sql"
            ],
            &free()
        ),
        [
            mistake(Code::MissingDialect, &["2_b.pg.sql", "1_a.sqlite.sql"]),
            mistake(Code::MissingDialect, &["3_c.sqlite.sql", "1_a.pg.sql"]),
        ]
    );
}

#[test]
fn a_required_down_script_serves_the_dialects_of_the_up_scripts() {
    assert_eq!(mistakes(&["1_a.sql", "1_a.down.sql"], &strict()), []);
    assert_eq!(
        mistakes(&["1_a.pg.sql", "1_a.sqlite.sql", "1_a.down.sql"], &strict()),
        []
    );
    assert_eq!(
        mistakes(&["1_a.sql", "1_a.pg.down.sql"], &strict()),
        [mistake(Code::MissingDown, &["1_a.sql"])]
    );
    assert_eq!(
        mistakes(
            &["1_a.pg.sql", "1_a.mysql.sql", "1_a.pg.down.sql", "2_b.sql"],
            &strict()
        ),
        [
            mistake(Code::MissingDown, &["1_a.mysql.sql"]),
            mistake(Code::MissingDown, &["2_b.sql"]),
        ]
    );
}

#[test]
fn a_down_script_alone_is_missing_its_up_script_and_nothing_else() {
    assert_eq!(
        mistakes(&["1_a.sql", "2_b.pg.down.sql"], &strict())[1..],
        [mistake(Code::MissingUp, &["2_b.pg.down.sql"])]
    );
}
