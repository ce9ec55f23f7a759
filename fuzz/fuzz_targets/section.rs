#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| embed_migrations_core::fuzzing::section(text));
