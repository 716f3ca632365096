//! Which arrays of an NPZ are samples and which are their labels.

use super::npy;
use super::raw::RawSet;
use super::reader::{Reading, finish, no_part};
use crate::error::Cause;
use crate::error::{Error, Result};

/// How arrays of a part are called, in any case: what is before and after its name, of the samples and of the labels.
const FORMS: [[(&str, &str); 2]; 4] = [
    [("x_", ""), ("y_", "")],
    [("", "_x"), ("", "_y")],
    [("", "_images"), ("", "_labels")],
    [("", "_data"), ("", "_labels")],
];
/// How arrays without parts are called, in any case.
const WHOLE: [(&str, &[&str]); 3] = [
    ("x", &["y", "labels", "label", "target", "targets"]),
    ("data", &["target", "targets", "labels", "label", "y"]),
    ("images", &["labels", "label", "targets", "target", "y"]),
];

/// The samples and the labels of a part.
struct Pair {
    /// The name of the part; empty: it has none.
    part: String,
    x: String,
    /// The array of labels.
    y: Option<String>,
    /// What that array would be called.
    want: String,
}

/// The sets of an archive: the parts that are named, else training and test part, one of the two, or arrays without a part.
pub(super) fn read(
    name: &str,
    bytes: &[u8],
    parts: Option<&[String]>,
    how: &Reading<'_>,
) -> Result<Vec<RawSet>> {
    let in_file = |cause: Cause| Error::from(cause.in_file(name));
    let mut archive = npy::archive(bytes).map_err(in_file)?;
    let arrays = npy::names(&mut archive).map_err(in_file)?;
    let all = pairs(&arrays);
    let of_part = |wanted: &str| all.iter().find(|pair| pair.part == wanted);
    let chosen: Vec<&Pair> = match parts {
        Some(parts) => {
            let known: Vec<String> =
                all.iter().map(|pair| pair.part.clone()).filter(|part| !part.is_empty()).collect();
            let find = |part: &String| {
                of_part(part).filter(|_| !part.is_empty()).ok_or_else(|| no_part(name, part, &known))
            };
            parts.iter().map(find).collect::<Result<_>>()?
        }
        None => match (of_part("train"), of_part("test"), of_part("")) {
            (Some(train), Some(test), _) => vec![train, test],
            (Some(one), None, _) | (None, _, Some(one)) | (None, Some(one), None) => vec![one],
            (None, None, None) => {
                let mut have = arrays.clone();
                have.sort_unstable();
                return Err(in_file(Cause::NoArray { want: "x".into(), have: have.join(", ") }));
            }
        },
    };
    chosen.into_iter().map(|pair| pair.set(name, &mut archive, how)).collect()
}

impl Pair {
    fn set(&self, name: &str, archive: &mut npy::Archive<'_>, how: &Reading<'_>) -> Result<RawSet> {
        let place = |array: &str| format!("{name}[{array}]");
        let samples = npy::entry(archive, &self.x).and_then(|bytes| npy::samples(&bytes));
        let (shape, numbers) = samples.map_err(|cause| cause.in_file(place(&self.x)))?;
        let labels = match &self.y {
            Some(y) => {
                let labels = npy::entry(archive, y).and_then(|bytes| npy::labels(&bytes));
                Ok((labels.map_err(|cause| cause.in_file(place(y)))?, format!("array `{y}`")))
            }
            None => {
                let mut have = npy::names(archive).map_err(|cause| cause.in_file(name))?;
                have.sort_unstable();
                let cause = Cause::NoArray { want: self.want.clone(), have: have.join(", ") };
                Err(cause.in_file(name))
            }
        };
        finish(RawSet::new(place(&self.x), shape, numbers), labels, how)
    }
}

/// All samples with their labels, by the names of the arrays; numbers in names of parts count as numbers: batch2 is before
/// batch10.
fn pairs(arrays: &[String]) -> Vec<Pair> {
    let find = |name: &str| arrays.iter().find(|array| array.eq_ignore_ascii_case(name)).cloned();
    let mut pairs: Vec<Pair> = Vec::new();
    for array in arrays {
        let lower = array.to_ascii_lowercase();
        for [(x_before, x_after), (y_before, y_after)] in FORMS {
            let rest = lower.strip_prefix(x_before).and_then(|rest| rest.strip_suffix(x_after));
            let Some(rest) = rest.filter(|rest| !rest.is_empty()) else { continue };
            // As it is written: names of parts are compared as they are.
            let part = array[x_before.len()..][..rest.len()].to_owned();
            let want = format!("{y_before}{part}{y_after}");
            pairs.push(Pair { x: array.clone(), y: find(&want), want, part });
            break;
        }
    }
    let known = |pair: &Pair| ["train", "test"].contains(&pair.part.to_ascii_lowercase().as_str());
    pairs.iter_mut().filter(|pair| known(pair)).for_each(|pair| pair.part.make_ascii_lowercase());
    pairs.sort_by_cached_key(|pair| {
        let stem = pair.part.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        (stem, pair.part.len(), pair.part.clone())
    });
    let whole = WHOLE.iter().find_map(|(x, ys)| {
        let y = ys.iter().find_map(|y| find(y));
        Some(Pair { part: String::new(), x: find(x)?, y, want: ys[0].to_owned() })
    });
    pairs.extend(whole);
    pairs
}
