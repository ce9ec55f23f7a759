//! One suite for every engine: a test is written once, and its name says what must hold.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod adopt;
mod apply;
mod callbacks;
mod cancel;
mod drift;
mod failure;
mod lock;
mod opinion;
mod order;
mod repeatable;
mod round_trips;
mod session;
mod standby;
