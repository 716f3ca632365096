//! The whole way: bytes of a file in, checkpoint and report out.

use super::*;
use crate::engine::CoreEngine;
use crate::error::render;
use crate::float::Loss;
use crate::kernels::AnyKernels;
use crate::run::evaluate;
use hebbit_core::checkpoint::Checkpoint;
use hebbit_core::net::{Engine, Target};
use proptest::prelude::*;
use std::sync::LazyLock;

static MINI: LazyLock<Split> = LazyLock::new(|| data::load("mini").unwrap());

#[derive(Clone, Copy, PartialEq)]
enum Layout {
    C,
    Fortran,
}

/// An NPZ of float64 arrays.
fn npz(arrays: &[(&str, &[usize], Vec<f64>)], layout: Layout) -> Vec<u8> {
    let named = |(name, shape, values): &(&str, &[usize], Vec<f64>)| {
        ((*name).to_owned(), shape.to_vec(), values.iter().flat_map(|x| x.to_le_bytes()).collect())
    };
    let arrays: Vec<_> = arrays.iter().map(named).collect();
    crate::data::npy::pack("<f8", layout == Layout::Fortran, &arrays).unwrap()
}

/// A network of 3-2-2 whose weights are multiples of 1/256.
fn grid() -> Vec<(&'static str, &'static [usize], Vec<f64>)> {
    let weights = |raw: &[i32]| raw.iter().map(|&w| f64::from(w) / 256.0).collect();
    vec![
        ("w0", &[3, 2], weights(&[100, -100, 1, -1, 50, 127])),
        ("b0", &[2], weights(&[16, -32])),
        ("w1", &[2, 2], weights(&[64, -3, 0, 7])),
        ("b1", &[2], weights(&[0, 5])),
    ]
}

fn options(width: WeightWidth) -> Options {
    Options { width, ..Options::new("some/folder/net.npz", &[3, 2, 2]) }
}

fn run(options: &Options, bytes: &[u8]) -> Result<(Vec<u8>, QuantizeReport)> {
    quantize_bytes(options, bytes, None)
}

fn weights(checkpoint: &[u8]) -> Vec<i16> {
    let mut all = Vec::new();
    let engine = CoreEngine::new(checkpoint, AnyKernels::best()).unwrap();
    engine.with_parts(|parts| parts.walk_weights(&mut |_, w| all.push(w)));
    all
}

#[test]
fn weights_on_the_grid_lose_nothing() {
    let bytes = npz(&grid(), Layout::C);
    let (checkpoint, report) = run(&Options { truncate: true, ..options(WeightWidth::I8) }, &bytes).unwrap();
    let found: Vec<_> = report.projections.iter().map(|p| (p.fraction_bits, p.sqnr_db)).collect();
    assert_eq!(found, [(8, None), (8, None)]);
    assert_eq!(weights(&checkpoint), [100, -100, 1, -1, 50, 127, 16, -32, 64, -3, 0, 7, 0, 5]);
    // 1/2T of 8 ticks is 16/256, on the grid too.
    let (checkpoint, report) = run(&options(WeightWidth::I8), &bytes).unwrap();
    assert!(report.projections.iter().all(|p| p.sqnr_db.is_none()));
    assert_eq!(weights(&checkpoint)[6..8], [32, -16]);
    assert!(report.to_string().contains("exact"), "{report}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["projections"][0]["sqnr_db"], serde_json::Value::Null);
    assert_eq!((&json["schema"], &json["file"]), (&1.into(), &"net.npz".into()));
    assert_eq!((&json["projections"][1]["order"], &json["weights"]), (&"[in, out]".into(), &"i8".into()));
}

#[test]
fn rows_and_columns_are_found_in_every_layout() {
    let straight = run(&options(WeightWidth::I16), &npz(&grid(), Layout::C)).unwrap().0;
    let flip = |w: &[f64], columns: usize| -> Vec<f64> {
        (0..columns).flat_map(|c| w.iter().skip(c).step_by(columns).copied()).collect()
    };
    let all = grid();
    let (w0, w1) = (flip(&all[0].2, 2), flip(&all[2].2, 2));
    let torch: Vec<(&str, &[usize], Vec<f64>)> = vec![
        ("fc1.weight", &[2, 3], w0.clone()),
        ("fc1.bias", &[2], all[1].2.clone()),
        ("fc2.weight", &[2, 2], w1.clone()),
        ("fc2.bias", &[2], all[3].2.clone()),
    ];
    let fortran: Vec<(&str, &[usize], Vec<f64>)> =
        vec![("w0", &[3, 2], w0), all[1].clone(), ("w1", &[2, 2], w1), all[3].clone()];
    for (bytes, what) in [(npz(&torch, Layout::C), "torch"), (npz(&fortran, Layout::Fortran), "fortran")] {
        let other = run(&options(WeightWidth::I16), &bytes).unwrap().0;
        assert_eq!(weights(&other), weights(&straight), "{what}");
    }
}

#[test]
fn the_checkpoint_says_where_it_comes_from_and_has_the_plan_of_a_run() {
    let bytes = npz(&grid(), Layout::C);
    let (checkpoint, report) = run(&options(WeightWidth::I16), &bytes).unwrap();
    assert_eq!(run(&options(WeightWidth::I16), &bytes).unwrap().0, checkpoint, "same file, same bits");
    assert_eq!(report.checkpoint_bytes, checkpoint.len());
    let stored = Checkpoint::parse(&checkpoint).unwrap();
    let note = run::note_of("x".as_ref(), stored.note).unwrap();
    let origin = note.quantized.unwrap();
    assert_eq!((note.recipe, origin.file.as_str(), origin.sha256.len()), (None, "net.npz", 64));
    let recipe = recipe(&options(WeightWidth::I16), None).unwrap();
    let fresh = run::build(&recipe).unwrap();
    let mut plan = Checkpoint::parse(&fresh).unwrap().plan;
    for (own, fresh) in stored.plan.projections.iter().zip(&mut plan.projections) {
        assert_eq!(own.rate - i32::from(own.fraction), fresh.rate - i32::from(fresh.fraction));
        (fresh.fraction, fresh.rate) = (own.fraction, own.rate);
    }
    assert_eq!(stored.plan, plan);
}

#[track_caller]
fn refused(options: &Options, bytes: &[u8], want: &[&str]) {
    let error = render(&run(options, bytes).unwrap_err());
    assert!(want.iter().all(|want| error.contains(want)), "{error}");
}

#[test]
fn bad_files_are_refused_with_names_and_numbers() {
    let options = options(WeightWidth::I16);
    for (bad, place, want) in [
        (f64::NAN, 3, "array `w0`, index [1, 1]: NaN is not finite"),
        (f64::INFINITY, 4, "array `w0`, index [2, 0]: inf is not finite"),
        (-2e6, 0, "array `w0`, index [0, 0]: -2000000 is beyond ±1e6"),
    ] {
        let mut arrays = grid();
        arrays[0].2[place] = bad;
        refused(&options, &npz(&arrays, Layout::C), &["error[hebbit::weights]: some/folder/net.npz:", want]);
    }
    let mut arrays = grid();
    arrays[0].2[1] = f64::NAN;
    refused(&options, &npz(&arrays, Layout::Fortran), &["index [1, 0]: NaN"]);
    arrays = grid();
    arrays[1].2[1] = f64::NEG_INFINITY;
    refused(&options, &npz(&arrays, Layout::C), &["array `b0`, index [1]: -inf"]);
    refused(
        &options,
        &npz(&grid()[..2], Layout::C),
        &["1 arrays of weights instead of 2", "`w0` (3 × 2)", "3 × 2, 2 × 2"],
    );
    let narrow = Options { layers: vec![4, 2, 2], ..options.clone() };
    refused(&narrow, &npz(&grid(), Layout::C), &["`w0` is 3 × 2, wanted 4 × 2 or 2 × 4"]);
    refused(&options, b"PK no", &["NPZ"]);
    let many: Vec<String> = (0..257).map(|i| format!("a{i}")).collect();
    let many: Vec<(&str, &[usize], Vec<f64>)> = many.iter().map(|n| (&n[..], &[1][..], vec![0.0])).collect();
    refused(&options, &npz(&many, Layout::C), &["has 257 arrays, a network at most 256"]);
}

/// A state dict of snnTorch: single numbers of its neurons are told, decays of each neuron refused, never taken as biases.
#[test]
fn neurons_of_a_state_dict_are_not_biases() {
    let mut arrays: Vec<(&str, &[usize], Vec<f64>)> = vec![
        ("fc1.weight", &[8, 12], (0..96).map(|i| f64::from(i % 7 - 3) / 16.0).collect()),
        ("lif1.threshold", &[], vec![1.0]),
        ("lif1.graded_spikes_factor", &[], vec![1.0]),
        ("lif1.reset_mechanism_val", &[], vec![0.0]),
        ("lif1.beta", &[], vec![0.9]),
        ("fc2.weight", &[3, 8], (0..24).map(|i| f64::from(i % 5 - 2) / 4.0).collect()),
    ];
    let options = Options { truncate: true, ..Options::new("net.npz", &[]) };
    let (checkpoint, report) = run(&options, &npz(&arrays, Layout::C)).unwrap();
    assert_eq!(report.layers, "12-8-3");
    assert!(report.projections.iter().all(|p| p.bias.is_none()), "{report}");
    let told: Vec<&str> = report.remarks.iter().map(|r| r.split(',').next().unwrap()).collect();
    let want = ["lif1.threshold` = 1", "lif1.graded_spikes_factor` = 1", "lif1.reset_mechanism_val` = 0"];
    let want: Vec<String> =
        want.iter().chain(&["lif1.beta` = 0.9"]).map(|w| format!("not carried: `{w}")).collect();
    assert_eq!(told, want);
    // [out, in]: the first line's weights are every twelfth number.
    let first = |p: usize| f64::from(2_u16.pow(report.projections[p].fraction_bits.into()));
    let got: Vec<f64> = weights(&checkpoint)[..8].iter().map(|&w| f64::from(w) / first(0)).collect();
    assert_eq!(got, [-3.0, 2.0, 0.0, -2.0, 3.0, 1.0, -1.0, -3.0].map(|w| w / 16.0));
    arrays[4] = ("lif1.beta", &[8], vec![0.9; 8]);
    refused(
        &options,
        &npz(&arrays, Layout::C),
        &["array `lif1.beta` holds 8 values, each the share of its membrane"],
    );
    arrays[4] = ("lif1.tau", &[8], vec![0.9; 8]);
    refused(
        &options,
        &npz(&arrays, Layout::C),
        &["array `lif1.tau` is no weights, bias or batch norm that is known"],
    );
}

/// Weights that round to nothing are lost, however exact the half spike beside them is.
#[test]
fn lost_weights_are_not_exact() {
    let arrays: Vec<(&str, &[usize], Vec<f64>)> =
        vec![("w0", &[12, 8], vec![7e-31; 96]), ("w1", &[8, 3], vec![0.25; 24])];
    for truncate in [false, true] {
        let options = Options { truncate, ..Options::new("tiny.npz", &[12, 8, 3]) };
        let report = run(&options, &npz(&arrays, Layout::C)).unwrap().1;
        assert_eq!((report.projections[0].sqnr_db, report.projections[0].zeroed), (Some(0.0), 96));
        assert_eq!(report.projections[1].sqnr_db, None);
        let text = report.to_string();
        assert!(text.contains("projection 0: 96 of 96 weights became 0"), "{text}");
        assert!(text.contains("[activation=relu] and [data]"), "{text}");
    }
}

/// By hand: scale / sqrt(variance + eps) is 2, so weights double and the bias becomes 2 (b - mean) + shift.
#[test]
fn a_batch_norm_becomes_part_of_the_weights() {
    let mut arrays: Vec<(&str, &[usize], Vec<f64>)> = vec![
        ("fc1.weight", &[2, 3], vec![0.25, -0.5, 0.125, 0.0, 0.5, 0.25]),
        ("fc1.bias", &[2], vec![0.5, 0.25]),
        ("bn1.weight", &[2], vec![1.0, 2.0]),
        ("bn1.bias", &[2], vec![0.125, -0.25]),
        ("bn1.running_mean", &[2], vec![0.25, 0.125]),
        ("bn1.running_var", &[2], vec![0.25 - 1e-5, 1.0 - 1e-5]),
        ("bn1.num_batches_tracked", &[], vec![500.0]),
        ("fc2.weight", &[2, 2], vec![0.5, 0.25, -0.25, 0.5]),
    ];
    let options = Options { truncate: true, ..Options::new("net.npz", &[]) };
    let (checkpoint, report) = run(&options, &npz(&arrays, Layout::C)).unwrap();
    let one = f64::from(2_u16.pow(report.projections[0].fraction_bits.into()));
    let got: Vec<f64> = weights(&checkpoint)[..8].iter().map(|&w| f64::from(w) / one).collect();
    assert_eq!(got, [0.5, 0.0, -1.0, 1.0, 0.25, 0.5, 0.625, 0.0]);
    assert_eq!(report.projections[0].norm.as_deref(), Some("bn1"));
    arrays[5].2[1] = -1.0;
    let want = ["array `bn1.running_var`, index [1]: -1 is no variance of `bn1`"];
    refused(&options, &npz(&arrays, Layout::C), &want);
}

/// A binary point that the small FPGA has an alignment for is taken where it costs nothing, and only there.
#[test]
fn a_network_fits_the_small_fpga_where_a_binary_point_makes_it() {
    let normal = |n: u32, great: f64| -> Vec<f64> {
        // Sums of four dice: like the weights of a trained layer.
        let die = |i: u32, k: u32| {
            f64::from((i * 4 + k).wrapping_mul(2_654_435_761) >> 8) / f64::from(1 << 24) - 0.5
        };
        (0..n).map(|i| great / 2.0 * (0..4).map(|k| die(i, k)).sum::<f64>()).collect()
    };
    let fractions = |report: &QuantizeReport| -> Vec<u16> {
        report.projections.iter().map(|p| p.fraction_bits).collect()
    };
    let options = Options { width: WeightWidth::I8, ..Options::new("net.npz", &[]) };
    let arrays: Vec<(&str, &[usize], Vec<f64>)> =
        vec![("fc1.weight", &[32, 64], normal(2048, 0.9)), ("fc2.weight", &[10, 32], normal(320, 0.11))];
    let (checkpoint, report) = run(&options, &npz(&arrays, Layout::C)).unwrap();
    assert!(report.fpga.contains(&"up5k-burst"), "{report}");
    assert_eq!(fractions(&report)[1], 9, "{report}");
    let told = "projection 1: 9 fraction bits";
    assert!(report.remarks.iter().any(|r| r.contains(told) && r.contains("instead of 11")), "{report}");
    let plan = Checkpoint::parse(&checkpoint).unwrap().plan;
    assert!(hebbit_rtl::Table::new(&plan, &hebbit_rtl::Build::UP5K).is_ok());
    // Weights of 2 have no bit to lose: the best binary point stays, and the larger FPGA carries it.
    let great: Vec<(&str, &[usize], Vec<f64>)> =
        vec![arrays[0].clone(), ("fc2.weight", &[10, 32], normal(320, 2.0))];
    let report = run(&options, &npz(&great, Layout::C)).unwrap().1;
    assert_eq!((&report.fpga[..], &report.remarks[..]), (&["ecp5-25k"][..], &[][..]), "{report}");
}

#[test]
fn options_out_of_range_are_refused() {
    let bytes = npz(&grid(), Layout::C);
    let base = options(WeightWidth::I8);
    refused(&Options { bound: Some(200), ..base.clone() }, &bytes, &["setting bound = 200", "1 to 127"]);
    refused(&Options { bound: Some(0), ..base.clone() }, &bytes, &["setting bound = 0"]);
    refused(&Options { layers: vec![3], ..base.clone() }, &bytes, &["1 layers"]);
    refused(&Options { ticks: 0, ..base.clone() }, &bytes, &["cannot run at any binary point", "windows"]);
    refused(&Options { clip: f64::NAN, ..base.clone() }, &bytes, &["a share of NaN"]);
    let (checkpoint, report) = run(&Options { bound: Some(20), ..base }, &bytes).unwrap();
    assert!(weights(&checkpoint).iter().all(|w| w.abs() <= 20));
    assert!(report.projections[0].fraction_bits < 8);
    let data = Options { layers: vec![3, 2, 2], ..options(WeightWidth::I8) };
    let error = quantize_bytes(&data, &bytes, Some(&MINI)).unwrap_err();
    assert!(render(&error).contains("begin the list of layers with 784"));
}

#[test]
fn weights_that_fit_no_format_and_missing_data_are_warned_of() {
    let mut arrays = grid();
    arrays[2].2[0] = 1000.0;
    let (_, report) = run(&options(WeightWidth::I8), &npz(&arrays, Layout::C)).unwrap();
    let text = report.to_string();
    for want in ["projection 1: 1 weights are beyond ±127", "take [weights=i16]", "give [data]"] {
        assert!(text.contains(want), "{text}");
    }
}

/// A float network that has learned the mini set for a moment.
fn trained(activation: Activation, loss: Loss) -> Rate {
    let mut net = Rate::random(&[784, 32, 10], activation, 1);
    for epoch in 0..2 {
        net.epoch(&MINI.train, loss, (0.03, 0.01), 1, epoch);
    }
    net
}

fn on_mini(net: &Rate, width: WeightWidth, ticks: u16) -> (Vec<u8>, QuantizeReport) {
    let activation = net.activation;
    let options = Options { width, ticks, activation, ..Options::new("net.npz", &[784, 32, 10]) };
    quantize_bytes(&options, &net.to_npz().unwrap(), Some(&MINI)).unwrap()
}

#[test]
fn integers_are_right_as_often_as_floats_and_go_on_learning() {
    for (activation, loss) in [(Activation::Clip, Loss::Matching), (Activation::Relu, Loss::CrossEntropy)] {
        let net = trained(activation, loss);
        let kernels = AnyKernels::best();
        for (width, ticks) in [(WeightWidth::I16, 8), (WeightWidth::I16, 16), (WeightWidth::I8, 16)] {
            let (checkpoint, report) = on_mini(&net, width, ticks);
            let evaluation = report.evaluation.as_ref().unwrap();
            assert!(evaluation.float_percent > 85.0, "{report}");
            assert!(evaluation.difference.abs() <= 1.5, "{report}");
            assert!(evaluation.layers[0].sqnr_db.unwrap() > 15.0, "{report}");
            let measured = evaluate(&checkpoint, &MINI.test, kernels, &|_| {}).unwrap();
            assert_eq!(measured.accuracy, evaluation.integer_percent);
            let spikes: f64 = evaluation.layers.iter().map(|l| l.spikes_per_sample).sum();
            assert!((measured.spikes_per_sample - spikes).abs() < 1e-9);
        }
        let (checkpoint, report) = on_mini(&net, WeightWidth::I16, 8);
        let before = report.evaluation.unwrap().integer_percent;
        let mut engine = CoreEngine::new(&checkpoint, kernels).unwrap();
        for i in (0..MINI.train.len()).step_by(7).cycle().take(1500) {
            engine.learn(MINI.train.sample(i), Target::Class(MINI.train.label(i))).unwrap();
        }
        let after = evaluate(&engine.checkpoint(&[]).unwrap(), &MINI.test, kernels, &|_| {}).unwrap();
        assert!(after.accuracy > before - 2.5, "{activation}: {before} became {}", after.accuracy);
    }
}

#[test]
fn a_relu_network_taken_for_a_clipped_one_and_too_few_ticks_are_warned_of() {
    let mut net = trained(Activation::Relu, Loss::CrossEntropy);
    net.layers[0].scale(4.0, 4.0);
    net.activation = Activation::Clip;
    let text = on_mini(&net, WeightWidth::I16, 8).1.to_string();
    assert!(text.contains("give [activation=relu]"), "{text}");
    net.activation = Activation::Relu;
    let report = on_mini(&net, WeightWidth::I16, 1).1;
    let text = report.to_string();
    assert!(text.contains("take [ticks=2") && text.contains("accuracy fell by"), "{text}");
    // The tables are aligned: every row is as long as its heading.
    for table in text.split("\n\n").filter(|t| t.starts_with("projection") || t.starts_with("layer")) {
        let widths: Vec<usize> = table.lines().map(|l| l.trim_end().chars().count()).collect();
        assert!(widths.len() > 1 && widths.iter().all(|w| *w == widths[0]), "{table}");
    }
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = run(&options(WeightWidth::I8), &bytes);
    }

    #[test]
    fn a_file_that_was_changed_never_panics(at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        let mut bytes = npz(&grid(), Layout::C);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(cut.index(2 * bytes.len()) + 1);
        let _ = run(&options(WeightWidth::I16), &bytes);
    }

    #[test]
    fn any_weights_make_a_checkpoint_or_an_error(bits in prop::collection::vec(any::<u64>(), 6), scale in -20..20_i32) {
        let mut arrays = grid();
        arrays[0].2 = bits.iter().map(|b| f64::from_bits(*b)).collect();
        let any = run(&options(WeightWidth::I16), &npz(&arrays, Layout::C));
        prop_assert_eq!(any.is_ok(), arrays[0].2.iter().all(|w| w.abs() <= 1e6));
        arrays[0].2 = bits.iter().map(|b| (*b as f64 / 2_f64.powi(64) - 0.5) * 2_f64.powi(scale)).collect();
        let (checkpoint, _) = run(&options(WeightWidth::I16), &npz(&arrays, Layout::C)).unwrap();
        prop_assert!(CoreEngine::new(&checkpoint, AnyKernels::best()).is_ok());
    }
}
