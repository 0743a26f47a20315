//! Patterns of numbers and names.

/// Fills `{name}` and `{name:width}` (zero-padded) into a pattern; unknown names stay as they are.
pub fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else {
            rest = &rest[open..];
            break;
        };
        let inside = &rest[open + 1..open + close];
        let (name, width) = match inside.split_once(':') {
            Some((name, width)) => (name, width.parse::<usize>().unwrap_or(0)),
            None => (inside, 0),
        };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => {
                for _ in value.chars().count()..width {
                    out.push('0');
                }
                out.push_str(value);
            }
            None => out.push_str(&rest[open..=open + close]),
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn patterns_are_filled_and_padded() {
        assert_eq!(fill("{yyyy}-S-{seq:6}", &[("yyyy", "2024"), ("seq", "911")]), "2024-S-000911");
        assert_eq!(fill("{what}?{", &[]), "{what}?{");
    }
}
