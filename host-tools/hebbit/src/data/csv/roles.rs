//! Which column of a table is the label, which is the group, which are values.

use super::cell::{CLASSES_MAX, Column};
use super::{LabelColumn, Table};
use crate::data::reader::Reading;
use crate::error::Cause;
use crate::error::{Error, Result};

/// What headers call the label, case-insensitive: a name of an earlier group goes before one of a later.
const LABELS: [&[&str]; 3] = [
    &["label", "labels"],
    &[
        "target",
        "targets",
        "class",
        "classes",
        "category",
        "species",
        "outcome",
        "diagnosis",
        "activity",
        "gesture",
        "class_label",
        "classlabel",
        "class_name",
        "class_id",
        "ground_truth",
        "label_name",
    ],
    &["y"],
];
/// What headers call an index or a time, case-insensitive.
const INDEXES: [&str; 8] = ["index", "id", "idx", "time", "timestamp", "t", "unnamed: 0", "row"];
/// Columns of MNIST as CSV: the label, and 28 × 28 pixels.
const MNIST: usize = 785;
/// So many columns a message lists.
const LISTED: usize = 12;

/// What the columns are for.
pub(super) struct Roles {
    pub(super) label: Option<usize>,
    pub(super) group: Option<usize>,
    pub(super) values: Vec<usize>,
    pub(super) remarks: Vec<String>,
}

/// The place of a name among those of labels, if it is one.
pub(super) fn tier(name: &[u8]) -> Option<usize> {
    LABELS.iter().position(|names| names.iter().any(|label| name.eq_ignore_ascii_case(label.as_bytes())))
}

/// Decides what the columns of a table are for.
pub(super) fn roles(name: &str, table: &Table<'_>, how: &Reading<'_>, drop: &[String]) -> Result<Roles> {
    let mut remarks: Vec<String> = table.text.remark.iter().cloned().collect();
    let find = |option: &str, wanted: &str| table.find(wanted).ok_or_else(|| table.no_column(option, wanted));
    let dropped = drop.iter().map(|wanted| find("drop", wanted)).collect::<Result<Vec<_>>>()?;
    let group = how.group.as_deref().map(|wanted| find("group", wanted)).transpose()?;
    let mut left: Vec<usize> =
        (0..table.columns.len()).filter(|i| !dropped.contains(i) && Some(*i) != group).collect();
    // A separator at the end of every line makes a column of nothing.
    let hollow = |i: &usize| {
        table.columns[*i].is_empty() && table.named(*i).is_none_or(|name| name.starts_with("Unnamed: "))
    };
    for column in left.extract_if(.., |i| hollow(i)) {
        remarks.push(format!("{} is empty and left out", table.called(column)));
    }
    let message = "a line has one cell; a sample needs a value, and to learn from a label";
    let one_cell = || Error::from(Cause::Csv { message: message.to_owned() }.in_file(name));
    if left.is_empty() || (left.len() == 1 && how.width != Some(1)) {
        return Err(one_cell());
    }
    let label = match &how.label {
        LabelColumn::First => left.first().copied(),
        LabelColumn::Last => left.last().copied(),
        LabelColumn::Named(wanted) => Some(find("label", wanted)?),
        LabelColumn::Found => {
            let found = table.label(&left, how).map_err(|cause| Error::from(cause.in_file(name)))?;
            remarks.extend(found.remark);
            found.column
        }
    };
    if let Some(twice) = label.filter(|i| !left.contains(i)) {
        let message = format!("{} cannot be the label: it is left out or the group", table.called(twice));
        return Err(Error::usage(message, "name each column once in ?label=, ?group= and ?drop="));
    }
    left.retain(|i| Some(*i) != label);
    if left.is_empty() {
        return Err(one_cell());
    }
    remarks.extend(left.iter().filter(|&&i| table.is_index(i)).map(|&i| {
        let short = table.named(i).map_or((i + 1).to_string(), str::to_owned);
        format!("{} looks like an index; ?drop={short} leaves it out", table.called(i))
    }));
    Ok(Roles { label, group, values: left, remarks })
}

/// The column of labels, if there is one.
#[derive(Default)]
struct Found {
    column: Option<usize>,
    remark: Option<String>,
}

impl Table<'_> {
    fn named(&self, column: usize) -> Option<&str> {
        Some(self.header.as_ref()?.get(column)?.as_str())
    }

    fn is_index(&self, column: usize) -> bool {
        let named = |name: &str| INDEXES.iter().any(|index| name.eq_ignore_ascii_case(index));
        self.columns[column].is_index() || self.named(column).is_some_and(named)
    }

    /// The column that a user names: as in the header, else in any case, else by its number from 1.
    fn find(&self, wanted: &str) -> Option<usize> {
        let number = || wanted.parse::<usize>().ok()?.checked_sub(1).filter(|i| *i < self.columns.len());
        let Some(names) = &self.header else { return number() };
        let exact = names.iter().position(|name| name == wanted);
        exact.or_else(|| names.iter().position(|name| name.eq_ignore_ascii_case(wanted))).or_else(number)
    }

    fn no_column(&self, option: &str, wanted: &str) -> Error {
        let help = match &self.header {
            Some(names) => format!("its columns are: {}", listed(names)),
            None => format!("no line names its columns: give a number, 1 to {}", self.columns.len()),
        };
        Error::usage(format!("?{option}={wanted}: there is no such column"), help)
    }

    /// The label of a table that no option names.
    fn label(&self, left: &[usize], how: &Reading<'_>) -> std::result::Result<Found, Cause> {
        let by_name = self.by_name(left);
        if how.width == Some(left.len()) {
            // As many values as the network takes. Only what can be nothing else is a label all the same.
            let sure = |&i: &usize| self.named(i).is_some_and(|name| tier(name.as_bytes()) == Some(0));
            let column = by_name.ok().flatten().filter(sure);
            let remark = "no column is a label: there are as many as the network has inputs";
            return Ok(Found { column, remark: column.is_none().then(|| remark.to_owned()) });
        }
        if let Some(column) = by_name? {
            let plain = self.named(column).is_some_and(|name| tier(name.as_bytes()) == Some(0));
            let remark = (!plain).then(|| format!("the label is {}", self.called(column)));
            return Ok(Found { column: Some(column), remark });
        }
        let words = |i: &&usize| self.columns[**i].is_words() && self.columns[**i].is_candidate();
        if let Some(&column) = left.iter().rev().find(words) {
            let remark = format!("the label is {}, which has words", self.called(column));
            return Ok(Found { column: Some(column), remark: Some(remark) });
        }
        if self.is_mnist(left) {
            let remark = "the label is column 1: all others are bytes, as of pictures".to_owned();
            return Ok(Found { column: left.first().copied(), remark: Some(remark) });
        }
        if let Some(column) = self.at_an_end(left) {
            let remark =
                format!("the label is {}: it numbers classes (?label= names another)", self.called(column));
            return Ok(Found { column: Some(column), remark: Some(remark) });
        }
        if let Some(width) = how.width {
            let among = |i: &&usize| how.names.is_some_and(|names| self.columns[**i].is_among(names));
            let mut among = left.iter().filter(among);
            if let (Some(&column), None) = (among.next(), among.next()) {
                let remark = format!("the label is {}, which has names of classes", self.called(column));
                return Ok(Found { column: Some(column), remark: Some(remark) });
            }
            // Neither with a label nor without one would it fit, and that is told elsewhere.
            if left.len() != width + 1 {
                return Ok(Found::default());
            }
        }
        Err(self.ask(left))
    }

    /// The column whose name is that of a label. Of several that are equally good, none is.
    fn by_name(&self, left: &[usize]) -> std::result::Result<Option<usize>, Cause> {
        let Some(names) = &self.header else { return Ok(None) };
        // Of x, y and z, y is an axis.
        let axes = names.iter().any(|name| name.eq_ignore_ascii_case("z"));
        let of_tier =
            |wanted: usize| left.iter().copied().filter(move |&i| tier(names[i].as_bytes()) == Some(wanted));
        for wanted in (0..LABELS.len()).filter(|&wanted| !(axes && wanted == 2)) {
            let mut found = of_tier(wanted);
            if let Some(first) = found.next() {
                return if found.next().is_some() { Err(self.ask(left)) } else { Ok(Some(first)) };
            }
        }
        Ok(None)
    }

    /// Whether it is written as MNIST is: no names, first the number of the class, then pixels.
    fn is_mnist(&self, left: &[usize]) -> bool {
        let [first, pixels @ ..] = left else { return false };
        let Some(last) = pixels.last() else { return false };
        let (first, last) = (&self.columns[*first], &self.columns[*last]);
        let bytes = left.iter().all(|&i| self.columns[i].is_bytes());
        let side = pixels.len().isqrt();
        let square = side > 2 && side * side == pixels.len();
        // The last column may be the label as well, if it numbers classes and they are not many more.
        let few = |column: &Column| column.classes().unwrap_or(usize::MAX);
        let doubt = last.is_numbering() && few(last) < 2 * few(first).max(2);
        let sure = (left.len() == MNIST || square && first.is_numbering()) && !doubt;
        self.header.is_none() && bytes && few(first) <= CLASSES_MAX && sure
    }

    /// The first or the last column of a table without names, if it numbers classes that repeat; if both do, the one of more
    /// classes.
    fn at_an_end(&self, left: &[usize]) -> Option<usize> {
        let classes =
            |i: usize| Some(&self.columns[i]).filter(|column| column.is_repeated_numbering())?.classes();
        let (&first, &last) = left.first().zip(left.last()).filter(|_| self.header.is_none())?;
        match (classes(first), classes(last)) {
            (Some(a), Some(b)) if a == b => None,
            (Some(a), b) if b.is_none_or(|b| b < a) => Some(first),
            (_, Some(_)) => Some(last),
            _ => None,
        }
    }

    /// The question for the label.
    fn ask(&self, left: &[usize]) -> Cause {
        let candidates = left.iter().filter(|&&i| self.columns[i].is_candidate());
        let called = |&i: &usize| self.named(i).map_or_else(|| (i + 1).to_string(), str::to_owned);
        let candidates: Vec<String> = candidates.map(called).collect();
        let candidates = match candidates[..] {
            [] => "no column has few different whole numbers".to_owned(),
            _ => format!("few different values have: {}", listed(&candidates)),
        };
        let columns = match &self.header {
            Some(names) => format!("its columns are {}", listed(names)),
            None => format!("its first line is {}", listed(&self.first)),
        };
        Cause::WhichLabel { columns, candidates }
    }
}

/// Names for people: not more than a line of them.
fn listed(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(LISTED).map(|name| super::short(name)).collect();
    if names.len() > LISTED {
        shown.push(format!("… ({} in all)", names.len()));
    }
    shown.join(", ")
}
