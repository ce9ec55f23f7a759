//! Scripts that say what may be misunderstood: texts with semicolons in them, bodies, comments of every kind.

use embed_migrations::Dialect;
use proptest::collection::vec;
use proptest::prelude::*;

/// Scripts of one to four statements that a server understands, in which a table `watched (n INTEGER)` may be used.
pub fn scripts(dialect: Dialect) -> impl Strategy<Value = String> {
    vec(statement(dialect), 1..5).prop_flat_map(move |statements| {
        vec(between(dialect), statements.len()).prop_map(move |glue| script(&statements, &glue))
    })
}

/// Statements with something between each two.
fn script(statements: &[String], glue: &[String]) -> String {
    let mut script = String::new();
    for (statement, glue) in statements.iter().zip(glue) {
        script.push_str(glue);
        script.push_str(statement);
        script.push(';');
    }
    script
}

/// Nothing that runs.
fn between(dialect: Dialect) -> impl Strategy<Value = String> {
    let mut kinds = vec![
        " ",
        "\n",
        "\n-- it's; not \"closed\n",
        "/* ; ' $$ BEGIN */",
        "\r\n\t",
    ];
    kinds.push(match dialect {
        Dialect::Postgres => "/* /* nested ; */ ' */",
        Dialect::MySql => "# it's; a comment\n",
        Dialect::Sqlite => "-- [ ` \"\n",
    });
    proptest::sample::select(kinds).prop_map(str::to_owned)
}

/// What may stand in a literal and mean something outside of it.
fn nasty() -> impl Strategy<Value = String> {
    const PARTS: [&str; 16] = [
        ";", "--", "/*", "*/", "$$", "$a$", "\"", "`", "[", "\n", "é", " BEGIN ", " END ",
        " CASE ", "#", "x",
    ];
    vec(proptest::sample::select(PARTS.as_slice()), 0..6).prop_map(|parts| parts.concat())
}

fn statement(dialect: Dialect) -> BoxedStrategy<String> {
    let quoted = nasty().prop_map(|text| format!("SELECT 'it''s{text}'"));
    let commented = nasty().prop_map(|text| {
        let text = text.replace("*/", "").replace("/*", "");
        format!("SELECT 1 /* {text} */ + 1")
    });
    let cased = Just("SELECT CASE WHEN 1 > 0 THEN ';' ELSE 'x' END AS e".to_owned());
    match dialect {
        Dialect::Postgres => prop_oneof![
            quoted,
            commented,
            cased,
            nasty().prop_map(|text| format!("SELECT E'\\'{text}\\\\'")),
            nasty().prop_map(|text| format!("SELECT $t${text}$t$, $${}$$", text.replace('$', ""))),
            nasty().prop_map(|text| format!("SELECT 1 AS \"x{}\"", text.replace('"', "\"\""))),
            nasty().prop_map(|text| format!("DO $body$ BEGIN PERFORM $t${text}$t$; END $body$")),
            Just("SELECT U&'d\\0061t;'".to_owned()),
            Just("SELECT 1 AS a$b$c, (ARRAY[1, 2])[1]".to_owned()),
            Just(
                "CREATE OR REPLACE FUNCTION pg_temp.f(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC \
                 SELECT 1; SELECT CASE WHEN n > 0 THEN 2 END; END"
                    .to_owned()
            ),
            Just(
                "CREATE OR REPLACE RULE r AS ON UPDATE TO watched DO ALSO \
                 (INSERT INTO watched VALUES (1); DELETE FROM watched)"
                    .to_owned()
            ),
        ]
        .boxed(),
        Dialect::MySql => prop_oneof![
            quoted,
            commented,
            cased,
            nasty().prop_map(|text| format!(
                "SELECT '\\'{text}\\\\', \"{}\"",
                text.replace('"', "\\\"")
            )),
            nasty().prop_map(|text| format!("SELECT 1 AS `x{}`", text.replace('`', "``"))),
            Just("SELECT 5--1, 1 /*!50000 + 1 */".to_owned()),
            Just(
                "CREATE OR REPLACE PROCEDURE p() BEGIN DECLARE i INT DEFAULT 0; \
                 lbl: WHILE i < 2 DO IF i = 1 THEN LEAVE lbl; END IF; SET i = i + 1; END WHILE; \
                 CASE i WHEN 1 THEN SELECT 'x;'; ELSE SELECT CASE WHEN 1 THEN 2 END; END CASE; END"
                    .to_owned()
            ),
            Just(
                "CREATE OR REPLACE TRIGGER t BEFORE INSERT ON watched FOR EACH ROW \
                 IF NEW.n > 1 THEN SET NEW.n = 1; ELSE SET NEW.n = 2; END IF"
                    .to_owned()
            ),
        ]
        .boxed(),
        Dialect::Sqlite => prop_oneof![
            quoted,
            commented,
            cased,
            nasty().prop_map(|text| format!("SELECT 1 AS [x{}]", text.replace(['[', ']'], ""))),
            nasty().prop_map(|text| format!("SELECT 1 AS `x{}`", text.replace('`', "``"))),
            nasty().prop_map(|text| format!("SELECT 1 AS \"x{}\"", text.replace('"', "\"\""))),
            Just(
                "CREATE TEMP TRIGGER IF NOT EXISTS t AFTER INSERT ON watched BEGIN \
                 UPDATE watched SET n = CASE WHEN n > 1 THEN 1 ELSE 2 END; DELETE FROM watched; END"
                    .to_owned()
            ),
        ]
        .boxed(),
    }
}
