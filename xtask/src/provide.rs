//! The servers of all engines under test: those given by the environment, and those started here.

use std::env;

use anyhow::{Context, Result};

use servers::{Server, galera, mariadb, pgbouncer, postgres};

use crate::args::Engine;
use crate::notice;

/// The addresses of the servers; dropping it stops the started ones.
#[derive(Debug, Default)]
pub(crate) struct Servers {
    urls: Vec<(&'static str, String)>,
    started: Vec<Server>,
}

impl Servers {
    /// Provides a server for each engine which needs one.
    pub(crate) fn provide(engines: &[Engine]) -> Result<Self> {
        let mut servers = Self::default();
        for engine in engines {
            match engine {
                Engine::Postgres => {
                    let primary = servers.add(postgres::URL_VARIABLE, postgres::start)?;
                    let standby = || postgres::start_standby(&primary);
                    servers.add(postgres::STANDBY_VARIABLE, standby)?;
                    let pooler = || pgbouncer::start(&primary);
                    servers.add(pgbouncer::URL_VARIABLE, pooler)?;
                }
                Engine::Mysql => {
                    servers.add(mariadb::URL_VARIABLE, mariadb::start)?;
                    servers.add_all(galera::URL_VARIABLE, galera::start)?;
                }
                Engine::Sqlite => {}
            }
        }
        Ok(servers)
    }

    fn add(
        &mut self,
        variable: &'static str,
        start: impl FnOnce() -> Result<(Server, String)>,
    ) -> Result<String> {
        self.add_all(variable, || {
            start().map(|(server, url)| (vec![server], url))
        })
    }

    /// The same for a cluster, whose nodes are told together.
    fn add_all(
        &mut self,
        variable: &'static str,
        start: impl FnOnce() -> Result<(Vec<Server>, String)>,
    ) -> Result<String> {
        let given = env::var(variable).unwrap_or_default();
        let url = if given.is_empty() {
            let (servers, url) = start().with_context(|| format!("no server for {variable}"))?;
            notice(&format!("started {url}"));
            self.started.extend(servers);
            url
        } else {
            notice(&format!("{variable} is set; using that server"));
            given
        };
        self.urls.push((variable, url.clone()));
        Ok(url)
    }

    /// The environment variables which tell the tests where the servers are.
    pub(crate) fn urls(&self) -> &[(&'static str, String)] {
        &self.urls
    }

    /// Fails if one of the started servers no longer runs.
    pub(crate) fn check(&mut self) -> Result<()> {
        self.started.iter_mut().try_for_each(Server::check)
    }
}
