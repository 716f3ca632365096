//! Samples whose input comes tick by tick, as `docs/LINK.md` 6 says.

use super::model::{Answers, Judged, Model, results, says, with, with_ring};
use hebbit_core::checkpoint::Checkpoint;
use hebbit_core::link::{Check, Refusal, Reply, Request, unpack_tick};
use hebbit_core::net::{Network, Scalar, Target};
use hebbit_core::signal::Input;

/// A sample that was begun.
pub(crate) struct Opened {
    pub(crate) first: u32,
    pub(crate) target: Option<Target>,
    /// What each tick was given, `None` if the input was held.
    pub(crate) ticks: Vec<Option<Vec<u8>>>,
}

impl Opened {
    /// Carries out its ticks. Whether one is left.
    fn run(&self, network: &mut Network<'_, Scalar>) -> bool {
        network.begin(self.target);
        for tick in &self.ticks {
            network.tick(tick.as_ref().map_or(Input::Hold, |values| Input::Values(values)), &mut ());
        }
        network.goes_on()
    }
}

/// Whether a request leaves a sample open.
pub(crate) fn keeps_a_sample(request: &Request<'_>) -> bool {
    matches!(
        request,
        Request::Ticks { .. }
            | Request::Close
            | Request::Facts
            | Request::Baud { .. }
            | Request::Reset
            | Request::Check(Check::Count)
    )
}

/// Bytes of ticks: held, a packed sample, held twice; or less of them.
pub(crate) fn ticks(packed: &[u8], n: u32) -> (u8, Vec<u8>) {
    let mut bytes: Vec<u8> = [0, 1].into_iter().chain(packed.iter().copied()).chain([0; 2]).collect();
    bytes.truncate([bytes.len(), bytes.len() - 1, 1][n as usize % 3]);
    ([4, 3, 1, 2][n as usize / 3 % 4], bytes)
}

impl Model {
    /// Ends the sample that was begun.
    pub(crate) fn close(&mut self, number: u16, answers: &mut Answers) -> Judged {
        let Some(opened) = self.opened.take() else {
            return says(answers, number, &Reply::Refused(Refusal::Closed));
        };
        let close = |network: &mut Network<'_, Scalar>| {
            opened.run(network);
            vec![network.finish(&mut ())]
        };
        let image = self.network.as_ref().expect("a network");
        let (outcomes, image) = with_ring(image, &mut self.ring, close).expect("a network");
        self.network = Some(image);
        self.learned += u32::from(opened.target.is_some());
        results(number, (opened.first, 1), outcomes, answers)
    }

    /// Ticks that came, up to one that is not as it should be. Whether a tick is left.
    pub(crate) fn ticks(&mut self, count: u8, bytes: &[u8]) -> Result<bool, Refusal> {
        let image = self.network.as_ref().expect("a network");
        let lines = Checkpoint::parse(image).expect("a network").plan.layers[0].len();
        let left = |opened: &Opened| with(image, |network| opened.run(network)).expect("a network").0;
        let mut rest = bytes;
        for index in 0..count {
            let opened = self.opened.as_mut().filter(|opened| left(opened)).ok_or(Refusal::Closed)?;
            let mut values = vec![0; lines];
            opened.ticks.push(match unpack_tick(&mut rest) {
                Some(None) => None,
                Some(Some(packed)) if packed.expand(&mut values) => Some(values),
                _ => return Err(Refusal::Sample { index, want: lines as u16 }),
            });
        }
        if !rest.is_empty() {
            return Err(Refusal::Sample { index: count, want: lines as u16 });
        }
        Ok(self.opened.as_ref().is_some_and(left))
    }

    /// What the ticks of a sample that is dropped have changed stays.
    pub(crate) fn drop_sample(&mut self) {
        if let (Some(opened), Some(image)) = (self.opened.take(), &self.network) {
            let run = |network: &mut Network<'_, Scalar>| opened.run(network);
            self.network = Some(with_ring(image, &mut self.ring, run).expect("a network").1);
        }
    }
}
