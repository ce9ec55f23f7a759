//! `DATABASE_URL` of a `.env`. Nothing else of the file is read into this process.

use dotenvy::Error;

use super::url::VARIABLE;
use crate::failure::Failure;

/// What the `.env` here or above says, if there is one.
pub(super) fn database_url() -> Result<Option<String>, Failure> {
    let variables = match dotenvy::dotenv_iter() {
        Ok(variables) => variables,
        Err(error) if error.not_found() => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
    };
    for variable in variables {
        let (name, value) = variable.map_err(|error| unreadable(&error))?;
        if name == VARIABLE && !value.is_empty() {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// Without the line itself, which may hold a password.
fn unreadable(error: &Error) -> Failure {
    let why = match error {
        Error::LineParse(..) => "a line is not `NAME=value`".to_owned(),
        Error::Io(error) => error.to_string(),
        _ => "a value cannot be read".to_owned(),
    };
    Failure::usage(format!("cannot read .env: {why}")).hint(format!(
        "mend it, or set `{VARIABLE}`, or pass `--database-url`"
    ))
}
