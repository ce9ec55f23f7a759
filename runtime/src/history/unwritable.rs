//! The error of a statement that should have changed the history.

use super::Table;
use crate::engine::sealed::Primitives;
use crate::engine::{Meaning, Stopped};
use crate::error::{Error, ErrorKind};

pub(crate) fn unwritable<C: Primitives>(table: &Table, stopped: Stopped) -> Error {
    let message = format!("the history table `{}` cannot be written", table.shown());
    if stopped.meaning::<C>() == Meaning::ReadOnly {
        let error = Error::new(ErrorKind::ReadOnly, message).caused_by(stopped.error);
        return error.with_hint("use a connection that may write");
    }
    Error::database(message, stopped.error)
}
