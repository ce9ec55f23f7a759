use super::*;

const LAYOUTS: [(&str, &str, &str); 13] = [
    ("2024/postgres/V4__a.sql", "4", "a"),
    ("0001_a.sql", "0001", "a"),
    ("0001_a.postgres.up.sql", "0001", "a"),
    ("0001_a.up.pg.sql", "0001", "a"),
    ("0001_a/up.sql", "0001", "a"),
    ("V1__a.sql", "1", "a"),
    ("U1.2__a.sql", "1.2", "a"),
    ("V4_99_1575367461__a.sql", "4_99_1575367461", "a"),
    ("2024-01-01-000000_a/down.sql", "2024-01-01-000000", "a"),
    (
        "sqlite/2024-01-01-000000_a/up.sql",
        "2024-01-01-000000",
        "a",
    ),
    ("2024/V1__a.sql", "1", "a"),
    ("1_1_a.1_1.sql", "1", "1_a.1_1"),
    ("0001___a.sql", "0001", "__a"),
];

#[test]
fn a_path_is_taken_apart_and_put_together_in_every_layout() {
    for (path, label, name) in LAYOUTS {
        let shape = Shape::of(path, label, name).unwrap();
        assert_eq!(shape.path(label, name), path);
    }
}

fn shape(path: &str) -> Shape {
    let (_, label, name) = LAYOUTS.iter().find(|(layout, ..)| *layout == path).unwrap();
    Shape::of(path, label, name).unwrap()
}

#[test]
fn a_migration_has_a_file_or_a_directory_of_its_own() {
    assert_eq!(shape("0001_a/up.sql").entry("0002", "b"), "0002_b");
    assert_eq!(
        shape("sqlite/2024-01-01-000000_a/up.sql").entry("3", "b"),
        "sqlite/3_b"
    );
    assert_eq!(shape("V1__a.sql").entry("2", "b"), "V2__b.sql");
}

#[test]
fn the_other_direction_is_written_as_its_layout_does() {
    let down = |path| shape(path).with_direction(Direction::Down).path("2", "b");
    assert_eq!(down("0001_a.sql"), "2_b.down.sql");
    assert_eq!(down("0001_a.postgres.up.sql"), "2_b.postgres.down.sql");
    assert_eq!(down("0001_a.up.pg.sql"), "2_b.down.pg.sql");
    assert_eq!(down("0001_a/up.sql"), "2_b/down.sql");
    assert_eq!(down("V1__a.sql"), "U2__b.sql");
    assert_eq!(
        down("sqlite/2024-01-01-000000_a/up.sql"),
        "sqlite/2_b/down.sql"
    );
}

#[test]
fn another_dialect_is_written_as_its_layout_does() {
    let mysql = |path| shape(path).with_dialect(Dialect::MySql).path("2", "b");
    assert_eq!(mysql("0001_a.sql"), "2_b.mysql.sql");
    assert_eq!(mysql("0001_a.postgres.up.sql"), "2_b.mysql.up.sql");
    assert_eq!(mysql("0001_a.up.pg.sql"), "2_b.up.mysql.sql");
    assert_eq!(mysql("0001_a/up.sql"), "2_b/up.mysql.sql");
    assert_eq!(mysql("2024/postgres/V4__a.sql"), "2024/mysql/V2__b.sql");
    assert_eq!(
        mysql("sqlite/2024-01-01-000000_a/up.sql"),
        "mysql/2_b/up.sql"
    );
}
