//! Durations as Go's `time.ParseDuration` reads them.

/// Says whether `text` is a duration: `2m0s`, `1.5h`, `-3ms`, `0`.
pub fn is_duration(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned == "0" {
        return true;
    }
    let mut rest = unsigned;
    let mut nanoseconds = 0f64;
    while !rest.is_empty() {
        let after_number = rest.trim_start_matches(|at: char| at.is_ascii_digit() || at == '.');
        let number = rest.get(..rest.len() - after_number.len()).unwrap_or_default();
        let is_number = number.matches('.').count() <= 1 && number.bytes().any(|byte| byte.is_ascii_digit());
        let after_unit = after_number.trim_start_matches(|at: char| at != '.' && !at.is_ascii_digit());
        let unit = after_number.get(..after_number.len() - after_unit.len()).unwrap_or_default();
        let scale = match unit {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            "h" => 3600e9,
            _ => return false,
        };
        if !is_number {
            return false;
        }
        let number = format!("0{number}0");
        nanoseconds += number.parse::<f64>().unwrap_or(f64::INFINITY) * scale
            / if number.contains('.') { 1.0 } else { 10.0 };
        rest = after_unit;
    }
    !unsigned.is_empty() && nanoseconds <= i64::MAX as f64
}
