//! The confusion matrix as a heat map of counts, with recall and precision of each class.

use super::text::{count, escape, percent, share};
use hebbit::run::ClassNames;
use std::fmt::Write as _;

/// The section of the page; `None` if no sample was tested.
///
/// `matrix[truth][answer]`; rows may differ in length, and an answer past the last class is "none".
pub(super) fn section(matrix: &[Vec<u32>], names: &ClassNames) -> Option<String> {
    let tested = total(matrix.iter().flatten());
    if tested == 0 {
        return None;
    }
    let classes = matrix.len();
    let answers = matrix.iter().map(Vec::len).max().unwrap_or(0).max(classes);
    let cell = |truth: usize, answer: usize| matrix[truth].get(answer).copied().unwrap_or(0);
    let worst = worst(matrix);
    let mut rows = String::new();
    for (truth, row) in matrix.iter().enumerate() {
        let samples = total(row);
        let cells: String =
            (0..answers).map(|a| heat(cell(truth, a), samples, (truth != a).then_some(worst))).collect();
        let recall = rate(cell(truth, truth), samples);
        let samples = count(samples);
        put(
            &mut rows,
            format!(
                "<tr><th scope=\"row\">{}</th>{cells}<td>{recall}</td><td>{samples}</td></tr>\n",
                escape(&names.of(truth))
            ),
        );
    }
    let heads: String = (0..answers).map(|a| head(a, classes, names)).collect();
    let precisions: String = (0..answers)
        .map(|a| {
            let given = (0..classes).map(|t| u64::from(cell(t, a))).sum();
            let right = if a < classes { cell(a, a) } else { 0 };
            format!("<td>{}</td>", if a < classes { rate(right, given) } else { String::new() })
        })
        .collect();
    let right = (0..classes).map(|c| u64::from(cell(c, c))).sum();
    let (all, tested) = (share(right, tested).map_or_else(String::new, percent), count(tested));
    Some(format!(
        "<p class=\"note\">Rows are the true class, columns the answer. Green is right; \
         red is wrong, strongest where the share of a class is largest.</p>\n\
         <div class=\"wide\"><table class=\"confusion\">\n\
         <thead><tr><th></th>{heads}<th scope=\"col\">recall</th><th scope=\"col\">samples</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n\
         <tfoot><tr><th scope=\"row\">precision</th>{precisions}<td><b>{all}</b></td><td>{tested}</td></tr></tfoot>\n\
         </table></div>"
    ))
}

/// (right, tested) samples of `matrix`.
pub(super) fn score(matrix: &[Vec<u32>]) -> (u64, u64) {
    let right = matrix.iter().enumerate().filter_map(|(class, row)| row.get(class));
    (total(right), total(matrix.iter().flatten()))
}

fn total<'a>(counts: impl IntoIterator<Item = &'a u32>) -> u64 {
    counts.into_iter().map(|&n| u64::from(n)).sum()
}

fn head(answer: usize, classes: usize, names: &ClassNames) -> String {
    let name = if answer < classes { escape(&names.of(answer)) } else { "none".into() };
    format!("<th scope=\"col\">{name}</th>")
}

/// The largest share of a class that got one wrong answer, percent.
fn worst(matrix: &[Vec<u32>]) -> f64 {
    let errors = |(truth, row): (usize, &Vec<u32>)| {
        let most = row.iter().enumerate().filter(|(a, _)| *a != truth).map(|(_, n)| *n).max();
        share(u64::from(most.unwrap_or(0)), total(row))
    };
    matrix.iter().enumerate().filter_map(errors).fold(0.0, f64::max)
}

/// One cell: its count on a ground as strong as its share of the row. An error is measured by the `worst`
/// and by its square root, or the few errors of a good network would all be pale.
fn heat(n: u32, samples: u64, worst: Option<f64>) -> String {
    let class = if worst.is_some() { "miss" } else { "hit" };
    let Some(share) = share(u64::from(n), samples).filter(|_| n > 0) else {
        return format!("<td class=\"{class} zero\">0</td>");
    };
    let strength = worst.map_or(share / 100.0, |worst| (share / worst).sqrt());
    format!("<td class=\"{class}\" style=\"--p:{:.3}\">{}</td>", 0.7 * strength, count(u64::from(n)))
}

fn rate(part: u32, whole: u64) -> String {
    share(u64::from(part), whole).map_or_else(|| "–".into(), |p| format!("{p:.1}\u{202f}%"))
}

fn put(out: &mut String, line: String) {
    out.write_str(&line).expect("a String takes any text");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recall_is_per_row_and_precision_per_column() {
        let html = section(&[vec![3, 1], vec![0, 4]], &ClassNames::default()).expect("tested");
        assert!(html.contains("<td>75.0\u{202f}%</td><td>4</td>"), "recall of 0");
        assert!(html.contains("precision</th><td>100.0\u{202f}%</td><td>80.0\u{202f}%</td>"));
        assert!(html.contains("<b>87.50\u{202f}%</b>"));
        assert_eq!(score(&[vec![3, 1], vec![0, 4]]), (7, 8));
    }

    #[test]
    fn ragged_rows_and_no_answer() {
        let html = section(&[vec![3], vec![0, 4, 2]], &ClassNames::default()).expect("tested");
        assert!(html.contains("<th scope=\"col\">none</th>"));
        assert_eq!(html.matches("<td class").count(), 6, "two rows of three cells");
    }

    #[test]
    fn nothing_tested_is_no_section() {
        assert_eq!(section(&[], &ClassNames::default()), None);
        assert_eq!(section(&[vec![0, 0], vec![]], &ClassNames::default()), None);
    }
}
