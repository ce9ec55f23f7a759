//! What a program does itself: a step in Rust, or one in batches, as an async closure with the connection.
//!
//! A closure is cloned for each call, so that its future may own what it captured; that is what makes the future `Send`
//! without a box in the caller's code.

use std::collections::BTreeMap;
use std::panic::Location;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use embed_migrations_core::{Checksum, Dialect, Direction, Reading, Script, Version};

/// What a closure may fail with; `?` turns any error into it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What comes of a closure.
pub(crate) type Done<'c, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'c>>;

/// What a batch leaves to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Batch {
    /// More: the next batch begins here, in the step's own words. It is recorded in the transaction of the batch.
    Next(String),
    /// Nothing: the step is done.
    Done,
}

/// An async closure over a connection: `async |connection: &mut PgConnection| { …; Ok(()) }`.
pub trait Work<'c, C>: Send + Sync + 'static {
    #[doc(hidden)]
    fn begin(&self, connection: &'c mut C) -> Done<'c, ()>;
}

impl<'c, C, F, Fut> Work<'c, C> for F
where
    C: 'c,
    F: FnOnce(&'c mut C) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), BoxError>> + Send + 'c,
{
    fn begin(&self, connection: &'c mut C) -> Done<'c, ()> {
        Box::pin(self.clone()(connection))
    }
}

/// An async closure over a connection and the place where it goes on.
pub trait Batches<'c, C>: Send + Sync + 'static {
    #[doc(hidden)]
    fn begin(&self, connection: &'c mut C, from: Option<String>) -> Done<'c, Batch>;
}

impl<'c, C, F, Fut> Batches<'c, C> for F
where
    C: 'c,
    F: FnOnce(&'c mut C, Option<String>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Batch, BoxError>> + Send + 'c,
{
    fn begin(&self, connection: &'c mut C, from: Option<String>) -> Done<'c, Batch> {
        Box::pin(self.clone()(connection, from))
    }
}

/// [`Work`] without its type.
pub(crate) trait AnyWork<C>: Send + Sync {
    fn call<'c>(&self, connection: &'c mut C) -> Done<'c, ()>;
}

impl<C, W: for<'c> Work<'c, C>> AnyWork<C> for W {
    fn call<'c>(&self, connection: &'c mut C) -> Done<'c, ()> {
        self.begin(connection)
    }
}

/// [`Batches`] without their type.
pub(crate) trait AnyBatches<C>: Send + Sync {
    fn call<'c>(&self, connection: &'c mut C, from: Option<String>) -> Done<'c, Batch>;
}

impl<C, B: for<'c> Batches<'c, C>> AnyBatches<C> for B {
    fn call<'c>(&self, connection: &'c mut C, from: Option<String>) -> Done<'c, Batch> {
        self.begin(connection, from)
    }
}

/// A step in Rust, for one kind of connection.
pub(crate) struct InRust<C> {
    pub(crate) up: Way<C>,
    pub(crate) down: Option<Way<C>>,
}

/// One direction of a step in Rust.
pub(crate) enum Way<C> {
    /// All of it at once, in one transaction.
    Whole(Box<dyn AnyWork<C>>),
    /// One transaction a batch.
    Batches(Box<dyn AnyBatches<C>>),
}

/// Version, name, file, line, and whether it can be reverted.
type Identity = (Version, &'static str, &'static str, u32, bool);

/// What a set knows of a step in Rust: scripts without SQL, in a Rust file. They are made once in a process, however many
/// migrators have the step.
pub(crate) fn scripts(
    version: Version,
    name: &'static str,
    place: &'static Location<'static>,
    is_reversible: bool,
) -> &'static [Script] {
    static SCRIPTS: Mutex<BTreeMap<Identity, &[Script]>> = Mutex::new(BTreeMap::new());
    let mut known = SCRIPTS.lock().unwrap_or_else(PoisonError::into_inner);
    let identity = (version, name, place.file(), place.line(), is_reversible);
    known.entry(identity).or_insert_with(|| {
        let readings = Reading {
            dialects: Dialect::ALL.to_vec(),
            statements: Vec::new(),
        };
        // Its code has no checksum; its name has.
        let up = Script {
            version: Some(version),
            label: version.to_string().leak(),
            name,
            direction: Direction::Up,
            dialect: None,
            path: place.file(),
            first_line: usize::try_from(place.line()).unwrap_or(1),
            sql: "",
            checksum: Box::leak(Box::new(*Checksum::of(name).as_bytes())),
            transaction: true,
            readings: Reading::to_text(&[readings]).leak(),
        };
        let down = is_reversible.then_some(Script {
            direction: Direction::Down,
            ..up
        });
        std::iter::once(up).chain(down).collect::<Vec<_>>().leak()
    })
}
