//! Vectors of *life* on the core.

use super::to;
use crate::oracle::numbers::Int;
use crate::vectors::target;
use hebbit_core::net::Target;
use hebbit_core::net::life::{Cursor, LifePlan, Lived, Lives, Ring, Standing, ask, learn};
use hebbit_core::signal::Outcome;
use std::convert::Infallible;

pub(super) fn compute(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    match file {
        "life/answered.vec" => Some(answered(x)),
        "life/recall.vec" => Some(recall(x)),
        "life/ask.vec" => {
            let answer = u8::try_from(x[0]).ok();
            Some(vec![ask(answer, to(x[1]), to(x[2]), to(x[3]), to(x[4])).into()])
        }
        "life/verdict.vec" => {
            let target = target(x[0], x[1]);
            let wrong = target.wrong(u8::try_from(x[2]).ok()).map_or(-1, Int::from);
            Some(vec![wrong, target.class().map_or(-1, Int::from)])
        }
        _ => None,
    }
}

fn answered(x: &[Int]) -> Vec<Int> {
    let plan = LifePlan { fast: to(x[0]), offset: to(x[1]), most: to(x[2]), ..LifePlan::default() };
    let mut lived = Lived {
        known: to(x[3]),
        repeats: 0,
        error: to(x[4]),
        slow: to(x[5]),
        level: to(x[6]),
        rise: to(x[7]),
        wrong: to(x[8]),
        drifts: to(x[9]),
        contradictions: to(x[10]),
    };
    lived.answered(&plan, x[11] == 1);
    let Lived { known, error, slow, level, rise, wrong, drifts, contradictions, .. } = lived;
    let mut words = vec![known.into(), error.into(), slow.into(), level.into(), rise.into()];
    words.extend([wrong, drifts, contradictions].map(Int::from));
    words
}

/// An engine that only records the classes of rehearsed samples.
struct Nothing {
    life: LifePlan,
    lived: Lived,
    presented: u32,
    seed: u64,
    learned: Vec<Int>,
}

impl Lives for Nothing {
    type Error = Infallible;

    fn standing(&mut self) -> Standing<'_> {
        let Self { life, lived, presented, seed, .. } = self;
        Standing { life, lived, presented: *presented, seed: *seed }
    }
    fn answer(&mut self, _: &[u8]) -> Result<Outcome, Infallible> {
        Ok(Outcome::default())
    }
    fn once(&mut self, _: &[u8], target: Target) -> Result<Outcome, Infallible> {
        if let Target::Class(class) = target {
            self.learned.push(class.into());
        }
        Ok(Outcome::default())
    }
}

/// Samples without a label, so that only the ring is learned: each of its samples has its age as its class.
fn recall(x: &[Int]) -> Vec<Int> {
    let (len, again) = (to::<u8>(x[2]), to(x[5]));
    let life =
        LifePlan { remember: to(x[2]), gain: to(x[3]), again_unlabelled: again, ..LifePlan::default() };
    // A life that is on even if nothing else is.
    let life = LifePlan { most: 1, ..life };
    let lived = Lived { error: to(x[4]), ..Lived::default() };
    let mut engine = Nothing { life, lived, presented: to(x[0]), seed: to(x[1]), learned: Vec::new() };
    let (mut samples, mut classes) = (vec![0; len.into()], vec![0; len.into()]);
    let mut ring = Ring::over(&mut samples, &mut classes, Cursor::default());
    // Twice, so that the ring wraps.
    for age in (0..len).rev().chain((0..len).rev()) {
        ring.remember(&[age], age);
    }
    let Ok(_) = learn(&mut engine, &mut ring, &[7], Target::Unknown);
    // Of a ring without samples it is not seen whether they would be learned.
    let whether = life.gain == 0 || len == 0 || again == 0 || !engine.learned.is_empty();
    assert_eq!(engine.lived.repeats as usize, engine.learned.len());
    [vec![whether.into()], engine.learned].concat()
}
