//! The procedural macro of [`embed-migrations`](https://docs.rs/embed-migrations); use it through that crate.

mod argument;
mod embed;
mod tokens;

use proc_macro::TokenStream;

/// Embeds a directory of SQL migrations as a `MigrationSet`.
///
/// The path is relative to the directory of the crate's `Cargo.toml` and written with `/`; without one it is
/// `migrations`. The result is a constant expression: it works in a `static`, in a `const` and anywhere else.
///
/// ```text
/// static MIGRATIONS: MigrationSet = embed_migrations!("migrations");
/// ```
///
/// # Errors
///
/// Every mistake in the directory is a build error, all in one build: a name that fits no layout, two files with one
/// version, a string that is never closed, a statement that cannot run in a transaction, … Each names the file, the
/// line and the column, and says how to mend it. The list is in the module `diagnostics` of `embed-migrations`.
///
/// # New files
///
/// An edited and a removed file are noticed by cargo. A *new* file cannot be on stable Rust; so add to `build.rs`
///
/// ```text
/// fn main() {
///     println!("cargo::rerun-if-changed=migrations");
/// }
/// ```
///
/// Without it nothing is lost: a debug build that finds a file at start-up that it does not embed refuses to run and
/// names it.
#[proc_macro]
pub fn embed_migrations(input: TokenStream) -> TokenStream {
    embed::expand(input.into()).into()
}
