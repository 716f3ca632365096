use super::*;
use hebbit::kernels::AnyKernels;
use std::sync::Arc;

fn scope() -> Arc<Scope> {
    let mut scope = Scope::load("mini", true, 1).unwrap();
    scope.train = scope.train.head(200);
    scope.test = scope.test.head(50);
    Arc::new(scope)
}

fn fake(accuracy: f64) -> Outcome {
    Outcome {
        accuracy: Some(accuracy),
        angles: vec![Some(12.0), None],
        angles_before: vec![Some(80.0), Some(30.0)],
        state_bytes: Some(4096),
        ..Outcome::default()
    }
}

#[test]
fn a_cut_table_goes_on_and_does_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let scope = scope();
    let all = jobs(&rows(&["dfa".into(), "drtp".into(), "triplet".into()]).unwrap(), &scope);
    assert_eq!(all.len(), 9);
    let mut state = State::open(&path).unwrap();
    let kernels = AnyKernels::best();
    let mut stop = |standing: &Standing| if standing.done > 0 { Control::Stop } else { Control::Continue };
    assert!(!run(&all, &scope, &mut state, (kernels, 1), &mut stop).unwrap());
    let mut state = State::open(&path).unwrap();
    let before = all.iter().filter(|job| state.outcome(job, &scope).unwrap().is_some()).count();
    assert!((1..9).contains(&before), "{before}");
    let mut first = None;
    let mut look = |standing: &Standing| {
        first.get_or_insert(standing.done);
        Control::Continue
    };
    assert!(run(&all, &scope, &mut state, (kernels, 2), &mut look).unwrap());
    assert!(first.unwrap() >= before);
    let whole = std::fs::read(&path).unwrap();
    let mut state = State::open(&path).unwrap();
    assert!(run(&all, &scope, &mut state, (kernels, 2), &mut |_| Control::Continue).unwrap());
    assert_eq!(std::fs::read(&path).unwrap(), whole, "nothing is done twice");
    let document = Document::new("c".into(), &all, &scope, &state, 2).unwrap();
    assert!(document.rows.iter().all(|row| row.jobs.0 == row.jobs.1));
}

#[test]
fn equal_recipes_have_equal_keys_and_others_have_not() {
    let scope = scope();
    let of = |name: &str, column| Job { row: rows(&[name.into()]).unwrap()[0], column, seed: 1 };
    let key = |job: Job| job.key(&scope).unwrap();
    assert_eq!(key(of("dfa", Column::Backprop)), key(of("drtp", Column::Backprop)), "the same network");
    assert_ne!(key(of("dfa", Column::Twin)), key(of("drtp", Column::Twin)));
    assert_ne!(key(of("dfa", Column::I16)), key(of("dfa", Column::I8)));
    assert_ne!(key(of("dfa", Column::I16)), key(Job { seed: 2, ..of("dfa", Column::I16) }));
    let other = Scope { digests: (1, 2), ..(*scope).clone() };
    assert_ne!(key(of("dfa", Column::I16)), of("dfa", Column::I16).key(&other).unwrap());
}

#[test]
fn a_table_says_mean_spread_and_what_is_missing() {
    let scope = Scope { seeds: 2, quick: true, ..(*scope()).clone() };
    let all = jobs(&rows(&["dfa".into(), "reward".into()]).unwrap(), &scope);
    let mut state = State::nowhere();
    for job in all.iter().filter(|job| job.column == Column::I16) {
        state.keep(job, &scope, fake(90.0 + job.seed as f64)).unwrap();
    }
    let document = Document::new("hebbit reproduce".into(), &all, &scope, &state, 1).unwrap();
    let (text, markdown) = (document.text(), document.markdown());
    for out in [&text, &markdown] {
        assert!(out.contains("91.50 ± 0.50") && out.contains("12/–") && out.contains("4096"), "{out}");
        assert!(out.contains("QUICK") && out.contains("4 of 9 jobs"), "{out}");
        assert!(out.contains("97.31 %") && out.contains("NO"), "{out}");
    }
    assert!(markdown.contains("| row | network |") && markdown.contains("`hebbit reproduce`"), "{markdown}");
    let json = serde_json::to_value(&document).unwrap();
    assert_eq!(json["rows"][0]["i16"]["mean"], 91.5);
}

#[test]
fn an_unknown_row_names_all() {
    let error = rows(&["nonsense".into()]).unwrap_err();
    let text = error.advice().1;
    assert!(ROWS.iter().all(|row| text.contains(row.name)), "{text}");
}

#[test]
fn a_file_of_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    for text in ["", "{\"schema\":9,\"jobs\":{}}", "[1]"] {
        std::fs::write(&path, text).unwrap();
        assert!(matches!(State::open(&path), Err(hebbit::error::Error::State { .. })), "{text}");
    }
}
