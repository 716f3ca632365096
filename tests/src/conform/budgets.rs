//! `tests/budgets.toml`: limits of resources. A value beyond its limit fails the gate.

use crate::tree;

/// Limit, floor and aim of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Budget {
    /// A value beyond it is a failure.
    limit: u64,
    /// Whether the limit is a minimum (`least`) instead of a maximum (`limit`).
    least: bool,
    /// A value beyond it is reported.
    floor: Option<u64>,
    /// A value beyond it is reported, too.
    aim: Option<u64>,
}

impl Budget {
    /// Reads the budget of a dotted name.
    ///
    /// # Errors
    /// If the file has none.
    pub(super) fn read(name: &str) -> Result<Self, String> {
        Self::parse(&text()?, name)
    }

    fn parse(text: &str, name: &str) -> Result<Self, String> {
        let all = parse(text)?;
        let value = |key: &str| {
            let value = table(&all, name)?.get(key)?.as_integer()?;
            u64::try_from(value).ok()
        };
        let (limit, least) = match (value("limit"), value("least")) {
            (Some(limit), None) => (limit, false),
            (None, Some(least)) => (least, true),
            _ => return Err(format!("{name} wants `limit` or `least` in tests/budgets.toml")),
        };
        Ok(Self { limit, least, floor: value("floor"), aim: value("aim") })
    }

    /// By how much a value is beyond a bound.
    fn beyond(self, value: u64, bound: u64) -> Option<u64> {
        let over = if self.least { bound.checked_sub(value) } else { value.checked_sub(bound) };
        over.filter(|&over| over > 0)
    }

    /// A line with the value, its unit and its distance from floor and aim; an error if it is beyond the limit.
    pub(super) fn hold(self, what: &str, value: u64, unit: &str) -> Result<String, String> {
        let side = if self.least { "below" } else { "above" };
        if let Some(over) = self.beyond(value, self.limit) {
            return Err(format!("{what}: {value} {unit}, {over} {side} its limit in tests/budgets.toml"));
        }
        let remark = |name: &str, bound: Option<u64>| {
            let over = self.beyond(value, bound?)?;
            Some(format!(", {over} {side} the {name}"))
        };
        let [floor, aim] =
            [remark("floor", self.floor), remark("aim", self.aim)].map(Option::unwrap_or_default);
        Ok(format!("{what}: {value} {unit}{floor}{aim}"))
    }
}

fn text() -> Result<String, String> {
    let file = tree::root().join("tests/budgets.toml");
    std::fs::read_to_string(&file).map_err(|error| format!("tests/budgets.toml: {error}"))
}

fn parse(text: &str) -> Result<toml::Table, String> {
    text.parse().map_err(|error| format!("tests/budgets.toml: {error}"))
}

/// The table of a dotted name.
fn table<'t>(all: &'t toml::Table, name: &str) -> Option<&'t toml::Table> {
    name.split('.').try_fold(all, |table, part| table.get(part)?.as_table())
}

/// The floor of a row and a column in a table of floors.
///
/// # Errors
/// If there is none.
pub(super) fn floor(name: &str, row: &str, column: usize) -> Result<u64, String> {
    let all = parse(&text()?)?;
    let floor = || table(&all, name)?.get(row)?.get(column.to_string())?.as_integer()?.try_into().ok();
    floor().ok_or_else(|| format!("tests/budgets.toml has no floor for [{name}] \"{row}\", {column}"))
}

/// Compares values with the table of a dotted name, and prints them. Every value must have a limit.
///
/// # Errors
/// Each value that is above its limit, or has none.
pub(super) fn hold(name: &str, values: &[(&str, u64)]) -> Result<(), String> {
    let over = judge(&text()?, name, values)?;
    for (value, amount) in values {
        println!("         {name}.{value} = {amount}");
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("\n")) }
}

/// Whether there is a table of a dotted name.
pub(super) fn has(name: &str) -> bool {
    text().and_then(|text| parse(&text)).is_ok_and(|all| table(&all, name).is_some())
}

/// The values above their limits.
fn judge(text: &str, name: &str, values: &[(&str, u64)]) -> Result<Vec<String>, String> {
    let all = parse(text)?;
    let limits = table(&all, name);
    let limit = |value: &str| limits.and_then(|limits| limits.get(value)).and_then(toml::Value::as_integer);
    let judged = values.iter().filter_map(|&(value, amount)| match limit(value) {
        Some(limit) if i128::from(amount) <= i128::from(limit) => None,
        Some(limit) => Some(format!("{name}.{value} is {amount}, at most {limit} in tests/budgets.toml")),
        None => Some(format!("{name}.{value} is {amount} and has no limit in tests/budgets.toml")),
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

    #[test]
    fn who_is_over_a_budget_is_told_by_how_much() {
        let text = "[b.few]\nlimit = 100\nfloor = 90\naim = 80\n[b.all]\nlimit = 200\n[b.none]\nfloor = 1\n\
                    [b.fast]\nleast = 24\nfloor = 25\naim = 30\n[b.both]\nleast = 1\nlimit = 2";
        let held = |name, value| Budget::parse(text, name).unwrap().hold("a", value, "bytes");
        assert_eq!(held("b.few", 80).unwrap(), "a: 80 bytes");
        assert_eq!(held("b.few", 90).unwrap(), "a: 90 bytes, 10 above the aim");
        assert_eq!(held("b.few", 100).unwrap(), "a: 100 bytes, 10 above the floor, 20 above the aim");
        assert_eq!(held("b.few", 103).unwrap_err(), "a: 103 bytes, 3 above its limit in tests/budgets.toml");
        assert_eq!(held("b.all", 200).unwrap(), "a: 200 bytes");
        assert!(held("b.all", 201).is_err());
        assert_eq!(held("b.fast", 24).unwrap(), "a: 24 bytes, 1 below the floor, 6 below the aim");
        assert!(held("b.fast", 30).is_ok_and(|text| !text.contains("below")) && held("b.fast", 23).is_err());
        assert!(["b.none", "b.both", "b.other"].iter().all(|name| Budget::parse(text, name).is_err()));
    }

    #[test]
    fn every_build_has_a_budget() {
        assert!(Budget::read("flash.all-rules").is_ok());
        let few = Budget::read("flash.few-rules").unwrap();
        assert!(few.aim < few.floor && few.floor <= Some(few.limit), "{few:?}");
        assert!(has("stack.stm32f405") && !has("stack.nowhere"));
    }
}
