use proptest::prelude::*;

use super::*;

fn parsed(path: &str) -> Name {
    name(path, "migrations", false).unwrap().unwrap()
}

fn hint(path: &str) -> String {
    let refused = name(path, "migrations", false).unwrap().unwrap_err();
    refused.hints()[0].clone()
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
        ("01_init/up.sql", "01", "init", Up, None),
        ("01_init/down.sql", "01", "init", Down, None),
        ("V1.2.3__a_b.sql", "1.2.3", "a_b", Up, None),
        ("V1_2__a.mysql.down.sql", "1_2", "a", Down, Some(MySql)),
    ] {
        let Name {
            order,
            label: read_label,
            name,
            direction: read_direction,
            dialect: read_dialect,
            in_folder: _,
            layout: _,
        } = parsed(path);
        assert_eq!(order, Order::Version(label.parse().unwrap()), "{path}");
        assert_eq!((&*read_label, &*name), (label, called), "{path}");
        assert_eq!(
            (read_direction.unwrap_or(Up), read_dialect),
            (direction, dialect),
            "{path}"
        );
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
        ("U1__a.sql", "V1__a.down.sql"),
        ("0001-a.sql", "0001_a.sql"),
        ("0001a.sql", "0001_a.sql"),
        ("0001é.sql", "0001_é.sql"),
        ("0001-é.sql", "0001_é.sql"),
        ("0001 add  a.sql", "0001_add_a.sql"),
        (" 0001_a.sql", "0001_a.sql"),
        ("1.2_a.sql", "V1.2__a.sql"),
        ("0001_a.SQL", "0001_a.sql"),
        ("0001-a.sq", "0001_a.sql"),
        ("0001_a.postgress.sql", "0001_a.postgres.sql"),
        ("0001_a.sqllite.down.sql", "0001_a.sqlite.down.sql"),
        ("0001_a.dwon.sql", "0001_a.down.sql"),
        ("0001_a/UP.sql", "0001_a/up.sql"),
        ("0001_a/up.SQL", "0001_a/up.sql"),
        ("0001-a/down.sql", "0001_a/down.sql"),
        ("pg/0001_a.sql", "0001_a.postgres.sql"),
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
        ("R__views.sql", "`V1__views.sql`"),
        ("0001_a/seed.sql", "move it up"),
        ("a/b/0001_c.sql", "move it up"),
    ] {
        assert!(hint(path).contains(example), "{path}: {}", hint(path));
    }
}

proptest! {
    #[test]
    fn every_name_is_read_or_answered_and_what_is_suggested_can_be_read(
        path in "[VvUR]?[0-9 ._é-]{0,4}[_ -]{0,2}[a-zé ]{0,3}(\\.(up|dwon|postgress|pg|x)){0,2}(/up)?\\.(sql|SQL|sq|txt)"
    ) {
        if let Some(Err(refused)) = name(&path, "migrations", false) {
            let rendered = refused.to_string();
            prop_assert!(rendered.contains("help"), "{rendered}");
            let meant = refused.hints()[0].strip_prefix("did you mean `").map(str::to_owned);
            if let Some(meant) = meant {
                parsed(meant.strip_suffix("`?").unwrap());
            }
        }
    }
}
