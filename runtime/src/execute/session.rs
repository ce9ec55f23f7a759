//! The session: put back to what it was, and out of any transaction.

use super::Run;
use crate::Engine;
use crate::engine::{Meaning, Server, patient};
use crate::error::Error;

impl<C: Engine> Run<'_, C> {
    /// Puts the session back to what it was before the run.
    pub(super) async fn put_back(&mut self, server: &Server) -> Result<(), Error> {
        match patient::run(self.connection, &server.restore.join(";\n")).await {
            Ok(_) => Ok(()),
            Err(stopped) => Err(Error::database(
                "the session cannot be put back to what it was",
                stopped.error,
            )),
        }
    }

    /// Ends a transaction that did not end itself, if there is one.
    pub(super) async fn roll_back(&mut self) -> Result<(), Error> {
        self.end("ROLLBACK", "the transaction cannot be rolled back")
            .await
    }

    /// Ends a transaction, if there is one.
    pub(super) async fn end(&mut self, how: &str, failure: &str) -> Result<(), Error> {
        match patient::run(self.connection, how).await {
            Ok(_) => Ok(()),
            Err(stopped) if stopped.meaning::<C>() == Meaning::NoTransaction => Ok(()),
            Err(stopped) => Err(Error::database(failure, stopped.error)),
        }
    }
}
