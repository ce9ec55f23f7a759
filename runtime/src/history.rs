//! The history table: its shape, and every statement about it. ARCHITECTURE.md gives the meaning of each column.

mod dialect;
mod footing;
mod foreign;
mod mend;
mod read;
mod row;
mod sound;
mod table;
mod unwritable;
mod write;

pub(crate) use table::Table;

pub(crate) use dialect::{literal, quoted};
pub(crate) use foreign::{foreign_history, foreign_rows};
pub(crate) use mend::Mender;
pub(crate) use read::read;
pub(crate) use unwritable::unwritable;
pub(crate) use write::Writer;

/// The format of the rows that this release writes and reads. A later format keeps these columns.
pub(crate) const FORMAT: u32 = 1;
