//! What was found, for people.

use super::{Finding, Verdict};

/// The table, as text.
pub fn table(findings: &[Finding]) -> String {
    let width = findings.iter().map(|finding| finding.check.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Finding { check, verdict, found, cause } in findings {
        let verdict = match verdict {
            Verdict::Ok => "ok",
            Verdict::Failed => "FAILED",
            Verdict::NotPossible => "not possible here",
        };
        text.push_str(&format!("  {check:width$}  {verdict}: {found}\n"));
        if let Some(cause) = cause {
            text.push_str(&format!("  {:width$}  likely: {cause}\n", ""));
        }
    }
    text
}
