//! [`DatabaseUrl`]: where the database is; its password is never shown.

use std::convert::Infallible;
use std::env;
use std::fmt;
use std::str::FromStr;

use embed_migrations::Dialect;

use super::dotenv;
use crate::failure::Failure;

pub(super) const VARIABLE: &str = "DATABASE_URL";

const SCHEMES: [(&str, Dialect); 5] = [
    ("postgres", Dialect::Postgres),
    ("postgresql", Dialect::Postgres),
    ("mysql", Dialect::MySql),
    ("mariadb", Dialect::MySql),
    ("sqlite", Dialect::Sqlite),
];

const ESCAPES: &str = "in a user name or password `@` is written `%40`, `/` is `%2F`, `:` is `%3A`, `?` is `%3F` and `#` is `%23`";

/// A URL whose password neither `Display` nor `Debug` show.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DatabaseUrl(String);

impl DatabaseUrl {
    /// What is given, else what the environment says, else what a `.env` says.
    pub(crate) fn find(given: Option<&Self>) -> Result<Self, Failure> {
        if let Some(given) = given {
            return Ok(given.clone());
        }
        match env::var(VARIABLE) {
            Ok(url) if !url.is_empty() => return Ok(Self(url)),
            Err(env::VarError::NotUnicode(_)) => {
                return Err(Failure::usage(format!("`{VARIABLE}` is not Unicode")));
            }
            _ => {}
        }
        let found = dotenv::database_url()?;
        found.map(Self).ok_or_else(|| {
            Failure::usage("no database is named").hint(format!(
                "pass `--database-url`, or set `{VARIABLE}` in the environment or in a .env"
            ))
        })
    }

    /// The whole of it, for whom it connects.
    pub(super) fn secret(&self) -> &str {
        &self.0
    }

    /// The engine that its scheme names.
    pub(crate) fn dialect(&self) -> Result<Dialect, Failure> {
        let known = || {
            let names = SCHEMES.map(|(name, _)| format!("`{name}`"));
            format!("expected one of {}", names.join(", "))
        };
        let Some((scheme, rest)) = self.0.split_once(':') else {
            return Err(Failure::usage("the database URL has no scheme").hint(known()));
        };
        let mut schemes = SCHEMES.into_iter();
        let Some((_, dialect)) = schemes.find(|(name, _)| name.eq_ignore_ascii_case(scheme)) else {
            // What stands before a colon may be a user name, and what comes after it a password.
            let is_scheme = rest.starts_with("//");
            let message = if is_scheme {
                format!("no engine has the scheme `{scheme}`")
            } else {
                "the database URL has no scheme".to_owned()
            };
            return Err(Failure::usage(message).hint(known()));
        };
        if dialect != Dialect::Sqlite && rest.starts_with("//") && self.has_stray_at() {
            return Err(Failure::usage(
                "the database URL cannot be read: there is an `@` in its path",
            )
            .hint(ESCAPES));
        }
        Ok(dialect)
    }

    /// Why the engine's own parser cannot read it; without what it says, which might quote a part.
    pub(super) fn unreadable(&self) -> Failure {
        Failure::usage(format!("the database URL cannot be read: {self}")).hint(ESCAPES)
    }

    /// Whether a password is not escaped, so that a part of it would be read as host or path.
    fn has_stray_at(&self) -> bool {
        let rest = self.after_scheme();
        let path = rest.split_once('/').map_or("", |(_, path)| path);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        path.contains('@')
    }

    fn after_scheme(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, rest)| rest)
    }

    /// The same without its database.
    #[cfg(feature = "mysql")]
    pub(super) fn of_server(&self) -> Self {
        let rest = self.after_scheme();
        let scheme = &self.0[..self.0.len() - rest.len()];
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        let authority = before.split('/').next().unwrap_or_default();
        Self(format!("{scheme}{authority}/?{query}"))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_file = self.0.get(..7).is_some_and(|scheme| scheme == "sqlite:");
        if is_file {
            return f.write_str(self.0.split(['?', '#']).next().unwrap_or_default());
        }
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return f.write_str("…");
        };
        // Only where it is plain what is a password; otherwise nothing is shown.
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let is_plain = rest.matches('@').count() == authority.matches('@').count();
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, _)) => (user.split(':').next(), rest[user.len()..].strip_prefix('@')),
            None => (None, Some(rest)),
        };
        let place = place.map(|place| place.split(['?', '#']).next().unwrap_or_default());
        let has_password_only = user.is_none() && authority.matches(':').count() > 1;
        match (user, place) {
            _ if !is_plain || has_password_only => write!(f, "{scheme}://…"),
            (Some(user), Some(place)) => write!(f, "{scheme}://{user}@{place}"),
            (_, place) => write!(f, "{scheme}://{}", place.unwrap_or("…")),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for DatabaseUrl {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> DatabaseUrl {
        DatabaseUrl(text.to_owned())
    }

    #[test]
    fn a_password_is_never_shown() {
        for (text, shown) in [
            (
                "postgres://ann:s3cret@host:5432/shop",
                "postgres://ann@host:5432/shop",
            ),
            (
                "postgres://ann@host/shop?password=s3cret",
                "postgres://ann@host/shop",
            ),
            (
                "postgres:///shop?host=/run&password=s3cret",
                "postgres:///shop",
            ),
            ("mysql://ann:s3@cret@host/shop", "mysql://ann@host/shop"),
            ("mysql://ann:s3/cret@host/shop", "mysql://…"),
            ("mysql://ann:s3?cret@host/shop", "mysql://…"),
            ("mysql://ann:s3#cret@host/shop", "mysql://…"),
            ("postgres://[::1]:5432/shop", "postgres://…"),
            ("ann:s3cret", "…"),
            ("sqlite:jobs.sqlite?mode=rwc", "sqlite:jobs.sqlite"),
            ("sqlite://jobs.sqlite", "sqlite://jobs.sqlite"),
        ] {
            assert_eq!(url(text).to_string(), shown, "{text}");
            assert_eq!(format!("{:?}", url(text)), shown, "{text}");
        }
    }

    #[test]
    fn a_password_that_is_not_escaped_is_refused_before_it_is_sent_anywhere() {
        let refused = url("mysql://ann:12/cret@host/shop").dialect();
        let failure = refused.expect_err("its path holds a part of the password");
        assert!(!format!("{failure:?}").contains("cret"), "{failure:?}");
    }
}
