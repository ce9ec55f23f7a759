//! From the argument to an expression, or to every error and the empty set.

use std::path::PathBuf;

use embed_migrations_core::diagnostic::{Diagnostics, Severity};
use embed_migrations_core::{Dialect, Directory, Options};
use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::argument::Argument;
use crate::tokens;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    Argument::parse(input)
        .and_then(|argument| read(&argument))
        .map_or_else(
            |error| {
                let errors = error.to_compile_error();
                let empty = tokens::empty();
                // The name that is bound to the expression still resolves, so one mistake is one error.
                quote!({ #errors #empty })
            },
            |directory| tokens::set(&directory),
        )
}

fn read(argument: &Argument) -> syn::Result<Directory> {
    let Argument { directory, span } = argument;
    let manifest_dir = std::env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| {
        syn::Error::new(
            *span,
            "`CARGO_MANIFEST_DIR` is not set: the path is relative to it; build with cargo",
        )
    })?;
    let path = PathBuf::from(manifest_dir).join(directory);
    Directory::read(&path, directory, &options()).map_err(|diagnostics| errors(&diagnostics, *span))
}

/// A script whose name says no dialect is meant for the engines that the program is built with.
fn options() -> Options {
    let engines = [
        (cfg!(feature = "postgres"), Dialect::Postgres),
        (cfg!(feature = "mysql"), Dialect::MySql),
        (cfg!(feature = "sqlite"), Dialect::Sqlite),
    ];
    let enabled = engines.into_iter().filter(|(enabled, _)| *enabled);
    let dialects: Vec<Dialect> = enabled.map(|(_, dialect)| dialect).collect();
    if dialects.is_empty() {
        return Options::default();
    }
    Options {
        dialects,
        ..Options::default()
    }
}

/// One error for each diagnostic, all on the path literal.
fn errors(diagnostics: &Diagnostics, span: Span) -> syn::Error {
    let mut errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity() == Severity::Deny)
        .map(|diagnostic| syn::Error::new(span, diagnostic.render()));
    let first = errors
        .next()
        .unwrap_or_else(|| syn::Error::new(span, "the directory was refused without a reason"));
    errors.fold(first, |mut all, error| {
        all.combine(error);
        all
    })
}
