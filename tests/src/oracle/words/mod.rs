//! FORMAT section 2: a plan as a row of words, in and out.

use super::numbers::Int;
use super::plan::{
    Along, Answering, Code, Coupling, Feedback, From, Kind, Layer, Learning, Life, Lived, Plan, Projection,
    Start, Teacher, Window,
};
use super::rules::Rule;

/// Reads words one by one, each as its type. `None` as soon as one is missing or not canonical.
pub struct Cursor<'a> {
    words: std::slice::Iter<'a, u32>,
}

impl Cursor<'_> {
    /// Any word.
    pub fn u32(&mut self) -> Option<Int> {
        self.words.next().map(|&w| Int::from(w))
    }
    fn up_to(&mut self, max: Int) -> Option<Int> {
        self.u32().filter(|&w| w <= max)
    }
    /// Zero-extended.
    pub fn u16(&mut self) -> Option<Int> {
        self.up_to(65535)
    }
    /// The low half, the high half.
    pub fn halves(&mut self) -> Option<[Int; 2]> {
        self.u32().map(|w| [w % 65536, w / 65536])
    }
    fn index(&mut self) -> Option<usize> {
        usize::try_from(self.u16()?).ok()
    }
    fn i32(&mut self) -> Option<Int> {
        let w = self.u32()?;
        Some(if w >= 1 << 31 { w - (1 << 32) } else { w })
    }
    /// Sign-extended.
    pub fn i16(&mut self) -> Option<Int> {
        self.i32().filter(|w| (-32768..=32767).contains(w))
    }
    /// 0 or 1.
    pub fn bool(&mut self) -> Option<bool> {
        Some(self.up_to(1)? == 1)
    }
    /// One of `all`, by its place.
    pub fn choice<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        all.get(usize::try_from(self.u32()?).ok()?).copied()
    }
    fn list<T>(&mut self, max: Int, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let len = self.up_to(max)?;
        (0..len).map(|_| item(self)).collect()
    }
}

/// The plan in `words`, which end with how it goes on learning in version 3 and later.
pub fn read(version: usize, words: &[u32]) -> Option<Plan> {
    let lives = version >= 3;
    let mut c = Cursor { words: words.iter() };
    let (low, high) = (u64::try_from(c.u32()?).ok()?, u64::try_from(c.u32()?).ok()?);
    let new = version == 5;
    let plan = Plan {
        seed: (high << 32) | low,
        format: c.u32().filter(|f| [8, 16].contains(f))?,
        answering: c.choice(&[Answering::Count, Answering::First, Answering::Membrane])?,
        halve_every: c.u32()?,
        samples: c.u32()?,
        steps: c.u32()?,
        presented: c.u32()?,
        mean: c.i16()?,
        rule: Rule::read(&mut c)?,
        others: if new { c.list(1, Rule::read)? } else { Vec::new() },
        windows: c.list(3, window)?,
        layers: c.list(16, |c| layer(c, new))?,
        projections: c.list(16, if new { new_projection } else { projection })?,
        feedbacks: c.list(16, if new { new_feedback } else { feedback })?,
        life: if lives { life(&mut c)? } else { Life::default() },
        lived: if lives { lived(&mut c)? } else { Lived::default() },
    };
    if new != plan.is_new() {
        return None;
    }
    if !plan.life.is_on() && (version == 3 || plan.lived != Lived::default()) {
        return None;
    }
    c.words.next().is_none().then_some(plan)
}

fn window(c: &mut Cursor<'_>) -> Option<Window> {
    Some(Window {
        ticks: c.u16()?,
        teacher: c.choice(&[Teacher::None, Teacher::Error, Teacher::Against, Teacher::Reward])?,
        start: c.choice(&[Start::Reset, Start::Keep, Start::Restore])?,
        learning: c.choice(&[Learning::Never, Learning::Tick, Learning::End])?,
        late: c.bool()?,
        settle: c.bool()?,
        each: c.bool()?,
        blank: c.bool()?,
        extra: c.bool()?,
    })
}

fn layer(c: &mut Cursor<'_>, new: bool) -> Option<Layer> {
    let tag = c.u32()?;
    let (neurons, winner_take_all) = (c.index()?, c.bool()?);
    let coupling = c.choice(&[Coupling::None, Coupling::Open, Coupling::Gated])?;
    let (height, width) = if new { (c.index()?, c.index()?) } else { (0, 0) };
    let rule = if new { c.index()? } else { 0 };
    let adds = new && c.bool()?;
    let kind = match tag {
        0x101..=0x104 => {
            let codes = [Code::Graded, Code::Rate, Code::Poisson, Code::Latency];
            let code = codes[usize::try_from(tag - 0x101).ok()?];
            Kind::Input { code, minimum: c.u16()?, norm: c.u16()? }
        }
        1 => Kind::Lif {
            threshold: c.i16()?,
            reset: c.i16()?,
            floor: c.i16()?,
            leak: c.u16()?,
            refractory: c.u16()?,
            hard_reset: c.bool()?,
        },
        2 => Kind::Adaptive {
            threshold: c.i16()?,
            reset: c.i16()?,
            floor: c.i16()?,
            leak: c.u16()?,
            bump: c.u16()?,
            decay: c.u16()?,
            kept: c.bool()?,
        },
        3 => Kind::Graded { step: c.u16()?, logistic: c.bool()?, fine: c.bool()? },
        _ => return None,
    };
    Some(Layer { neurons, winner_take_all, coupling, kind, height, width, rule, adds })
}

fn projection(c: &mut Cursor<'_>) -> Option<Projection> {
    Some(Projection {
        pre: c.index()?,
        post: c.index()?,
        fraction: c.u16()?,
        low: c.i16()?,
        high: c.i16()?,
        bias: c.bool()?,
        plastic: c.bool()?,
        rate: c.i32()?,
        forget_shift: c.u16()?,
        zero: c.i16()?,
        summed: c.bool()?,
        one_to_one: false,
        delay: false,
    })
}

/// FORMAT 2.4, the words of a connection in version 5.
struct Connection {
    pre: Int,
    post: usize,
    weights: Along,
    /// Fraction, low, high, bias, plastic, rate, forget_shift, zero, summed.
    numbers: [Int; 9],
    word: usize,
    one_to_one: bool,
    delay: bool,
}

fn connection(c: &mut Cursor<'_>) -> Option<Connection> {
    Some(Connection {
        pre: c.u16()?,
        post: c.index()?,
        weights: c.choice(&[Along::Own, Along::Sign, Along::Tied, Along::Keyed])?,
        numbers: [
            c.u16()?,
            c.i16()?,
            c.i16()?,
            c.up_to(1)?,
            c.up_to(1)?,
            c.i32()?,
            c.u16()?,
            c.i16()?,
            c.up_to(1)?,
        ],
        word: c.index()?,
        one_to_one: c.bool()?,
        delay: c.bool()?,
    })
}

fn new_projection(c: &mut Cursor<'_>) -> Option<Projection> {
    let Connection { pre, post, weights, numbers, word, one_to_one, delay } = connection(c)?;
    let [fraction, low, high, bias, plastic, rate, forget_shift, zero, summed] = numbers;
    let [bias, plastic, summed] = [bias, plastic, summed].map(|flag| flag == 1);
    let pre = usize::try_from(pre).ok()?;
    let all = Projection {
        pre,
        post,
        fraction,
        low,
        high,
        bias,
        plastic,
        rate,
        forget_shift,
        zero,
        summed,
        one_to_one,
        delay,
    };
    (weights == Along::Own && word == 0).then_some(all)
}

fn new_feedback(c: &mut Cursor<'_>) -> Option<Feedback> {
    let Connection { pre, post: layer, weights, numbers, word, one_to_one, delay } = connection(c)?;
    let [shift, low, bound, bias, plastic, rate, rest @ ..] = numbers;
    let from = if pre == 65535 { From::Target } else { From::Layer(usize::try_from(pre).ok()?) };
    let plain = !one_to_one && !delay && bias == 0 && rest == [0; 3] && low == -bound && word <= 1;
    plain.then_some(Feedback { layer, from, weights, shift, word, bound, plastic: plastic == 1, rate })
}

fn feedback(c: &mut Cursor<'_>) -> Option<Feedback> {
    Some(Feedback {
        layer: c.index()?,
        from: match c.u16()? {
            65535 => From::Target,
            layer => From::Layer(usize::try_from(layer).ok()?),
        },
        weights: c.choice(&[Along::Sign, Along::Tied, Along::Own, Along::Keyed])?,
        shift: c.u16()?,
        word: c.choice(&[0, 1])?,
        bound: c.u16()?,
        plastic: c.bool()?,
        rate: c.i32()?,
    })
}

fn life(c: &mut Cursor<'_>) -> Option<Life> {
    Some(Life {
        remember: c.u16()?,
        again: c.u16()?,
        again_unlabelled: c.u16()?,
        gain: c.u16()?,
        fast: c.u16()?,
        offset: c.i16()?,
        most: c.u16()?,
        wrong_only: c.bool()?,
    })
}

fn lived(c: &mut Cursor<'_>) -> Option<Lived> {
    Some(Lived {
        known: c.u32()?,
        repeats: c.u32()?,
        error: c.u16()?,
        slow: c.u16()?,
        level: c.u16()?,
        rise: c.u32()?,
        wrong: c.u16()?,
        drifts: c.u16()?,
        contradictions: c.u16()?,
    })
}

/// The words of `plan`.
pub fn write(version: usize, plan: &Plan) -> Vec<u32> {
    let seed = Int::from(plan.seed);
    let mut all = vec![seed % (1 << 32), seed >> 32, plan.format, plan.answering as Int, plan.halve_every];
    let new = version == 5;
    all.extend([plan.samples, plan.steps, plan.presented, plan.mean, plan.rule.tag()]);
    all.extend(plan.rule.acts().words());
    if new {
        all.push(len(&plan.others));
        for rule in &plan.others {
            all.push(rule.tag());
            all.extend(rule.acts().words());
        }
    }
    all.push(len(&plan.windows));
    for w in &plan.windows {
        all.extend([w.ticks, w.teacher as Int, w.start as Int, w.learning as Int]);
        all.extend([w.late, w.settle, w.each, w.blank, w.extra].map(Int::from));
    }
    all.push(len(&plan.layers));
    for l in &plan.layers {
        let (tag, parameters) = kind(&l.kind);
        all.extend([tag, index(l.neurons), l.winner_take_all.into(), l.coupling as Int]);
        if new {
            all.extend([index(l.height), index(l.width), index(l.rule), l.adds.into()]);
        }
        all.extend(parameters);
    }
    all.push(len(&plan.projections));
    for p in &plan.projections {
        all.extend([index(p.pre), index(p.post)]);
        all.extend(Some(0).filter(|_| new));
        all.extend([p.fraction, p.low, p.high, p.bias.into(), p.plastic.into()]);
        all.extend([p.rate, p.forget_shift, p.zero, p.summed.into()]);
        if new {
            all.extend([0, p.one_to_one.into(), p.delay.into()]);
        }
    }
    all.push(len(&plan.feedbacks));
    for b in &plan.feedbacks {
        let from = match b.from {
            From::Layer(layer) => index(layer),
            From::Target => 65535,
        };
        if new {
            let source = [Along::Own, Along::Sign, Along::Tied, Along::Keyed];
            let source = source.iter().position(|&along| along == b.weights).expect("one of four");
            all.extend([from, index(b.layer), index(source), b.shift, -b.bound, b.bound, 0]);
            all.extend([b.plastic.into(), b.rate, 0, 0, 0, index(b.word), 0, 0]);
            continue;
        }
        all.extend([index(b.layer), from, b.weights as Int, b.shift]);
        all.extend([index(b.word), b.bound, b.plastic.into(), b.rate]);
    }
    if version >= 3 {
        all.extend(plan.life.words());
        all.extend(plan.lived.words());
    }
    all.into_iter().map(word).collect()
}

fn kind(kind: &Kind) -> (Int, Vec<Int>) {
    match *kind {
        Kind::Input { code, minimum, norm } => (0x101 + code as Int, vec![minimum, norm]),
        Kind::Lif { threshold, reset, floor, leak, refractory, hard_reset } => {
            (1, vec![threshold, reset, floor, leak, refractory, hard_reset.into()])
        }
        Kind::Adaptive { threshold, reset, floor, leak, bump, decay, kept } => {
            (2, vec![threshold, reset, floor, leak, bump, decay, kept.into()])
        }
        Kind::Graded { step, logistic, fine } => (3, vec![step, logistic.into(), fine.into()]),
    }
}

fn len<T>(list: &[T]) -> Int {
    index(list.len())
}

fn index(i: usize) -> Int {
    Int::try_from(i).expect("an index")
}

/// Sign- or zero-extended to 32 bits.
fn word(x: Int) -> u32 {
    u32::try_from(x.rem_euclid(1 << 32)).expect("32 bits")
}
