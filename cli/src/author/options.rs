//! [`Options`]: what every verb is told.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use embed_migrations_core::Dialect;

const EVERYWHERE: &str = "Options of every verb";

/// What every verb is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// The directory of the migrations [default: `migrations` beside the nearest Cargo.toml]
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "PATH")]
    pub(crate) dir: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(crate) json: bool,
    /// The dialect of SQL, where neither a file's name nor migrations.toml says it; may be given again
    #[arg(long = "dialect", global = true, help_heading = EVERYWHERE, value_name = "DIALECT", value_parser = dialect())]
    pub(crate) dialects: Vec<Dialect>,
}

/// The words for a dialect are those of file names.
fn dialect() -> impl TypedValueParser<Value = Dialect> {
    let values = Dialect::ALL.map(|dialect| {
        let aliases = dialect.names()[1..].iter().copied();
        PossibleValue::new(dialect.name()).aliases(aliases)
    });
    PossibleValuesParser::new(values)
        .try_map(|word| Dialect::from_name(&word).ok_or("no dialect has this name"))
}
