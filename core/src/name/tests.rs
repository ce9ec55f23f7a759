mod callback;
mod laws;

use super::*;

fn parsed(path: &str) -> Name {
    name(path, "migrations", false).unwrap().unwrap()
}

fn refused(path: &str, recursive: bool) -> Diagnostic {
    name(path, "migrations", recursive).unwrap().unwrap_err()
}

/// What the configuration is told to ignore, in the last hint.
fn ignored(refused: &Diagnostic) -> Option<&str> {
    let hint = refused.hints().last()?;
    hint.split_once("`ignore = [\"")?
        .1
        .split_once("\"]`")
        .map(|(pattern, _)| pattern)
}

fn hint(path: &str) -> String {
    refused(path, false).hints()[0].clone()
}

#[test]
fn each_layout_says_version_name_direction_and_dialect() {
    use Dialect::{MySql, Postgres, Sqlite};
    use Direction::{Down, Up};
    for (path, label, called, direction, dialect) in [
        ("0001_init.sql", "0001", "init", Up, None),
        ("1_init.up.sql", "1", "init", Up, None),
        ("0_zero.DOWN.sql", "0", "zero", Down, None),
        ("01_a.postgres.sql", "01", "a", Up, Some(Postgres)),
        ("01_a.down.MariaDB.sql", "01", "a", Down, Some(MySql)),
        ("01_a.sqlite3.down.sql", "01", "a", Down, Some(Sqlite)),
        ("01_a.pg.sql", "01", "a", Up, Some(Postgres)),
        (
            "01_add-v1.2-columns.sql",
            "01",
            "add-v1.2-columns",
            Up,
            None,
        ),
        ("01_up.up.up.sql", "01", "up.up", Up, None),
        ("01__a.sql", "01", "_a", Up, None),
        ("01_größe.sql", "01", "größe", Up, None),
        ("01_add 2 users.sql", "01", "add 2 users", Up, None),
        ("01_2 factors.sql", "01", "2 factors", Up, None),
        ("V1__add users.sql", "1", "add users", Up, None),
        ("V1__2 factors.sql", "1", "2 factors", Up, None),
        ("01_init/up.sql", "01", "init", Up, None),
        ("01_init/down.sql", "01", "init", Down, None),
        ("V1.2.3__a_b.sql", "1.2.3", "a_b", Up, None),
        ("01_init/up.pg.sql", "01", "init", Up, Some(Postgres)),
        ("01_init/down.mysql.sql", "01", "init", Down, Some(MySql)),
        ("0_init/migration.sql", "0", "init", Up, None),
        ("V1_2__a.mysql.down.sql", "1_2", "a", Down, Some(MySql)),
        ("V4_99_15__a.sql", "4_99_15", "a", Up, None),
        ("U1.2__drop_a.sql", "1.2", "drop_a", Down, None),
        ("U1__a.sqlite.down.sql", "1", "a", Down, Some(Sqlite)),
        ("2024-01-31_a.sql", "2024-01-31", "a", Up, None),
        (
            "2024-01-31_235959_a/up.sql",
            "2024-01-31",
            "235959_a",
            Up,
            None,
        ),
        (
            "2024-01-31-235959_a.down.sql",
            "2024-01-31-235959",
            "a",
            Down,
            None,
        ),
        (
            "2024-01-31-235959-0001_a-b/up.sql",
            "2024-01-31-235959-0001",
            "a-b",
            Up,
            None,
        ),
    ] {
        let Name {
            subject,
            label: read_label,
            name,
            direction: read_direction,
            dialect: read_dialect,
            in_folder: _,
            layout: _,
        } = parsed(path);
        assert_eq!(subject, Subject::Version(label.parse().unwrap()), "{path}");
        assert_eq!((&*read_label, &*name), (label, called), "{path}");
        assert_eq!(
            (read_direction.unwrap_or(Up), read_dialect),
            (direction, dialect),
            "{path}"
        );
    }
}

#[test]
fn the_folder_of_a_dialect_holds_any_layout() {
    for (path, dialect, layout) in [
        ("postgres/0001_a.sql", Dialect::Postgres, Layout::Numbered),
        (
            "PG/0001_a.postgresql.sql",
            Dialect::Postgres,
            Layout::Numbered,
        ),
        (
            "MySQL/2024-01-31-000000_x/up.sql",
            Dialect::MySql,
            Layout::DirectoryEach,
        ),
        (
            "mariadb/0001_a/up.mysql.sql",
            Dialect::MySql,
            Layout::DirectoryEach,
        ),
        ("sqlite3/V1__a.sql", Dialect::Sqlite, Layout::Prefixed),
        ("sqlite/U1__a.sql", Dialect::Sqlite, Layout::Prefixed),
        ("sqlite/R__a.sql", Dialect::Sqlite, Layout::Prefixed),
    ] {
        let name = parsed(path);
        assert_eq!(name.folder(), Some(dialect), "{path}");
        assert_eq!(name.layout, layout, "{path}");
    }
    assert_eq!(parsed("0001_a.pg.sql").folder(), None);
}

#[test]
fn a_repeatable_is_ordered_by_its_name_and_goes_up() {
    for (path, dialect) in [
        ("R__views.sql", None),
        ("R__views.postgres.sql", Some(Dialect::Postgres)),
        ("R__views.up.sql", None),
        ("sqlite/R__views.sql", Some(Dialect::Sqlite)),
    ] {
        let name = parsed(path);
        assert_eq!(name.subject, Subject::Repeatable("views".into()), "{path}");
        assert_eq!((&*name.label, &*name.name), ("", "views"), "{path}");
        assert_ne!(name.direction, Some(Direction::Down), "{path}");
        assert_eq!(name.dialect, dialect, "{path}");
    }
    assert_eq!(parsed("R___a__b.sql").name, "_a__b");
}

#[test]
fn folders_only_group_where_they_are_read() {
    for (path, folder) in [
        ("2023/V1__a.sql", None),
        ("a/b/0001_c.sql", None),
        ("a/0001_b/0002_c.sql", None),
        ("2023/0001_x/up.sql", None),
        ("2023/q1/R__views.sql", None),
        ("2023/postgres/0001_a.sql", Some(Dialect::Postgres)),
        ("postgres/2023/0001_a/up.sql", Some(Dialect::Postgres)),
    ] {
        let name = super::name(path, "migrations", true).unwrap().unwrap();
        assert_eq!(name.folder(), folder, "{path}");
        let refused = refused(path, false);
        assert!(refused.hints()[0].contains("`recursive = true`"), "{path}");
        assert!(ignored(&refused).is_some(), "{path}");
    }
}

#[test]
fn a_mistake_in_a_folder_is_one_whatever_is_in_it() {
    for (folder, files) in [
        ("0001-a", ["up.sql", "down.sql"]),
        ("a", ["up.sql", "down.pg.sql"]),
        ("0001", ["up.sql", "migration.sql"]),
        ("18446744073709551616_a", ["up.sql", "down.sql"]),
        ("postgress", ["0001_a.sql", "notes.sql"]),
        ("2023", ["0001_a.sql", "V2__a.sql"]),
        ("2023", ["q1/V2_a.sql", "q2/README.sql"]),
        ("pg/0001-a", ["up.sql", "down.sql"]),
        ("0001_a/pg", ["up.sql", "down.sql"]),
        ("pg/mysql", ["0001_a.sql", "0002_b/up.sql"]),
    ] {
        let [one, other] = files.map(|file| refused(&format!("{folder}/{file}"), false));
        assert_eq!(one, other, "{folder}");
        assert_eq!(one.place().path(), format!("migrations/{folder}"));
    }
}

#[test]
fn other_files_are_left_alone() {
    for path in [
        "README.md",
        "0001_init.sql~",
        "0001_init.sql.bak",
        "0001_init.txt",
        "migrations.toml",
        "0001_init/metadata.toml",
        "seeds/users.csv",
        "seeds/0001_users.SQL",
        "seeds/up.SQL",
        "0001_init/notes.SQL",
        "postgres/README.md",
        "20240101_init/migration_lock.toml",
        "a/b/c.txt",
        "sql",
    ] {
        assert!(name(path, "migrations", false).is_none(), "{path}");
    }
}

#[test]
fn a_near_miss_is_answered_with_the_name_that_was_meant() {
    for (path, meant) in [
        ("V1_a.sql", "V1__a.sql"),
        ("V1_a.postgres.down.sql", "V1__a.postgres.down.sql"),
        ("V1.2-a.sql", "V1.2__a.sql"),
        ("v1_a.sql", "V1__a.sql"),
        ("V1 a.sql", "V1__a.sql"),
        ("V2024-01-31__a.sql", "V2024.01.31__a.sql"),
        ("u1_a.sql", "U1__a.sql"),
        ("U1-a.pg.sql", "U1__a.pg.sql"),
        ("U1__a.pg.UP.sql", "U1__a.pg.sql"),
        ("R_views.sql", "R__views.sql"),
        ("r__views.pg.sql", "R__views.pg.sql"),
        ("R1.2__views.sql", "R__views.sql"),
        ("R__ views.sql", "R__views.sql"),
        ("2024-01-31-a.sql", "2024-01-31_a.sql"),
        ("2024-01-31a.sql", "2024-01-31_a.sql"),
        ("20240131-2359_a.sql", "202401312359_a.sql"),
        ("0001-a.sql", "0001_a.sql"),
        ("0001a.sql", "0001_a.sql"),
        ("0001é.sql", "0001_é.sql"),
        ("0001-é.sql", "0001_é.sql"),
        ("0001 add  a.sql", "0001_add_a.sql"),
        ("0001_ a.sql", "0001_a.sql"),
        ("0001_a .sql", "0001_a.sql"),
        ("0001_a\tb.sql", "0001_a_b.sql"),
        ("0001-add users.sql", "0001_add users.sql"),
        ("V1__ a.sql", "V1__a.sql"),
        (" 0001_a.sql", "0001_a.sql"),
        ("1.2_a.sql", "V1.2__a.sql"),
        ("0001_a.SQL", "0001_a.sql"),
        ("0001-a.sq", "0001_a.sql"),
        ("0001_a.postgress.sql", "0001_a.postgres.sql"),
        ("0001_a.sqllite.down.sql", "0001_a.sqlite.down.sql"),
        ("0001_a.dwon.sql", "0001_a.down.sql"),
        ("0001_a/UP.sql", "0001_a/up.sql"),
        ("0001_a/up.SQL", "0001_a/up.sql"),
        ("0001-a/down.sql", "0001_a"),
        ("pg/0001 a b/up.sql", "pg/0001_a_b"),
        ("postgress/0001_a.sql", "postgres"),
        ("sqlitee/0001-a/up.sql", "sqlite"),
        ("0001_a/pg/up.sql", "pg/0001_a"),
        ("0001_a/Migration.pg.sql", "0001_a/migration.pg.sql"),
        ("0001_a/dwon.sql", "0001_a/down.sql"),
        ("0001_a/up.postgress.sql", "0001_a/up.postgres.sql"),
        ("0001-a/UP.SQL", "0001_a/up.sql"),
        ("pg/V1_a.sql", "pg/V1__a.sql"),
        ("beforemigrate.sql", "beforeMigrate.sql"),
        ("afterMigrte.mysql.sql", "afterMigrate.mysql.sql"),
        ("BeforeEachMigrat__a.sql", "beforeEachMigrate__a.sql"),
        ("after_undo.sql", "afterUndo.sql"),
        ("afterMigrate_grants.pg.sql", "afterMigrate__grants.pg.sql"),
        ("afterMigrte-grants.sql", "afterMigrate__grants.sql"),
        ("afterMigrate.grants.sql", "afterMigrate__grants.sql"),
        ("afterMigrate1.sql", "afterMigrate__1.sql"),
        ("afterMigrate__.sql", "afterMigrate.sql"),
        ("afterMigrate__ a\tb.sql", "afterMigrate__a_b.sql"),
        ("afterMigrate .sql", "afterMigrate.sql"),
        ("afterMigrate.up.sql", "afterMigrate.sql"),
        ("afterEachMigrate__a.down.pg.sql", "afterEachUndo__a.pg.sql"),
        ("beforeMigrate.postgress.sql", "beforeMigrate.postgres.sql"),
        ("beforemigrate.pg.SQL", "beforeMigrate.pg.sql"),
        ("pg/0001_a.SQL", "pg/0001_a.sql"),
        ("pg/0001_a.postgress.sql", "pg/0001_a.postgres.sql"),
    ] {
        assert_eq!(hint(path), format!("did you mean `{meant}`?"), "{path}");
    }
}

#[test]
fn what_is_no_near_miss_is_answered_with_an_example() {
    for (path, example) in [
        ("add_users.sql", "`0001_add_users.sql`"),
        ("my notes.sql", "`0001_"),
        ("0001.sql", "`0001_what_it_does.sql`"),
        ("0001_.down.sql", "`0001_what_it_does.down.sql`"),
        ("V1__.sql", "`V1__what_it_does.sql`"),
        ("Views.sql", "`V1__initial_schema.sql`"),
        ("R__.sql", "`R__what_it_makes.sql`"),
        ("R__views.down.sql", "remove the file"),
        ("B1__a.pg.sql", "`V1__a.pg.sql`"),
        ("beforeValidate.sql", "`beforeEachMigrate`"),
        ("afterMigrateError__mail.sql", "`afterUndo`"),
        ("afterInfo.pg.sql", "`afterUndo`"),
        ("createSchema.sql", "`beforeMigrate`"),
        ("afterLunch.sql", "`afterMigrate`"),
        ("create_schema.sql", "`0001_create_schema.sql`"),
        ("2024-1-31_a.sql", "`2024-01-31`"),
        ("2024-01_a.sql", "`2024-01-31`"),
        ("up.sql", "`0001_what_it_does/up.sql`"),
        ("pg/down.sql", "`0001_what_it_does/down.sql`"),
        ("0001_a/seed.sql", "move it up"),
        ("0001_a/up.down.sql", "`0001_name/up.sql`"),
        ("pg/0001_a.mysql.sql", "to the folder `mysql`"),
        ("pg/mysql/0001_a.sql", "move this folder up"),
        ("a/b/0001_c.sql", "`recursive = true`"),
    ] {
        assert!(hint(path).contains(example), "{path}: {}", hint(path));
    }
}

#[test]
fn what_is_perhaps_no_migration_is_told_how_to_be_ignored() {
    for (path, pattern) in [
        ("data_seed.sql", Some("data_seed.sql")),
        ("pg/schema.sql", Some("pg/schema.sql")),
        ("Views.sql", Some("Views.sql")),
        ("seed[a].sql", Some("seed[[]a[]].sql")),
        ("beforeClean.sql", Some("beforeClean.sql")),
        ("beforemigrate.sql", None),
        ("B1__a.sql", Some("B1__a.sql")),
        ("0001_a/seed.sql", Some("0001_a/seed.sql")),
        ("seeds/2024/users.sql", Some("seeds/**")),
        ("seeds/up.sql", Some("seeds/**")),
        ("V1_a.sql", None),
        ("users2.sql", None),
        ("postgress/0001_a.sql", None),
    ] {
        assert_eq!(ignored(&refused(path, false)), pattern, "{path}");
    }
    assert_eq!(
        ignored(&refused("a/b/seed.sql", true)),
        Some("a/b/seed.sql")
    );
}

#[test]
fn the_version_of_a_misfit_is_guessed() {
    for (path, version) in [
        ("0001-a.sql", Some("1")),
        ("V1.2_a.sql", Some("1.2")),
        ("V1_2__a b.sql", Some("1.2")),
        ("u3-a.sql", Some("3")),
        ("B3__a.sql", Some("3")),
        ("pg/0001_a.mysql.sql", Some("1")),
        ("2023/0001-a/up.sql", Some("1")),
        ("0001-a", Some("1")),
        ("2024-01-31-a.sql", Some("20240131000000")),
        (
            "2024-01-31-235959-0001-a/up.sql",
            Some("20240131235959.65537"),
        ),
        ("seed.sql", None),
        ("R__views.down.sql", None),
    ] {
        let version = version.map(|version| version.parse().unwrap());
        assert_eq!(probable_version(path), version, "{path}");
    }
}
