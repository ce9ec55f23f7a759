//! What a statement is: the splitter's opinion and the server's are the same.

use embed_migrations::Dialect;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use tests::{Backend, Fresh, on_every_engine, set};

on_every_engine!(the_server_answers_as_many_statements_as_the_splitter_finds);

const SCRIPTS: usize = 300;

async fn the_server_answers_as_many_statements_as_the_splitter_finds<DB: Backend>(db: Fresh<DB>) {
    db.tell("CREATE TABLE watched (n INTEGER)").await;
    let mut runner = TestRunner::deterministic();
    let scripts = vec(statement(DB::DIALECT), 1..5).prop_flat_map(|statements| {
        vec(between(DB::DIALECT), statements.len()).prop_map(move |glue| script(&statements, &glue))
    });
    let mut most = 0;
    for _ in 0..SCRIPTS {
        let script = scripts.new_tree(&mut runner).unwrap().current();
        let name = format!("1_a.{}.sql", DB::DIALECT.name());
        let file = format!("-- no-transaction\n{script}");
        let set = set(&[(&name, &file)]);
        let up = set.get(1.into()).unwrap().up(DB::DIALECT).unwrap();
        let found = up.statements(DB::DIALECT).unwrap().len();
        assert_eq!(found, DB::count(&db.pool, &script).await, "{script}");
        most = most.max(found);
    }
    assert_eq!(most, 4, "the longest scripts were among them");
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
