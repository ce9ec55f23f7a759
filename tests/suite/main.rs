//! One suite for every engine: a test is written once, and its name says what must hold.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod adopt;
mod apart;
mod apply;
mod batches;
mod beside;
mod callbacks;
mod cancel;
mod differences;
mod doubt;
mod down_scripts;
mod drift;
mod evict;
mod failure;
mod half_done;
mod hooks;
mod hooks_failing;
mod in_the_way;
mod lock;
mod opinion;
mod order;
mod place;
mod record;
mod redo;
mod repair;
mod repeatable;
mod resolve;
mod resume;
mod revert;
mod reverters;
mod round_trips;
mod rust_steps;
mod session;
mod sets;
mod sets_apart;
mod standby;
mod states;
mod step_versions;
mod tampered;
mod target;
mod validate;
mod waiting;
