//! How a verb ends, as a shell reads it.

use super::{broken, shop};

#[test]
fn each_way_to_end_has_its_code() {
    let desk = shop();
    let code = |arguments: &[&str]| desk.on_file(arguments).code;
    assert_eq!(code(&["validate"]), 3);
    assert_eq!(code(&["wait", "--timeout", "0"]), 5);
    assert_eq!(code(&["run"]), 0);
    assert_eq!(code(&["run", "--to", "9"]), 2);
    assert_eq!(code(&["validate"]), 0);
    desk.write(
        "migrations/0001_users.up.sql",
        "CREATE TABLE users (id INTEGER);\n",
    );
    assert_eq!(code(&["validate"]), 7);
    assert_eq!(code(&["run"]), 7);
    assert_eq!(code(&["run", "--modified", "warn"]), 0);
    assert_eq!(code(&["validate", "--modified", "allow"]), 0);
    desk.write("migrations/0003_x.sql", "SELECT 'x;\n");
    assert_eq!(code(&["run"]), 4);
    assert_eq!(code(&["nonsense"]), 2);
    assert_eq!(code(&["run", "--to", "x"]), 2);
    assert_eq!(code(&["run", "--to", "1", "--steps", "1"]), 2);
}

#[test]
fn a_failed_migration_is_a_failure_and_then_a_broken_integrity() {
    let desk = broken();
    assert_eq!(desk.on_file(&["run"]).code, 1);
    assert_eq!(desk.on_file(&["validate"]).code, 7);
}
