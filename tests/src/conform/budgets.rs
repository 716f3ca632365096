//! `tests/budgets.toml`: what may be spent. Who spends more turns the gate red.

use crate::tree;

/// Holds values to the table of a dotted name, and prints both. Every value must have its limit.
///
/// # Errors
/// Each value that is above its limit, or has none.
pub(super) fn hold(table: &str, values: &[(&str, u64)]) -> Result<(), String> {
    let file = tree::root().join("tests/budgets.toml");
    let text = std::fs::read_to_string(&file).map_err(|error| format!("tests/budgets.toml: {error}"))?;
    let over = judge(&text, table, values)?;
    for (name, value) in values {
        println!("         {table}.{name} = {value}");
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("\n")) }
}

/// Whether there is a table of a dotted name.
pub(super) fn has(table: &str) -> bool {
    let text = std::fs::read_to_string(tree::root().join("tests/budgets.toml")).unwrap_or_default();
    judge(&text, table, &[]).is_ok() && text.lines().any(|line| line.trim() == format!("[{table}]"))
}

/// What is above its limit.
fn judge(text: &str, table: &str, values: &[(&str, u64)]) -> Result<Vec<String>, String> {
    let all: toml::Table = text.parse().map_err(|error| format!("tests/budgets.toml: {error}"))?;
    let mut limits = Some(&all);
    for part in table.split('.') {
        limits = limits.and_then(|limits| limits.get(part)).and_then(toml::Value::as_table);
    }
    let limit = |name: &str| limits.and_then(|limits| limits.get(name)).and_then(toml::Value::as_integer);
    let judged = values.iter().filter_map(|&(name, value)| match limit(name) {
        Some(limit) if i128::from(value) <= i128::from(limit) => None,
        Some(limit) => Some(format!("{table}.{name} is {value}, at most {limit} in tests/budgets.toml")),
        None => Some(format!("{table}.{name} is {value} and has no limit in tests/budgets.toml")),
    });
    Ok(judged.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_held() {
        let text = "[a.b-c]\nx = 1_000\n";
        assert_eq!(judge(text, "a.b-c", &[("x", 1000)]), Ok(Vec::new()));
        assert_eq!(judge(text, "a.b-c", &[("x", 1001), ("y", 0)]).map(|over| over.len()), Ok(2));
        assert_eq!(judge(text, "a", &[("x", 1)]).map(|over| over.len()), Ok(1));
        assert!(judge("x = = 1", "a", &[]).is_err());
    }
}
