use super::*;
use crate::Checksum;
use crate::name::name;

fn script(path: &str) -> Named {
    let name = name(path, "m", true).unwrap().unwrap();
    let script = DirectoryScript {
        label: name.label.clone(),
        name: name.name.clone(),
        direction: name.direction.unwrap_or(Direction::Up),
        dialect: name.dialect,
        path: path.to_owned(),
        first_line: 1,
        sql: String::new(),
        checksum: Checksum::of(""),
        transaction: true,
        readings: Vec::new(),
    };
    (name, script)
}

fn read(paths: &[&str], config: &Config) -> Assembled {
    let scripts = paths.iter().map(|path| script(path)).collect();
    assemble(scripts, &BTreeSet::new(), config)
}

/// The paths of the scripts in their order.
fn in_order(paths: &[&str]) -> Vec<String> {
    let Assembled {
        migrations,
        repeatables,
        callbacks,
        mistakes,
    } = read(paths, &free());
    assert_eq!(mistakes, []);
    let versioned = migrations.into_iter().flat_map(|one| one.scripts);
    let repeatable = repeatables.into_iter().flat_map(|one| one.scripts);
    let called_back = callbacks.into_iter().flat_map(|one| one.scripts);
    let scripts = versioned.chain(repeatable).chain(called_back);
    scripts.map(|script| script.path).collect()
}

/// The code and the places of each mistake.
fn mistakes(paths: &[&str], config: &Config) -> Vec<(Code, Vec<String>)> {
    told(&read(paths, config).mistakes)
}

fn told(diagnostics: &[Diagnostic]) -> Vec<(Code, Vec<String>)> {
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
    assert_eq!(
        in_order(&[
            "10_c.sql",
            "9_b.down.sql",
            "9_b.pg.sql",
            "9_b.sql",
            "0_a.sql",
        ]),
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
fn the_order_of_prefixed_names_is_that_of_flyway() {
    let paths = [
        "V0.9__a.sql",
        "V1__b.sql",
        "V1.0.1__c.sql",
        "V1_2__d.sql",
        "V01.10__e.sql",
        "V2_7_0__f.sql",
        "V2_7_0_1__g.sql",
        "V4_99_1567727816__h.sql",
        "V4_99_1575367461__i.sql",
        "V4_100__j.sql",
        "V20240101__k.sql",
    ];
    let mut shuffled = paths;
    shuffled.reverse();
    assert_eq!(in_order(&shuffled), paths);
}

#[test]
fn the_order_of_dashed_versions_is_that_of_diesel_and_of_the_same_without_dashes() {
    let paths = [
        "00000000000000_diesel_initial_setup/up.sql",
        "20140924113530_a/up.sql",
        "2024-03-06-170000_b/up.sql",
        "2024-03-13_170000_c/up.sql",
        "2024-03-13-000001_d/up.sql",
        "2024-06-05-131359_d/up.sql",
        "2024-06-05-131359-0000_e/up.sql",
        "2024-06-05-131359-0001_f/up.sql",
        "20240605131400_g/up.sql",
    ];
    let mut shuffled = paths;
    shuffled.reverse();
    assert_eq!(in_order(&shuffled), paths);
}

#[test]
fn repeatables_come_last_and_go_with_any_layout() {
    let paths = [
        "1_a.sql",
        "R__a_view.sql",
        "R__b_view.sql",
        "R__b_view.pg.sql",
    ];
    assert_eq!(in_order(&paths), paths);
}

#[test]
fn the_folders_of_two_dialects_are_two_directories() {
    let paths = [
        "pg/1_a.sql",
        "mysql/1_b.sql",
        "mysql/1_b.down.sql",
        "pg/2_c/up.sql",
        "mysql/V3__d.sql",
    ];
    assert_eq!(
        mistakes(&["pg/1_a.sql", "mysql/1_b.sql", "pg/R__v.sql"], &free()),
        []
    );
    assert_eq!(
        mistakes(&paths, &free()),
        [
            mistake(Code::MixedLayouts, &["pg/2_c/up.sql", "pg/1_a.sql"]),
            mistake(Code::MixedLayouts, &["mysql/V3__d.sql", "mysql/1_b.sql"]),
        ]
    );
    assert_eq!(
        mistakes(&["pg/1_a.sql", "mysql/1_a.down.sql"], &free()),
        [mistake(Code::MissingUp, &["mysql/1_a.down.sql"])]
    );
}

#[test]
fn what_serves_every_dialect_meets_what_lies_in_a_folder() {
    assert_eq!(
        in_order(&["1_a.sql", "pg/1_a.sql"]),
        ["1_a.sql", "pg/1_a.sql"]
    );
    assert_eq!(
        mistakes(&["1_a.sql", "pg/1_b.sql", "mysql/1_c.sql"], &free()),
        [
            mistake(Code::DuplicateVersion, &["pg/1_b.sql", "1_a.sql"]),
            mistake(Code::DuplicateVersion, &["mysql/1_c.sql", "1_a.sql"]),
        ]
    );
    assert_eq!(
        mistakes(&["1_a.pg.sql", "1_a.mysql.sql", "pg/1_a.sql"], &free()),
        [mistake(
            Code::DuplicateScript,
            &["pg/1_a.sql", "1_a.pg.sql"]
        )]
    );
}

#[test]
fn two_folders_of_one_dialect_are_one() {
    assert_eq!(mistakes(&["pg/1_a.sql", "postgres/2_b.sql"], &free()), []);
    assert_eq!(
        mistakes(&["pg/1_a.sql", "postgres/1_a.sql"], &free()),
        [mistake(
            Code::DuplicateScript,
            &["postgres/1_a.sql", "pg/1_a.sql"]
        )]
    );
}

#[test]
fn folders_that_only_group_are_one_directory() {
    assert_eq!(
        mistakes(&["2023/1_a.sql", "2024/1_b.sql"], &free()),
        [mistake(
            Code::DuplicateVersion,
            &["2024/1_b.sql", "2023/1_a.sql"]
        )]
    );
}

#[test]
fn an_undo_script_has_a_name_of_its_own() {
    assert_eq!(
        in_order(&["V1__create_users.sql", "U1__drop_users.sql"]),
        ["V1__create_users.sql", "U1__drop_users.sql"]
    );
    assert_eq!(
        mistakes(
            &["V1__a.sql", "V1__a.down.sql", "U1.0__drop_a.sql"],
            &strict()
        ),
        [mistake(
            Code::DuplicateScript,
            &["V1__a.down.sql", "U1.0__drop_a.sql"]
        )]
    );
    assert_eq!(
        in_order(&["V1__a.sql", "U1__drop_a.sql", "U1__drop_a_here.pg.sql"]).len(),
        3
    );
}

#[test]
fn an_undo_script_alone_may_come_from_refinery() {
    let Assembled { mistakes, .. } = read(&["pg/U1__a.sql", "2_b.down.sql"], &free());
    let hints: Vec<_> = mistakes
        .iter()
        .map(|mistake| mistake.hints().len())
        .collect();
    assert_eq!(hints, [2, 1]);
    assert!(mistakes[0].hints()[1].ends_with("rename it to `V1__a.sql`"));
}

#[test]
fn a_repeatable_is_not_undone() {
    assert_eq!(mistakes(&["R__views.sql"], &strict()), []);
    let (name, mut down) = script("R__views.sql");
    down.direction = Direction::Down;
    let scripts = vec![script("R__views.sql"), (name, down)];
    let Assembled { mistakes, .. } = assemble(scripts, &BTreeSet::new(), &free());
    assert_eq!(
        told(&mistakes),
        [mistake(Code::SectionOrder, &["R__views.sql"])]
    );
}

#[test]
fn a_repeatable_has_one_script_for_a_dialect() {
    let twice = read(
        &[
            "R__views.pg.sql",
            "R__views.postgres.sql",
            "R__views.mysql.sql",
        ],
        &free(),
    );
    assert_eq!(
        told(&twice.mistakes),
        [mistake(
            Code::DuplicateScript,
            &["R__views.postgres.sql", "R__views.pg.sql"]
        )]
    );
    assert_eq!(
        twice.mistakes[0].message(),
        "repeatable views has two up scripts for PostgreSQL"
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
