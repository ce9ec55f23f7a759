//! What a statement is: the splitter's opinion and the server's are the same.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use tests::generated::scripts;
use tests::{Backend, Fresh, on_every_engine, set};

on_every_engine!(the_server_answers_as_many_statements_as_the_splitter_finds);

const SCRIPTS: usize = 300;

async fn the_server_answers_as_many_statements_as_the_splitter_finds<DB: Backend>(db: Fresh<DB>) {
    db.tell("CREATE TABLE watched (n INTEGER)").await;
    let mut runner = TestRunner::deterministic();
    let scripts = scripts(DB::DIALECT);
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
