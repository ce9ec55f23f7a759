//! `reset`: drops the database, makes it again, and applies everything.

use super::Done;
use super::runs::Way;
use super::site::Site;
use crate::confirm::Confirm;
use crate::database::Named;

/// Drops the database, makes it again, and applies everything.
#[derive(Debug, Clone, clap::Args)]
pub struct Reset {
    #[command(flatten)]
    confirm: Confirm,
}

impl Reset {
    pub(super) async fn run(&self, site: Site) -> Done {
        let named = Named::new(&site.url)?;
        // What cannot be applied to an empty database is found before there is one.
        site.migrator.plan_from_scratch(site.url.dialect()?)?;
        let what = format!("drop {} with all that is in it", site.url);
        self.confirm.ask_for(&what, named.name())?;
        named.drop_and_create(&site.url, site.timeout).await?;
        let database = site.reach().await?;
        Way::Run
            .go("reset", &site, site.migrator.clone(), &database)
            .await
    }
}
