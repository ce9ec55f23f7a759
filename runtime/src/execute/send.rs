//! Sending what may take long: it can be cancelled on request, over a second connection.

use std::time::Duration;

use super::attempt::Attempt;
use super::crash::{self, Point};
use crate::Engine;
use crate::connect::Held;
use crate::engine::{Changed, Sent, Stopped};

/// How long the server is given to cancel a statement.
const AGAIN: Duration = Duration::from_millis(200);

impl<C: Engine> Attempt<'_, C> {
    pub(super) async fn send(&self, connection: &mut C, sql: String) -> Result<Changed, Stopped> {
        let mut sent = connection.run(sql);
        let answer = match crash::once_sent(&mut sent).await {
            Some(answer) => answer,
            None => self.answer(sent).await,
        };
        crash::at(Point::Acknowledged);
        answer
    }

    /// What the server answers, unless it is to be cancelled: then, too.
    async fn answer(
        &self,
        mut sent: Sent<'_, Result<Changed, Stopped>>,
    ) -> Result<Changed, Stopped> {
        tokio::select! {
            answer = &mut sent => return answer,
            () = self.migrator.stop().cancelled() => {}
        }
        // The server may not have begun with it yet, so it is asked until there is an answer.
        loop {
            self.cancel().await;
            tokio::select! {
                answer = &mut sent => return answer,
                () = tokio::time::sleep(AGAIN) => {}
            }
        }
    }

    async fn cancel(&self) {
        let Some(pool) = self.pool else {
            return;
        };
        let Ok(mut second) = Held::<C>::take_living(pool).await else {
            tracing::warn!("no second connection to cancel the statement under way");
            return;
        };
        let marker = format!("claim={}", self.claim);
        match second.cancel(&marker).await {
            Ok(()) => second.give_back(),
            Err(stopped) => {
                let error = &stopped.error;
                tracing::warn!(%error, "the statement under way cannot be cancelled");
            }
        }
    }
}
