//! What is written between the parentheses.

use std::path::Path;

use proc_macro2::{Span, TokenStream};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{LitStr, Token};

/// The directory to embed.
pub(crate) struct Argument {
    /// The path, relative to the crate, with `/`, without `./` and without a slash at its end.
    pub(crate) directory: String,
    /// Where errors belong.
    pub(crate) span: Span,
}

const DEFAULT: &str = "migrations";

impl Argument {
    /// # Errors
    ///
    /// Anything but nothing or one string literal; an absolute path, a path with `\`, and an empty one.
    pub(crate) fn parse(input: TokenStream) -> syn::Result<Self> {
        let literals = Punctuated::<LitStr, Token![,]>::parse_terminated
            .parse2(input)
            .map_err(|error| {
                syn::Error::new(
                    error.span(),
                    "expected the path of a directory as a string literal: `embed_migrations!(\"migrations\")`",
                )
            })?;
        let mut literals = literals.into_iter();
        let first = literals.next();
        if let Some(second) = literals.next() {
            return Err(syn::Error::new(
                second.span(),
                "expected one directory; a second one is a second set: `static MORE: MigrationSet = …`",
            ));
        }
        match first {
            Some(literal) => Self::from_literal(&literal),
            None => Ok(Self {
                directory: DEFAULT.to_owned(),
                span: Span::call_site(),
            }),
        }
    }

    fn from_literal(literal: &LitStr) -> syn::Result<Self> {
        let written = literal.value();
        let refuse = |why: &str| {
            Err(syn::Error::new(
                literal.span(),
                format!("`{written}`: {why}"),
            ))
        };
        if written.is_empty() {
            let why =
                "the path is empty: write the path of a directory, or nothing for `migrations`";
            return Err(syn::Error::new(literal.span(), why));
        }
        if written.contains('\\') {
            return refuse(
                "expected `/` between directories: the same source builds on every system",
            );
        }
        if Path::new(&written).has_root() {
            return refuse(
                "expected a path relative to the crate: an absolute one builds on one machine only",
            );
        }
        Ok(Self {
            directory: normal(&written),
            span: literal.span(),
        })
    }
}

fn normal(written: &str) -> String {
    let parts: Vec<&str> = written
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn the_path_is_normal_whatever_is_written() {
        let directory = |input| Argument::parse(input).unwrap().directory;
        assert_eq!(directory(quote!()), "migrations");
        assert_eq!(directory(quote!("./db//migrations/")), "db/migrations");
        assert_eq!(directory(quote!("../migrations",)), "../migrations");
        assert_eq!(directory(quote!("./")), ".");
    }
}
