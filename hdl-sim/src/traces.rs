//! Traces of the input's lines under stdp, computed by the host from events: they decay completely in a tick, so the factor of a line is its
//! event, and no memory of the hardware holds the trace.

use crate::table::{Rule, rule};
use hebbit_core::learn::StdpParams;
use hebbit_core::net::{Learning, Plan, Start};
use hebbit_core::num::Trace;

/// Progress of a sample.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// Whether it is learned.
    pub(crate) learns: bool,
    /// The window.
    pub(crate) window: usize,
    /// Ticks of the window that have ended.
    pub(crate) ticks: u16,
}

/// The parameters of stdp, if that is the rule.
pub(crate) fn stdp(plan: &Plan) -> Option<StdpParams> {
    match rule(plan) {
        Ok(Rule::Stdp(params)) => Some(params),
        _ => None,
    }
}

/// Traces of lines with these events, the bias line last.
pub(crate) fn of_lines(plan: &Plan, params: &StdpParams, events: &[u16], progress: Progress) -> Vec<u16> {
    let mut traces = vec![Trace::ZERO; events.len()];
    for (w, window) in plan.windows.iter().enumerate().take(progress.window + 1) {
        if window.start == Start::Reset {
            traces.fill(Trace::ZERO);
        }
        let ticks = if w < progress.window { window.ticks } else { progress.ticks };
        let steps = match window.learning {
            Learning::Tick => ticks,
            Learning::End => u16::from(ticks == window.ticks),
            Learning::Never => 0,
        };
        let bias = events.len().saturating_sub(1);
        for _ in 0..if progress.learns { steps } else { 0 } {
            for (i, (trace, &event)) in traces.iter_mut().zip(events).enumerate() {
                let event = if window.blank && i != bias { 0 } else { event.cast_signed() };
                *trace = trace.tick(params.pre_decay, params.pre_bump, event);
            }
        }
    }
    traces.into_iter().map(Trace::to_bits).collect()
}
