use super::*;
use crate::error::render;
use proptest::prelude::*;

fn how(label: LabelColumn) -> Reading<'static> {
    Reading { label, ..Reading::default() }
}

fn found(text: &str) -> RawSet {
    read("f.csv", text.as_bytes(), &how(LabelColumn::Found), &[]).unwrap_or_else(|e| panic!("{text:?}: {e}"))
}

fn refused(text: &str) -> String {
    render(&read("f.csv", text.as_bytes(), &how(LabelColumn::Found), &[]).unwrap_err())
}

/// Values, and labels as they are called.
fn of(set: &RawSet) -> (Vec<f64>, Vec<&str>) {
    let labels = set.labels.as_ref();
    let names = labels.map(|l| l.index.iter().map(|&i| l.names[i as usize].as_str()).collect());
    (set.numbers.to_floats().into_owned(), names.unwrap_or_default())
}

#[test]
fn a_header_names_the_label() {
    let want = (vec![10.0, 20.0, 30.0, 255.0], vec!["1", "0"]);
    for (text, remarks) in [
        ("label,a,b\n1,10,20\n0,30,255\n", 0),
        ("\u{feff}label,a,b\r\n1, 10 ,20\r\n0,30,255", 0),
        ("a,b,Label\n10,20,1\n30,255,0\n", 0),
        ("label,0,1\n1,10,20\n\n0,30,255\n", 0),
        ("a;label;b\n10;1;20\n30;0;255\n", 0),
        ("label\ta\tb\n1\t10\t20\n0\t30\t255\n", 0),
        ("# by me\nlabel,a,b\n1,10,20\n% note\n0,30,255\n", 0),
        ("\"label\",\"a, b\",\"c\"\n\"1\",10,20\n0,30,255\n", 0),
        ("  a    b  label\n 10   20      1\n 30  255      0\n", 0),
        ("a,b,target\n10,20,1\n30,255,0\n", 1),
        ("Class,a,b\n1,10,20\n0,30,255\n", 1),
        ("a,y,b\n10,1,20\n30,0,255\n", 1),
        ("a,b,label,\n10,20,1,\n30,255,0,\n", 1),
    ] {
        let set = found(text);
        assert_eq!((of(&set), set.remarks.len()), (want.clone(), remarks), "{text:?}: {:?}", set.remarks);
        assert_eq!((set.shape, set.features.map(|names| names.len())), (vec![2], Some(2)), "{text:?}");
    }
    // `label` goes before other names.
    assert_eq!(of(&found("class,label,a\n7,1,10\n7,0,30\n")).1, ["1", "0"]);
    assert_eq!(found("a,b,species\n1,2,9\n3,4,8\n").remarks, ["the label is column `species`"]);
}

#[test]
fn words_are_the_label() {
    let set = found("1,2,rock\n3,4,paper\n1,1,rock\n");
    assert_eq!(of(&set), (vec![1.0, 2.0, 3.0, 4.0, 1.0, 1.0], vec!["rock", "paper", "rock"]));
    assert_eq!((set.features, set.remarks), (None, vec!["the label is column 3, which has words".into()]));
    // Words that are all different name samples, not classes.
    let named = "who,a,state\nann,1,0\nbob,2,1\ncid,5,1\ndan,3,1\neva,9,0\n";
    assert!(refused(named).contains("which column is the label is not clear: its columns are who, a, state"));
    let two = "who,a,state\nx,1,on\ny,2,off\nx,3,on\ny,1,off\nx,7,on\n";
    assert!(
        refused(two).starts_with("error[hebbit::data::words]: f.csv: line 2, column `who`: `x` is a word")
    );
    assert!(refused(two).contains("?drop=who"));
}

#[test]
fn an_option_names_the_label() {
    let read = |label, drop: &[&str]| {
        let drop: Vec<String> = drop.iter().map(|name| (*name).to_owned()).collect();
        read("f.csv", b"a,kind,b\n5,1,2\n6,3,4\n", &how(label), &drop)
    };
    let named = |name: &str| LabelColumn::Named(name.into());
    assert_eq!(of(&read(LabelColumn::First, &[]).unwrap()), (vec![1.0, 2.0, 3.0, 4.0], vec!["5", "6"]));
    assert_eq!(of(&read(LabelColumn::Last, &[]).unwrap()).1, ["2", "4"]);
    for name in ["kind", "KIND", "2"] {
        assert_eq!(
            of(&read(named(name), &[]).unwrap()),
            (vec![5.0, 2.0, 6.0, 4.0], vec!["1", "3"]),
            "{name}"
        );
    }
    assert_eq!(of(&read(named("kind"), &["a"]).unwrap()), (vec![2.0, 4.0], vec!["1", "3"]));
    let wrong = render(&read(named("kinds"), &[]).unwrap_err());
    assert!(wrong.contains("?label=kinds") && wrong.contains("its columns are: a, kind, b"), "{wrong}");
    assert!(
        render(&read(named("kind"), &["kind"]).unwrap_err()).contains("column `kind` cannot be the label")
    );
    assert!(render(&read(named("9"), &[]).unwrap_err()).contains("no such column"));
}

#[test]
fn what_is_not_clear_is_asked_for() {
    for text in [
        "5.1,3.5,0\n4.9,3.0,1\n",
        "0,1,2\n1,3,4\n",
        "a,b,c\n5,1,2\n6,3,4\n",
        "target,class,a\n1,2,3\n1,2,3\n",
    ] {
        assert!(refused(text).starts_with("error[hebbit::data::which_label]"), "{text:?}");
    }
    let told = refused("a,b,state\n0.5,7,0\n0.4,8,1\n0.2,9,1\n0.1,5,0\n");
    assert!(
        told.contains("its columns are a, b, state") && told.contains("different values have: state"),
        "{told}"
    );
    assert!(refused("0.5,7,0\n0.4,8,1\n").contains("its first line is 0.5, 7, 0"));
    // Of three axes, y is none.
    assert!(refused("x,y,z\n1,2,3\n4,5,6\n").contains("not clear"));
}

#[test]
fn without_names_the_label_numbers_classes_at_an_end() {
    let first = found("0,0.5,7\n1,0.25,9\n0,0.5,7\n1,1.5,8\n2,1,8\n2,1,8\n");
    assert_eq!((of(&first).1[4], first.width()), ("2", 2));
    assert_eq!(first.remarks, ["the label is column 1: it numbers classes (?label= names another)"]);
    let last = found("7,0.5,1\n9,0.25,2\n7,0.5,1\n8,1.5,2\n");
    assert_eq!(of(&last).1, ["1", "2", "1", "2"]);
    // Both number classes: the one of three, among values of 0 and 1.
    let both = found("0,1,0\n1,0,1\n2,1,1\n0,1,0\n1,0,1\n2,1,0\n");
    assert_eq!(of(&both).1, ["0", "1", "2", "0", "1", "2"]);
    assert!(refused("0,1,0\n1,0,1\n0,1,1\n1,1,0\n").contains("which_label"));
}

#[test]
fn pictures_without_names_have_their_label_first() {
    let row = |label: u8, last: u8| format!("{label},{}{last}\n", "7,200,".repeat(4));
    let text = [row(1, 0), row(0, 200), row(2, 9)].concat();
    let set = found(&text);
    assert_eq!((of(&set).1, &set.shape[..]), (vec!["1", "0", "2"], &[9][..]));
    assert_eq!(set.remarks, ["the label is column 1: all others are bytes, as of pictures"]);
    // The last column might be the label as well.
    assert!(refused(&[row(1, 0), row(0, 1), row(2, 2)].concat()).contains("which_label"));
    let wide = |label: u8, last: u8| format!("{label},{}{last}\n", "0,".repeat(783));
    assert_eq!(found(&[wide(7, 0), wide(7, 0)].concat()).shape, [784]);
    assert!(refused(&[wide(0, 0), wide(0, 1)].concat()).contains("which_label"));
}

#[test]
fn a_network_that_reads_knows_its_width() {
    let names = ["7".to_owned(), "8".to_owned()];
    let how = Reading { width: Some(2), names: Some(&names), ..Reading::default() };
    let read = |text: &str| read("f.csv", text.as_bytes(), &how, &[]).unwrap();
    for text in ["10,20\n30,25\n", "p,q\n10,20\n30,25\n", "a,y\n10,20\n30,25\n"] {
        let set = read(text);
        assert_eq!(of(&set), (vec![10.0, 20.0, 30.0, 25.0], vec![]), "{text:?}");
        assert_eq!(set.remarks, ["no column is a label: there are as many as the network has inputs"]);
    }
    // One more: the label, by its names too.
    assert_eq!(of(&read("7,10,20\n8,30,25\n")).1, ["7", "8"]);
    assert_eq!(of(&read("p,q,target\n10,20,7\n30,25,8\n")).1, ["7", "8"]);
    // A header that names a label is believed, whatever the width.
    assert_eq!(read("label,p\n1,10\n").shape, [1]);
    assert!(read("1,2,3,4,5\n5,4,3,2,1\n").labels.is_none());
}

#[test]
fn numbers_are_what_they_are_written_as() {
    assert_eq!(found("label,a\n0,-5\n1,300\n").numbers, Numbers::Ints(vec![-5, 300]));
    assert_eq!(found("label,a\n0,1.0\n1,2\n").numbers, Numbers::Floats(vec![1.0, 2.0]));
    assert_eq!(found("label,a\n0,1e2\n1,-0.5\n").numbers, Numbers::Floats(vec![100.0, -0.5]));
    let labels = found("label,a\n-1,1\n300,2\n7,3\n").labels.unwrap();
    assert_eq!((labels.names, labels.index), (vec!["-1".into(), "7".into(), "300".into()], vec![0, 2, 1]));
}

#[test]
fn columns_are_groups_or_look_like_an_index() {
    let how = Reading { group: Some("who".into()), ..Reading::default() };
    let set = read("f.csv", b"time,ax,who,target\n0,1,ann,0\n5,200,bob,1\n", &how, &[]).unwrap();
    assert_eq!(set.groups, Some(vec!["ann".into(), "bob".into()]));
    assert_eq!((set.shape, set.features.unwrap()), (vec![2], vec!["time".to_owned(), "ax".into()]));
    assert_eq!(set.remarks[1], "column `time` looks like an index; ?drop=time leaves it out");
    let counted = found("n,label\n3,0\n4,1\n5,0\n6,1\n").remarks;
    assert_eq!(counted, ["column `n` looks like an index; ?drop=n leaves it out"]);
    assert_eq!(found(",a,label\n0,9,0\n1,9,1\n2,9,1\n").features.unwrap(), ["Unnamed: 0", "a"]);
}

#[test]
fn mistakes_have_their_line() {
    let check = |text: &str, code: &str, words: &str| {
        let told = refused(text);
        assert!(told.starts_with(&format!("error[hebbit::data::{code}]: f.csv: ")), "{told}");
        assert!(told.contains(words), "{told}");
        assert_eq!(told.lines().count(), 2, "{told}");
    };
    check(
        "1,2,3\n1,2,3\n1,2\n",
        "ragged",
        "line 3 has 2 cells separated by commas, the lines before it have 3",
    );
    check("label,a\r\n\r\n1,2\r\n1,zwei\r\n2,3\r\n", "cell", "line 4, column `a`: `zwei` is not a number");
    check("label,a\n1,2\n1,inf\n1,2\n", "value", "line 3, column `a`: inf is not a finite number");
    check(
        "label,a,b\n1,,2\n1,3,NA\n0,nan,5\n",
        "missing",
        "line 2, column `a`: `` is a missing value; 3 cells of 2 columns have none",
    );
    check("a,label\n1,x\n1,?\n", "missing", "line 3, column `label`: `?`");
    check("label;a;b\n1;0,5;2\n0;1,5;3\n", "decimal_comma", "line 2, column `a`: `0,5` has a decimal comma");
    check("label,a\n1.0,2\n0.5,2\n", "label", "line 3, column `label`: label 0.5 is not a whole number");
    check("\u{feff}\n", "empty", "no samples");
    check("# only this\n", "empty", "no samples");
    check("label,a,b\n", "empty", "no samples");
    check("1\n2\n", "csv", "one cell");
    check("label\n2\n", "csv", "one cell");
    let long = refused(&format!("label,a,b\n1,{},3\n1,2,3\n0,1,2\n", "é".repeat(50)));
    assert!(long.contains(&format!("`{}…`", "é".repeat(20))), "{long}");
}

#[test]
fn one_sample_is_a_set() {
    assert_eq!(of(&found("label,a,b\n0,1,2\n")), (vec![1.0, 2.0], vec!["0"]));
}

fn any_label() -> impl Strategy<Value = LabelColumn> {
    prop::sample::select(vec![
        LabelColumn::Found,
        LabelColumn::First,
        LabelColumn::Last,
        LabelColumn::Named("2".into()),
    ])
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), label in any_label()) {
        let _ = read("f", &bytes, &how(label), &[]);
    }

    #[test]
    fn any_csv_like_text_never_panics(text in "[0-9,;.\t\n\"eNaxy# -]{0,120}", label in any_label(), width in prop::option::of(0usize..5)) {
        let how = Reading { label, width, ..Reading::default() };
        if let Ok(set) = read("f", text.as_bytes(), &how, &[]) {
            prop_assert_eq!(set.numbers.len(), set.width() * set.len());
            prop_assert!(!set.is_empty());
            if let Some(labels) = set.labels {
                prop_assert_eq!(labels.index.len(), set.numbers.len() / set.shape[0]);
            }
        }
    }

    #[test]
    fn numbers_that_are_written_are_read(
        rows in prop::collection::vec((any::<i16>(), -1e6f64..1e6, 0u8..4), 1..20),
        separator in prop::sample::select(vec![',', ';', '\t', ' ']),
    ) {
        let mut text = ["a", "b", "label"].join(&separator.to_string()) + "\n";
        for (a, b, label) in &rows {
            text += &format!("{a}{separator}{b:?}{separator}{label}\n");
        }
        let set = found(&text);
        let want: Vec<f64> = rows.iter().flat_map(|(a, b, _)| [f64::from(*a), *b]).collect();
        prop_assert_eq!(set.numbers, Numbers::Floats(want));
    }
}
