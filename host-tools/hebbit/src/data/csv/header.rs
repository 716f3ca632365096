//! Whether the first line of a table has names.

use csv::ByteRecord;

use super::cell::{Cell, Column};

/// So many numbers that go up by one in the first line are names of columns, whatever is below them.
const INDEXES: usize = 8;

/// Whether the first line has names of columns, by its cells and by what is below them.
pub(super) fn is_header(first: &ByteRecord, below: &[Column]) -> bool {
    let kinds: Vec<Cell> = first.iter().map(Cell::of).collect();
    if kinds.iter().all(|kind| !kind.is_number()) && kinds.contains(&Cell::Word) {
        return true;
    }
    // Numbers as names go up by one: the indexes of pixels.
    let numbers = kinds.iter().enumerate().filter(|(_, kind)| kind.is_number());
    let indexes: Option<Vec<(usize, i64)>> = numbers
        .map(|(i, kind)| if let Cell::Whole(value) = kind { Some((i, *value)) } else { None })
        .collect();
    let Some(indexes) = indexes.filter(|all| all.len() > 1 && matches!(all[0].1, 0 | 1)) else {
        return false;
    };
    let steps = indexes.windows(2).all(|pair| pair[0].1 + 1 == pair[1].1);
    let others: Vec<usize> = (0..kinds.len()).filter(|&i| !kinds[i].is_number()).collect();
    // Numbers with a point are below whole ones, or a number is below a word.
    let unlike = |i: usize| match kinds[i] {
        Cell::Whole(_) => below.get(i).is_some_and(|column| column.floats.cells > 0),
        _ => below.get(i).is_some_and(Column::is_numbers),
    };
    let label = others.iter().any(|&i| super::roles::tier(&first[i]).is_some());
    let unnamed = others == [0] && first[0].is_empty();
    steps && (indexes.len() >= INDEXES || label || unnamed || others.iter().any(|&i| unlike(i)))
        || steps && others.is_empty() && (0..kinds.len()).all(unlike)
}

/// Names of the columns: what has none is called as pandas calls it.
pub(super) fn names(first: &[String]) -> Vec<String> {
    let name = |(i, cell): (usize, &String)| match cell.trim_matches(['"', ' ']) {
        "" => format!("Unnamed: {i}"),
        name => name.to_owned(),
    };
    first.iter().enumerate().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(lines: &[&str]) -> bool {
        let rows: Vec<ByteRecord> =
            lines.iter().map(|line| ByteRecord::from(line.split(',').collect::<Vec<_>>())).collect();
        let mut columns = vec![Column::default(); rows[0].len()];
        rows[1..].iter().for_each(|row| super::super::add(&mut columns, row, false));
        is_header(&rows[0], &columns)
    }

    #[test]
    fn names_are_told_from_samples() {
        let check = |lines: &[&str], want| assert_eq!(header(lines), want, "{lines:?}");
        check(&["a,b", "1,2"], true);
        check(&["a,", "1,2"], true);
        check(&["1,2", "3,4"], false);
        check(&["1,x", "1,2"], false);
        check(&["0.5,x", "1,2"], false);
        check(&["1,2,rock", "3,4,paper"], false);
        check(&[",0.5,rock", "3,4,paper"], false);
        check(&["label,0,1,2", "1,10,20,30"], true);
        check(&["label,0,1", "rock,1,2"], true);
        check(&["name,0,1", "rock,1,2"], false);
        check(&["0,1,2", "0.5,0.25,1.5"], true);
        check(&["0,1,2", "0.5,1,1.5"], false);
        check(&[",0,1", "0,7,8"], true);
        check(&["0,1,2,3,4,5,6,7", "9,9,9,9,9,9,9,9"], true);
        check(&["2,3,4,5,6,7,8,9,10", "9,9,9,9,9,9,9,9,9"], false);
    }
}
