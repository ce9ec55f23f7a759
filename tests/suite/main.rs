//! One suite for every engine: a test is written once, and its name says what must hold.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod adopt;
mod apply;
mod beside;
mod callbacks;
mod cancel;
mod drift;
mod failure;
mod hooks;
mod lock;
mod mend;
mod opinion;
mod order;
mod record;
mod redo;
mod repeatable;
mod revert;
mod round_trips;
mod rust_steps;
mod session;
mod sets;
mod standby;
mod validate;
mod waiting;
