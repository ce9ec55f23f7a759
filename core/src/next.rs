//! The version after the newest one.

/// The label one above `label`, in the same manner: as wide, with the same separators.
///
/// ```
/// use embed_migrations_core::next_label;
///
/// assert_eq!(next_label("0009"), "0010");
/// assert_eq!(next_label("1.2.9"), "1.2.10");
/// assert_eq!(next_label("99"), "100");
/// assert_eq!(next_label("2024-01-01-000000"), "2024-01-01-000001");
/// ```
pub fn next_label(label: &str) -> String {
    let digits = label.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (before, number) = label.split_at(label.len() - digits);
    let mut next: Vec<u8> = number.bytes().collect();
    for digit in next.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return format!("{before}{}", String::from_utf8_lossy(&next));
        }
        *digit = b'0';
    }
    format!("{before}1{}", String::from_utf8_lossy(&next))
}
