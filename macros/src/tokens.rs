//! From a directory to the expression of a `MigrationSet`.
//!
//! Every value is taken apart completely, so that a new field of it does not build until it is written here.

use std::collections::BTreeSet;

use embed_migrations_core::{
    Dialect, Direction, Directory, DirectoryCallback, DirectoryMigration, DirectoryRepeatable,
    DirectoryScript, Event, Reading, Version,
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
    let Directory {
        path,
        name,
        table,
        migrations,
        repeatables,
        callbacks,
        settings,
        warnings: _,
    } = directory;
    let read: BTreeSet<&str> = directory
        .scripts()
        .map(|script| &*script.path)
        .chain(settings.iter().map(|path| &**path))
        .collect();
    let tracked = read.into_iter().map(tracked);
    let versioned = migrations.iter().flat_map(versioned);
    let scripts = versioned.chain(repeatables.iter().flat_map(repeatable));
    let callbacks = callbacks.iter().flat_map(callback);
    quote!({
        // Cargo builds again when one of these changes or goes away. Nothing of them reaches the binary.
        const _: &[&[u8]] = &[#(#tracked),*];
        const {
            use #private::*;
            MigrationSet {
                name: #name,
                table: #table,
                origin: if ::core::cfg!(debug_assertions) {
                    Some(Origin {
                        manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
                        directory: #path,
                    })
                } else {
                    None
                },
                scripts: &[#(#scripts),*],
                callbacks: &[#(#callbacks),*],
            }
        }
    })
}

fn tracked(path: &str) -> TokenStream {
    let path = format!("/{path}");
    quote!(::core::include_bytes!(
        ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path)
    ))
}

fn versioned(migration: &DirectoryMigration) -> impl Iterator<Item = TokenStream> {
    let DirectoryMigration { version, scripts } = migration;
    let version = self::version(*version);
    let version = quote!(Some(#version));
    scripts.iter().map(move |found| script(&version, found))
}

fn repeatable(repeatable: &DirectoryRepeatable) -> impl Iterator<Item = TokenStream> {
    let DirectoryRepeatable { name: _, scripts } = repeatable;
    scripts.iter().map(|found| script(&quote!(None), found))
}

fn callback(callback: &DirectoryCallback) -> impl Iterator<Item = TokenStream> {
    let DirectoryCallback {
        event,
        description: _,
        scripts,
    } = callback;
    let event = self::event(*event);
    scripts.iter().map(move |found| {
        let script = script(&quote!(None), found);
        quote!(Callback { event: #event, script: #script })
    })
}

fn script(version: &TokenStream, script: &DirectoryScript) -> TokenStream {
    let DirectoryScript {
        label,
        name,
        direction,
        dialect,
        path,
        first_line,
        sql,
        checksum,
        transaction,
        readings,
    } = script;
    let direction = self::direction(*direction);
    let dialect = self::dialect(*dialect);
    let checksum = Literal::byte_string(checksum.as_bytes());
    let readings = Reading::to_text(readings);
    let first_line = Literal::usize_unsuffixed(*first_line);
    quote!(Script {
        version: #version,
        label: #label,
        name: #name,
        direction: #direction,
        dialect: #dialect,
        path: #path,
        first_line: #first_line,
        sql: #sql,
        checksum: #checksum,
        transaction: #transaction,
        readings: #readings,
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

fn event(event: Event) -> TokenStream {
    match event {
        Event::BeforeRun => quote!(Event::BeforeRun),
        Event::BeforeEach => quote!(Event::BeforeEach),
        Event::AfterEach => quote!(Event::AfterEach),
        Event::AfterRun => quote!(Event::AfterRun),
        Event::BeforeRevert => quote!(Event::BeforeRevert),
        Event::BeforeEachRevert => quote!(Event::BeforeEachRevert),
        Event::AfterEachRevert => quote!(Event::AfterEachRevert),
        Event::AfterRevert => quote!(Event::AfterRevert),
    }
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
