//! Check characters of identity documents.

/// The 18th character for the 17 digits before it (MOD 11-2, GB 11643-1999); None unless
/// `body` is 17 ASCII digits.
pub fn resident_check_character(body: &str) -> Option<char> {
    let body = body.as_bytes();
    if body.len() != 17 || !crate::text::all_digits(body) {
        return None;
    }
    // The recursion of ISO 7064 gives the same as the standard's table of weights.
    let sum = body.iter().fold(0, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    Some(match (12 - sum) % 11 {
        10 => 'X',
        value => char::from(b'0' + value as u8),
    })
}

/// The check digit of a machine-readable passport field (ICAO 9303: weights 7 3 1, A = 10,
/// `<` = 0); None when the text holds anything but capitals, digits and `<`.
pub fn mrz_check_digit(field: &str) -> Option<u8> {
    let mut sum = 0u32;
    for (place, byte) in field.bytes().enumerate() {
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'<' => 0,
            _ => return None,
        };
        sum = (sum + u32::from(value) * [7, 3, 1][place % 3]) % 10;
    }
    Some(sum as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_of_the_standards_hold() {
        assert_eq!(resident_check_character("11010519491231002"), Some('X'));
        assert_eq!(resident_check_character("44052418800101001"), Some('4'));
        assert_eq!(mrz_check_digit("L898902C3"), Some(6));
        assert_eq!(mrz_check_digit("E12345678"), Some(2));
        assert_eq!(mrz_check_digit("EA1234567"), Some(6));
    }

    #[test]
    fn other_text_has_no_check_character() {
        assert_eq!(resident_check_character("1101051949123100"), None);
        assert_eq!(resident_check_character("1101051949123100X"), None);
        assert_eq!(mrz_check_digit("l898902c3"), None);
    }
}
