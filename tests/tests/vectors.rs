//! Every line of every vector file, on every engine that answers single cases.

use hebbit_tests::vectors::{ENGINES, files, folder, parse};
use std::fs;

#[test]
fn vectors() {
    let folder = folder();
    let mut failures = Vec::new();
    let mut cases = 0;
    let names = files(&folder);
    for name in &names {
        let text = fs::read_to_string(folder.join(name)).expect("it was just listed");
        let lines = parse(&text).unwrap_or_else(|why| panic!("tests/vectors/{name}: {why}"));
        assert!(!lines.is_empty(), "tests/vectors/{name}: no cases");
        for (engine, compute) in ENGINES {
            for line in &lines {
                cases += 1;
                let place = format!("tests/vectors/{name}:{}: {engine}", line.number);
                match compute(name, &line.inputs) {
                    None => failures.push(format!("{place}: does not know this file")),
                    Some(got) if got != line.expected => {
                        failures.push(format!("{place}: expected {:?}, got {got:?}", line.expected));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    println!("{cases} cases in {} files", names.len());
    assert!(names.len() >= 20, "only {} files: where are the others?", names.len());
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

#[test]
fn a_line_is_inputs_arrow_expected_and_why() {
    let lines = parse("# head\n\n 10 -0x1 ->  0xff -3  # why -> not\n").map_err(|why| why.clone());
    assert_eq!(lines, Err("line 3: \"-0x1\"".to_owned()));
    let lines = parse("# head\n\n 10 0x1 ->  0xff -3  # why -> not\n").expect("a case");
    assert_eq!(
        (lines[0].number, &lines[0].inputs[..], &lines[0].expected[..]),
        (3, &[10, 1][..], &[255, -3][..])
    );
    assert!(parse("1 2 3").is_err());
}
