//! The page as a whole.

use super::{fake, html, write};
use hebbit::record::{LayerActivity, MembraneTrace, RunRecord};

/// Reads the page as XML, which forgives less than HTML: each tag closed, each attribute quoted.
fn parse(page: &str) -> roxmltree::Document<'_> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    roxmltree::Document::parse_with_options(page, options).expect("well-formed")
}

fn headings(page: &str) -> Vec<String> {
    parse(page)
        .descendants()
        .filter(|n| n.has_tag_name("h2"))
        .filter_map(|n| n.text())
        .map(Into::into)
        .collect()
}

#[test]
fn a_run_has_all_sections() {
    let page = html(&fake::record());
    assert_eq!(
        headings(&page),
        ["Drift", "Accuracy", "Confusion", "Receptive fields", "Activity", "Samples"]
    );
    assert!(page.contains("of 9\u{202f}") && page.contains("test samples right"));
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    assert_eq!(html(&fake::record()), html(&fake::record()));
}

#[test]
fn an_empty_record_is_a_page_without_sections() {
    let page = html(&RunRecord::default());
    assert!(headings(&page).is_empty());
    assert!(!page.contains("<svg") && !page.contains("<dl") && !page.contains("<pre"));
}

#[test]
fn parts_are_left_out_one_by_one() {
    let full = fake::record();
    for (missing, record) in [
        ("Drift", RunRecord { drift: None, ..full.clone() }),
        ("Accuracy", RunRecord { curve: vec![], ..full.clone() }),
        ("Confusion", RunRecord { confusion: vec![], ..full.clone() }),
        ("Receptive fields", RunRecord { fields: vec![], ..full.clone() }),
        ("Activity", RunRecord { layers: vec![], ..full.clone() }),
        ("Samples", RunRecord { samples: vec![], ..full.clone() }),
    ] {
        let headings = headings(&html(&record));
        assert_eq!(headings.len(), 5, "without {missing}");
        assert!(!headings.iter().any(|h| h == missing));
    }
}

#[test]
fn text_of_the_record_cannot_become_markup() {
    const EVIL: &str = "</title><script>alert('\"&amp;\0')</script>";
    let mut record = fake::record();
    record.command = EVIL.into();
    record.digest = EVIL.into();
    record.facts.push((EVIL.into(), EVIL.into()));
    record.layers[1].name = EVIL.into();
    record.samples[0].membranes[0].name = EVIL.into();
    let page = html(&record);
    assert!(!page.contains("<script"));
    let shown = EVIL.replace('\0', "\u{fffd}");
    let document = parse(&page);
    let texts = |tag: &str| -> Vec<&str> {
        document.descendants().filter(|n| n.has_tag_name(tag)).filter_map(|n| n.text()).collect()
    };
    for tag in ["pre", "dt", "dd", "code", "th", "figcaption"] {
        assert!(texts(tag).contains(&shown.as_str()), "{tag} shows the text as it is");
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let page = html(&fake::record());
    for node in parse(&page).descendants() {
        assert!(!["script", "link", "iframe", "object"].contains(&node.tag_name().name()));
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            if ["href", "src", "srcset", "data", "action"].contains(&name) {
                assert!(value.starts_with("data:image/png;base64,"), "{name}={value:.40}");
            }
            assert!(!name.starts_with("on") && !value.contains("url("), "{name}={value:.40}");
        }
    }
    let css = page.split("<style>").nth(1).and_then(|s| s.split("</style>").next()).expect("a style");
    assert!(!css.contains("url(") && !css.contains("@import"));
}

#[test]
fn colours_of_charts_are_exchanged_in_dark_mode() {
    let page = html(&fake::record());
    let css = page.split("<style>").nth(1).and_then(|s| s.split("</style>").next()).expect("a style");
    for node in parse(&page).descendants() {
        for paint in [node.attribute("fill"), node.attribute("stroke")].into_iter().flatten() {
            assert!(
                paint == "none" || css.contains(&format!("[fill=\"{paint}\"]")),
                "{paint} has no dark twin"
            );
        }
    }
}

#[test]
fn a_report_replaces_the_one_before_and_leaves_nothing_beside() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.html");
    std::fs::write(&path, "old").expect("written");
    write(&path, &fake::record()).expect("written");
    assert_eq!(std::fs::read_to_string(&path).expect("readable"), html(&fake::record()));
    assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 1);
    assert!(write(folder.path().join("missing/run.html"), &fake::record()).is_err());
}

/// Nothing in a record may hang or stop the report: it is most wanted when a run went wrong.
#[test]
fn nonsense_is_drawn_or_left_out() {
    let wild = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 1e300, -1e300, f64::MIN_POSITIVE];
    let mut record = fake::record();
    for (point, x) in record.curve.iter_mut().zip(wild) {
        (point.online, point.held_out, point.samples) = (x, Some(-x), u64::MAX);
    }
    let drift = record.drift.as_mut().expect("a drift");
    for (point, x) in drift.points.iter_mut().zip(wild) {
        (point.accuracy.prequential, point.accuracy.frozen) = (x, Some(-x));
    }
    drift.points.swap(0, 9);
    drift.points[2].samples = u64::MAX;
    (drift.all.prequential, drift.pictures[0].position) = (f64::NAN, u64::MAX);
    drift.pictures[1].shape = (usize::MAX, 2);
    for x in wild {
        let layer = LayerActivity { spikes_per_sample: x, per_neuron: vec![x, 1.0], ..Default::default() };
        record.layers.push(layer);
        let trace =
            MembraneTrace { name: "output 4294967295".into(), values: vec![x; 3], threshold: vec![-x; 900] };
        record.samples[0].membranes.push(trace);
    }
    record.samples[0].raster.push((u16::MAX, u16::MAX, u32::MAX));
    record.samples[1].ticks = 0;
    record.samples[2].layer_sizes = vec![0, 1_000_000];
    record.samples[2].pixels.truncate(5);
    parse(&html(&record));
}
