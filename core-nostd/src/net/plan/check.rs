//! The proof that a plan can run: shapes, ranges, widths of sums.

use super::{
    Connection, Coupling, FROM_TARGET, LayerKind, LayerPlan, MAX_LAYERS, MAX_WINDOWS, Plan, Start, Topology,
    WeightSource, Window,
};
use crate::learn::RuleOps;
use crate::net::life::Lived;
use crate::num::{index, length};
use crate::schema::{Schema, SchemaError};
use crate::signal::{Grain, Teacher};

/// Why a plan cannot be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ShapeError {
    /// A network has 2..=16 layers; the first, and only the first, is the input.
    Layers(usize),
    /// A layer has no neurons, too many, or parameters out of range.
    Layer(usize),
    /// A projection's layers, bounds, binary point, rate or forgetting are out of range, or it is out of order.
    Projection(usize),
    /// The exact sum of a projection may exceed 32 bits.
    SumTooWide {
        /// The projection.
        projection: usize,
        /// Bits that the sum needs, sign included.
        bits: u32,
    },
    /// The weights have more bytes than a checkpoint can say (2^31).
    TooLarge {
        /// Bytes that they have, or as many as can be counted.
        bytes: usize,
    },
    /// Nothing reaches a layer.
    Unreached(usize),
    /// A feedback has no such layers or weights, or its sum may exceed 32 bits.
    Feedback(usize),
    /// There are 1..=3 windows of 1..=32767 ticks; the first starts with a reset and is not extra; behind an extra one all are;
    /// only extra ones are rewarded or restore.
    Windows,
    /// A rule's parameters are out of range, a layer names a rule that there is not, or a connection has one rule at its lines and
    /// another one at its neurons.
    Rule,
    /// Parameters of learning on are out of range.
    Life,
    /// A buffer has the wrong size.
    Memory {
        /// What it is for.
        what: &'static str,
        /// Bytes it should have.
        want: usize,
        /// Bytes it has.
        got: usize,
    },
    /// The schema is none, or does not fit the network.
    Schema(SchemaError),
    /// A buffer does not start at a multiple of 8 bytes.
    Alignment,
    /// A weight is beyond its projection's bounds, or padding is not zero.
    Weights,
}

impl core::fmt::Display for ShapeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Layers(n) => write!(f, "{n} layers: want 2 to {MAX_LAYERS}, the input first"),
            Self::Layer(l) => write!(f, "layer {l}: size or parameters out of range"),
            Self::Projection(p) => write!(f, "projection {p}: parameters out of range"),
            Self::SumTooWide { projection, bits } => {
                write!(
                    f,
                    "projection {projection}: its sum may need {bits} bits of 32; lower the weight bound"
                )
            }
            Self::TooLarge { bytes } => write!(f, "{bytes} bytes of weights are more than 2^31"),
            Self::Unreached(l) => write!(f, "layer {l}: no projection reaches it"),
            Self::Feedback(b) => write!(f, "feedback {b}: no such layers or weights, or its sum is too wide"),
            Self::Windows => {
                write!(
                    f,
                    "want 1 to {MAX_WINDOWS} windows of 1 to 32767 ticks, the first reset, extra ones last"
                )
            }
            Self::Rule => write!(f, "rule parameters out of range, or two rules for one connection"),
            Self::Life => write!(f, "parameters of learning on out of range"),
            Self::Memory { what, want, got } => write!(f, "{what}: want {want} bytes, got {got}"),
            Self::Schema(error) => write!(f, "schema: {error}"),
            Self::Alignment => write!(f, "memory must start at a multiple of 8 bytes"),
            Self::Weights => write!(f, "a weight is beyond its projection's bounds"),
        }
    }
}

impl core::error::Error for ShapeError {}

impl Plan {
    /// Proves that the plan can run: shapes, ranges, widths of sums.
    ///
    /// # Errors
    /// The first [`ShapeError`] found.
    pub fn check(&self) -> Result<(), ShapeError> {
        self.check_layers()?;
        if !self.rules_valid() {
            return Err(ShapeError::Rule);
        }
        if !self.life.valid() || !self.life.is_on() && self.lived != Lived::default() {
            return Err(ShapeError::Life);
        }
        self.check_windows()?;
        self.check_projections()?;
        let bytes = self.weight_bytes();
        if length(bytes) > 1 << 31 {
            return Err(ShapeError::TooLarge { bytes });
        }
        for (b, plan) in self.feedback.iter().enumerate() {
            self.check_feedback(plan).ok_or(ShapeError::Feedback(b))?;
        }
        Ok(())
    }

    /// Whether every rule is in range, and each connection that learns has one rule at both ends.
    fn rules_valid(&self) -> bool {
        let named = |layer: &LayerPlan| index(layer.rule.into()) <= self.others.len();
        let learned = |p: &&Connection| p.plastic;
        let lines = |p: &Connection| self.rule_of(index(p.post)) == self.line_rule(index(p.pre), p.delay);
        let ends = |b: &Connection| self.rule_of(index(b.post)) == self.rule_of(b.source(self.output()));
        self.rule.ops().valid()
            && self.others.iter().all(|rule| rule.ops().valid())
            && self.layers.iter().all(named)
            && self.layers.first().is_none_or(|input| input.rule == 0)
            && self.projections.iter().filter(learned).all(lines)
            && self.feedback.iter().filter(learned).all(ends)
    }

    /// Whether these bytes are a schema that fits the network, whose outputs are labelled or not.
    ///
    /// # Errors
    /// [`ShapeError::Schema`].
    #[inline(never)]
    pub(crate) fn check_schema(&self, schema: &[u8], labelled: bool) -> Result<(), ShapeError> {
        let outputs = self.layers.last().map_or(0, LayerPlan::len);
        let schema = Schema::parse(schema).map_err(ShapeError::Schema)?;
        schema.fits(self.lines(), outputs, labelled).map_err(ShapeError::Schema)
    }

    fn check_layers(&self) -> Result<(), ShapeError> {
        if self.layers.len() < 2 {
            return Err(ShapeError::Layers(self.layers.len()));
        }
        for (l, plan) in self.layers.iter().enumerate() {
            let input = matches!(plan.kind, LayerKind::Input(_));
            if input != (l == 0) {
                return Err(ShapeError::Layers(self.layers.len()));
            }
            let coupled = !input || plan.coupling == Coupling::None;
            let size = (1..=65_534).contains(&plan.neurons);
            let winner = !plan.winner_take_all || (!input && !plan.graded());
            let adds = !plan.adds || (input && plan.graded());
            if !size || !winner || !coupled || !adds || !plan.has_places() || !plan.kind.valid() {
                return Err(ShapeError::Layer(l));
            }
        }
        Ok(())
    }

    fn check_windows(&self) -> Result<(), ShapeError> {
        let ticks = |w: &Window| (1..=32_767).contains(&w.ticks);
        let behind = |w: &Window| w.extra || (w.teacher != Teacher::Reward && w.start != Start::Restore);
        let last =
            self.windows.iter().all(|w| ticks(w) && behind(w)) && self.windows.is_sorted_by_key(|w| w.extra);
        let starts = self.windows.first().is_some_and(|w| w.start == Start::Reset && !w.extra);
        if last && starts { Ok(()) } else { Err(ShapeError::Windows) }
    }

    fn check_projections(&self) -> Result<(), ShapeError> {
        let mut totals = [0_u64; MAX_LAYERS];
        let mut last_post = 0;
        for (p, plan) in self.projections.iter().enumerate() {
            let post = index(plan.post);
            let max = self.format.max();
            let bounds =
                plan.low <= 0 && plan.high >= 0 && plan.high <= max && plan.low >= max.saturating_neg();
            let numbers = plan.fraction <= 15
                && (-16..=15).contains(&plan.rate)
                && u32::from(plan.forget_shift) <= self.format.shift();
            let dale = plan.zero == 0
                || (plan.zero > 0 && plan.low == 0 && plan.zero.checked_mul(2) == Some(plan.high));
            let layers = (1..self.layers.len()).contains(&post) && index(plan.pre) < self.layers.len();
            let order = layers && (plan.pre < plan.post || plan.delay) && plan.post >= last_post;
            let own = plan.weights == WeightSource::Own && plan.word == 0;
            if !bounds || !numbers || !dale || !order || !own || !self.connects(plan) {
                return Err(ShapeError::Projection(p));
            }
            last_post = plan.post;
            let wide = |bits| ShapeError::SumTooWide { projection: p, bits };
            let sum = self.greatest_sum(plan).map_err(wide)?;
            let total = totals.get_mut(post).ok_or(ShapeError::Projection(p))?;
            *total = total.saturating_add(sum);
            fits(*total).map_err(wide)?;
        }
        let reached = |layer: &usize| self.projections.iter().any(|p| index(p.post) == *layer);
        (1..self.layers.len()).find(|l| !reached(l)).map_or(Ok(()), |l| Err(ShapeError::Unreached(l)))
    }

    /// Whether lines and neurons are such that the topology connects them.
    fn connects(&self, plan: &Connection) -> bool {
        let taps = self.taps(plan);
        match plan.topology {
            Topology::Dense => true,
            Topology::OneToOne => taps.lines == taps.columns && plan.zero == 0,
        }
    }

    /// The greatest magnitude that a projection adds to its layer's total.
    ///
    /// # Errors
    /// The bits that a sum on the way needs, if they are more than 32. Sums over fine events are two, of a byte each.
    fn greatest_sum(&self, plan: &Connection) -> Result<u64, u32> {
        let pre = self.layers.get(index(plan.pre));
        let event = pre.map_or(0, LayerPlan::full_scale);
        let fan_in = u64::try_from(self.taps(plan).fan_in(plan.bias)).unwrap_or(u64::MAX);
        let sum = fan_in.saturating_mul(plan.bound());
        let alignment = self.alignment(plan);
        let whole = sum.saturating_mul(u64::from(event.unsigned_abs()));
        if pre.is_some_and(|l| l.grain() == Grain::Fine) {
            fits(sum.saturating_mul(255))?;
            // A negative sum is floored, one further than its magnitude.
            return Ok(whole.checked_shr(alignment.unsigned_abs()).unwrap_or(0).saturating_add(1));
        }
        let left = u32::try_from(alignment).unwrap_or(0);
        Ok(whole.saturating_mul(1_u64.checked_shl(left).unwrap_or(u64::MAX)))
    }

    /// Proves that all feedback into the layer of `plan` fits 32 bits, together and each before its shift.
    fn check_feedback(&self, plan: &Connection) -> Option<()> {
        let hidden = plan.post > 0 && index(plan.post) < self.output();
        let target = plan.pre == FROM_TARGET;
        let above = target || (plan.pre > plan.post && index(plan.pre) <= self.output());
        let own = plan.weights == WeightSource::Own;
        let learns = plan.plastic && own && !target;
        let bound = if own { (0..=self.format.max()).contains(&plan.high) } else { plan.high == 0 };
        let rate = if learns { (-16..=15).contains(&plan.rate) } else { !plan.plastic && plan.rate == 0 };
        let apical = Connection {
            pre: plan.pre,
            post: plan.post,
            weights: plan.weights,
            fraction: plan.fraction,
            low: plan.high.saturating_neg(),
            high: plan.high,
            plastic: plan.plastic,
            rate: plan.rate,
            word: plan.word,
            ..Connection::default()
        };
        let ranges = plan.fraction <= 15 && plan.word <= 1 && bound && rate && *plan == apical;
        let same = self.feedback.iter().filter(|b| b.post == plan.post);
        let sums =
            same.map(|b| self.feedback_sum(b)).try_fold(0_u64, |total, sum| total.checked_add(sum?))?;
        (hidden && above && ranges && sums < (1 << 31)).then_some(())
    }

    /// The greatest magnitude that a feedback adds to an apical sum. `None` if it has no path or is too wide itself.
    fn feedback_sum(&self, plan: &Connection) -> Option<u64> {
        let above = u64::from(self.layers.get(plan.source(self.output()))?.neurons);
        let upward = || self.projections.get(self.upward(plan)?);
        let (bound, shift, narrow) = match plan.weights {
            WeightSource::Sign => {
                upward()?;
                (1, plan.fraction, 32_768)
            }
            WeightSource::Tied => {
                let upward = upward()?;
                let low = u64::from(upward.zero.abs_diff(upward.low));
                let high = u64::from(upward.high.abs_diff(upward.zero));
                (low.max(high), upward.fraction, 0)
            }
            WeightSource::Own => (plan.bound(), plan.fraction, 255),
            WeightSource::Keyed => (255, plan.fraction, 32_768),
        };
        let one = above.checked_mul(bound)?;
        let sum = one.checked_mul(32_768)?;
        (one.checked_mul(narrow)? < (1 << 31)).then_some(sum.checked_shr(u32::from(shift))?)
    }
}

/// Whether a magnitude fits 32 bits with its sign.
///
/// # Errors
/// The bits that it needs.
fn fits(magnitude: u64) -> Result<(), u32> {
    let bits = 65_u32.saturating_sub(magnitude.leading_zeros().min(64));
    if bits > 32 { Err(bits) } else { Ok(()) }
}
