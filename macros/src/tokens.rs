//! From a directory to the expression of a `MigrationSet`.
//!
//! Every value is taken apart completely, so that a new field of it does not build until it is written here.

use embed_migrations_core::{
    Dialect, Direction, Directory, DirectoryMigration, DirectoryScript, Reading, Version,
};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The only names that an expansion uses.
fn private() -> TokenStream {
    quote!(::embed_migrations::__private::v1)
}

pub(crate) fn empty() -> TokenStream {
    let private = private();
    quote!(#private::MigrationSet::EMPTY)
}

pub(crate) fn set(directory: &Directory) -> TokenStream {
    let private = private();
    let tracked = directory.scripts().map(tracked);
    let Directory { path, migrations } = directory;
    let scripts = migrations.iter().flat_map(scripts);
    quote!({
        // Cargo builds again when one of these changes or goes away. Nothing of them reaches the binary.
        const _: &[&[u8]] = &[#(#tracked),*];
        const {
            use #private::*;
            MigrationSet {
                origin: if ::core::cfg!(debug_assertions) {
                    Some(Origin {
                        manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
                        directory: #path,
                    })
                } else {
                    None
                },
                scripts: &[#(#scripts),*],
                ..MigrationSet::EMPTY
            }
        }
    })
}

fn tracked(script: &DirectoryScript) -> TokenStream {
    let path = format!("/{}", script.path);
    quote!(::core::include_bytes!(
        ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path)
    ))
}

fn scripts(migration: &DirectoryMigration) -> impl Iterator<Item = TokenStream> {
    let DirectoryMigration {
        version,
        label,
        name,
        scripts,
    } = migration;
    let version = self::version(*version);
    scripts.iter().map(move |script| {
        let DirectoryScript {
            direction,
            dialect,
            path,
            sql,
            checksum,
            transaction,
            readings,
        } = script;
        let direction = self::direction(*direction);
        let dialect = self::dialect(*dialect);
        let checksum = Literal::byte_string(checksum.as_bytes());
        let readings = Reading::to_text(readings);
        quote!(Script {
            version: #version,
            label: #label,
            name: #name,
            direction: #direction,
            dialect: #dialect,
            path: #path,
            sql: #sql,
            checksum: #checksum,
            transaction: #transaction,
            readings: #readings,
        })
    })
}

fn version(version: Version) -> TokenStream {
    let parts = version.parts();
    if let [number, rest @ ..] = parts
        && rest.iter().all(|part| *part == 0)
    {
        return quote!(Version::new(#number));
    }
    quote!(Version::from_parts([#(#parts),*]))
}

fn direction(direction: Direction) -> TokenStream {
    match direction {
        Direction::Up => quote!(Up),
        Direction::Down => quote!(Down),
    }
}

fn dialect(dialect: Option<Dialect>) -> TokenStream {
    match dialect {
        None => quote!(None),
        Some(Dialect::Postgres) => quote!(Some(Postgres)),
        Some(Dialect::MySql) => quote!(Some(MySql)),
        Some(Dialect::Sqlite) => quote!(Some(Sqlite)),
    }
}
