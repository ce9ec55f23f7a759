//! Sending what may take long: it can be cancelled on request, over a second connection.

use std::time::Duration;

use super::attempt::Attempt;
use super::crash::{self, Point};
use super::doubt::marker;
use super::message::{Message, Part};
use crate::Engine;
use crate::connect::Held;
use crate::engine::{Changed, Sent, Stopped};
use crate::error::said;

/// How long the server is given to cancel a statement.
const AGAIN: Duration = Duration::from_millis(200);

impl<C: Engine> Attempt<'_, C> {
    /// Sends a message. How many rows its last statement changed.
    pub(super) async fn send_all(
        &self,
        connection: &mut C,
        message: &Message,
    ) -> Result<Changed, Stopped> {
        if !self.server.is_cluster {
            return self.send(connection, message.text()).await;
        }
        let (mut changed, mut is_inside) = (0, connection.is_in_transaction());
        for (completed, (part, sql)) in message.one_by_one().enumerate() {
            let sent = self.send(connection, sql.clone()).await;
            changed = sent.map_err(|stopped| Stopped {
                completed,
                ..stopped
            })?;
            is_inside = match part {
                Part::Begin => is_inside || sql.ends_with(self.server.begin),
                Part::Commit => false,
                _ => is_inside,
            };
            if is_inside && !still_inside(connection).await? {
                return Err(Stopped::overtaken(completed));
            }
        }
        Ok(changed)
    }

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
        let marker = marker(self.claim);
        match second.cancel(&marker).await {
            Ok(()) => second.give_back(),
            Err(stopped) => {
                let error = said(&stopped.error);
                tracing::warn!(error, "the statement under way cannot be cancelled");
            }
        }
    }
}

/// Whether the transaction is still there. MariaDB knows; where the server does not, its next answer tells.
async fn still_inside<C: Engine>(connection: &mut C) -> Result<bool, Stopped> {
    let sql = "SELECT CAST(1 /*M!100100 * @@in_transaction */ AS CHAR)";
    let rows = connection.query(sql.to_owned()).await?;
    Ok(rows
        .into_iter()
        .flatten()
        .flatten()
        .any(|inside| inside == "1"))
}
