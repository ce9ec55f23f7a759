//! What the tests share: fresh databases on real servers, sets made of a few lines, generated scripts, a proxy that
//! counts, and a cable that can be cut.

pub mod backend;
pub mod cable;
pub mod fresh;
pub mod generated;
pub mod proxy;
pub mod set;

/// The code of the README and of the guides, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../docs/command-line.md")]
#[doc = include_str!("../../docs/configuration.md")]
#[doc = include_str!("../../docs/json.md")]
#[doc = include_str!("../../docs/layouts.md")]
#[doc = include_str!("../../docs/lock.md")]
#[doc = include_str!("../../docs/operating.md")]
#[derive(Debug)]
pub struct Guides;

pub use backend::{Backend, Fresh, drop_database};
pub use set::{Files, files, named, reversible, set};

/// Makes one test of each function for each engine.
///
/// A server that is not there is a failure.
#[macro_export]
macro_rules! on_every_engine {
    ($($test:ident)+) => {
        mod postgres { $($crate::test!(sqlx::Postgres, $test);)+ }
        mod mysql { $($crate::test!(sqlx::MySql, $test);)+ }
        mod sqlite { $($crate::test!(sqlx::Sqlite, $test);)+ }
    };
}

/// Makes a test of each function for one engine: `only_on!(on_mysql sqlx::MySql: some_test another_test)`.
#[macro_export]
macro_rules! only_on {
    ($module:ident $database:ty: $($test:ident)+) => {
        mod $module { $($crate::test!($database, $test);)+ }
    };
}

/// One test.
#[macro_export]
macro_rules! test {
    ($database:ty, $test:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            let db = <$database as $crate::Backend>::fresh().await;
            let url = db.url.clone();
            super::$test(db).await;
            $crate::drop_database::<$database>(&url).await;
        }
    };
}
