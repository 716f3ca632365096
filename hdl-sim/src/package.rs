//! Generates `rtl/gen/hebbit_pkg.sv`: the constants of the core, for SystemVerilog.

use crate::layout;
use hebbit_core::num::{
    Apical, Count, Current, FINE_FULL, GRADED_FULL, LANES, Leak, Membrane, PRE_MAX, Rise, SHIFT_I8,
    SHIFT_I16, TARGET_WORD, THRESHOLD, Ticks, Trace, stream,
};
use hebbit_core::signal::Phase;
use std::fmt::Write;

/// Name and value, in the order of the file.
fn numbers() -> Vec<(&'static str, i64)> {
    let bits = |bytes: usize| i64::try_from(8 * bytes).unwrap_or(0);
    let word = |x: usize| i64::try_from(x).unwrap_or(0);
    vec![
        ("MembraneWidth", bits(size_of::<Membrane>())),
        ("MembraneFraction", i64::from(Membrane::FRACTION)),
        ("CurrentWidth", bits(size_of::<Current>())),
        ("CurrentFraction", i64::from(Current::FRACTION)),
        ("RiseWidth", bits(size_of::<Rise>())),
        ("TraceWidth", bits(size_of::<Trace>())),
        ("TraceFraction", i64::from(Trace::FRACTION)),
        ("ApicalWidth", bits(size_of::<Apical>())),
        ("ApicalFraction", i64::from(Apical::FRACTION)),
        ("LeakWidth", bits(size_of::<Leak>())),
        ("TicksWidth", bits(size_of::<Ticks>())),
        ("CountWidth", bits(size_of::<Count>())),
        ("PostWidth", bits(size_of::<i16>())),
        ("DitherWidth", bits(size_of::<u16>())),
        ("Threshold", i64::from(THRESHOLD)),
        ("GradedFull", i64::from(GRADED_FULL)),
        ("FineFull", i64::from(FINE_FULL)),
        ("PreMax", i64::from(PRE_MAX)),
        ("TargetWord", i64::from(TARGET_WORD)),
        ("ShiftI8", i64::from(SHIFT_I8)),
        ("ShiftI16", i64::from(SHIFT_I16)),
        ("Lanes", word(LANES)),
        ("StreamEncoder", i64::from(stream::ENCODER)),
        ("StreamKeyed", i64::from(stream::KEYED)),
        ("StreamLearnFeedback", i64::from(stream::LEARN_FEEDBACK)),
        ("StreamDraw", i64::from(stream::DRAW)),
        ("PhaseEncode", Phase::Encode as i64),
        ("PhaseIntegrate", Phase::Integrate as i64),
        ("PhaseFire", Phase::Fire as i64),
        ("PhaseFeedback", Phase::Feedback as i64),
        ("PhaseLearn", Phase::Learn as i64),
        ("TableProgram", word(layout::PROGRAM)),
        ("OpSet", layout::op::SET.into()),
        ("OpLoad", layout::op::LOAD.into()),
        ("OpAdd", layout::op::ADD.into()),
        ("OpJump", layout::op::JUMP.into()),
        ("OpPass", layout::op::PASS.into()),
        ("OpSweep", layout::op::SWEEP.into()),
        ("OpWait", layout::op::WAIT.into()),
        ("OpDo", layout::op::DO.into()),
        ("RegNeurons", layout::register::NEURONS.into()),
        ("RegThreshold", layout::register::THRESHOLD.into()),
        ("RegReset", layout::register::RESET.into()),
        ("RegFloor", layout::register::FLOOR.into()),
        ("RegLeak", layout::register::LEAK.into()),
        ("RegRefractory", layout::register::REFRACTORY.into()),
        ("RegSource", layout::register::SOURCE.into()),
        ("RegPlace", layout::register::PLACE.into()),
        ("RegLines", layout::register::LINES.into()),
        ("RegWeights", layout::register::WEIGHTS.into()),
        ("RegBounds", layout::register::BOUNDS.into()),
        ("RegBoundsHigh", layout::register::BOUNDS_HIGH.into()),
        ("RegRate", layout::register::RATE.into()),
        ("RegFall", layout::register::FALL.into()),
        ("RegRule", layout::register::RULE.into()),
        ("RegCeiling", layout::register::CEILING.into()),
        ("RegBlank", layout::register::BLANK.into()),
        ("RegKeyLow", layout::register::KEY_LOW.into()),
        ("RegKeyHigh", layout::register::KEY_HIGH.into()),
        ("RegX", layout::register::X.into()),
        ("RegY", layout::register::Y.into()),
        ("RegTicks", layout::register::TICKS.into()),
        ("RegAligns", layout::register::ALIGNS.into()),
        ("RegFade", layout::register::FADE.into()),
        ("RegBump", layout::register::BUMP.into()),
        ("RegGrow", layout::register::GROW.into()),
        ("AddOne", layout::add::ONE.into()),
        ("AddLess", layout::add::LESS.into()),
        ("AddFall", layout::add::FALL.into()),
        ("AddSpikes", layout::add::SPIKES.into()),
        ("IfLearning", layout::condition::LEARNING.into()),
        ("IfListed", layout::condition::LISTED.into()),
        ("IfLast", layout::condition::LAST.into()),
        ("IfFlag", layout::condition::FLAG.into()),
        ("IfZero", layout::condition::ZERO.into()),
        ("IfFound", layout::condition::FOUND.into()),
        ("DoEnd", layout::act::END.into()),
        ("DoOpen", layout::act::OPEN.into()),
        ("DoMix", layout::act::MIX.into()),
        ("DoKey", layout::act::KEY.into()),
        ("DoFlag", layout::act::FLAG.into()),
        ("DoTick", layout::act::TICK.into()),
    ]
}

/// The text of the file.
pub fn text() -> String {
    let mut out = String::from(
        "// Generated from core-nostd/src/num and hdl-sim/src/layout.rs by hebbit-rtl: do not edit.\n\
         package hebbit_pkg;\n  /* verilator lint_off UNUSEDPARAM */\n",
    );
    for (name, value) in numbers() {
        // Streams are 32-bit words; everything else is a small number.
        let line = if name.starts_with("Stream") {
            writeln!(out, "  localparam logic [31:0] {name} = 32'h{value:08x};")
        } else if name.starts_with("Phase") {
            writeln!(out, "  localparam logic [2:0] {name} = 3'd{value};")
        } else {
            writeln!(out, "  localparam int {name} = {value};")
        };
        // Writing to a string does not fail.
        debug_assert!(line.is_ok());
    }
    out.push_str("  /* verilator lint_on UNUSEDPARAM */\nendpackage\n");
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn the_package_is_fresh() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rtl/gen/hebbit_pkg.sv");
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        let text = super::text();
        if found != text {
            std::fs::write(&path, &text).expect("the package can be written");
            panic!("rtl/gen/hebbit_pkg.sv was stale: it has been written anew, commit it");
        }
    }
}
