//! What a network does not do, and which setting changes that: layers that never fire, a run that would still improve.

use super::evaluate::{Evaluation, Firing};
use super::recipe::{Progress, Recipe};
use crate::data::Dataset;
use serde::Serialize;

/// Something that the user should know, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// One sentence.
    pub message: String,
    /// Which setting to change.
    pub suggestion: String,
}

/// Samples from which on a neuron that never fires is worth a word.
const MANY: usize = 100;
/// Values of this size and less hardly move a membrane.
const FAINT: u8 = 32;
/// Gain in percent over the last eighth of a run from which on more epochs are advised, and the least samples of an eighth.
const GAIN: f64 = 1.0;
const EIGHTH: u64 = 200;
/// Standard deviations from chance that may be chance.
const DEVIATIONS: f64 = 3.0;

/// What the user should know of a network's layers after a test.
pub fn silent_layers(tested: &Evaluation, set: &Dataset, recipe: Option<&Recipe>) -> Vec<Advice> {
    let samples = set.len();
    let output = tested.firing.len();
    let mut advice = Vec::new();
    for (layer, Firing { neurons, fired }) in (1..).zip(tested.firing.iter().copied()) {
        let what = if layer == output { "the output".to_owned() } else { format!("layer {layer}") };
        if fired == 0 && samples > 0 {
            let message = format!("no neuron of {what} fired in {samples} samples");
            advice.push(Advice { message, suggestion: louder(layer, set, recipe) });
            // What is above a silent layer is silent because of it.
            break;
        }
        if layer < output && 2 * fired <= neurons && samples >= MANY {
            let silent = neurons - fired;
            let message =
                format!("{silent} of {neurons} neurons of {what} fired in none of {samples} samples");
            let louder = louder(layer, set, recipe);
            advice.push(Advice { message, suggestion: format!("fewer neurons ([layers]), or {louder}") });
        }
    }
    advice
}

/// What makes a layer fire.
fn louder(layer: usize, set: &Dataset, recipe: Option<&Recipe>) -> String {
    let greatest = set.iter().flat_map(|(sample, _)| sample).copied().max().unwrap_or(0);
    if greatest <= FAINT {
        return format!("use the whole range: [scale=minmax]; their greatest value is {greatest} of 255");
    }
    let setting = |name: &str| recipe.and_then(|recipe| recipe.settings.get(name)).copied();
    let init = if layer == 1 { "init" } else { "init-above" };
    match (setting("threshold"), setting(init)) {
        (Some(threshold), _) => format!("a lower threshold: [threshold=N], now {threshold}"),
        (None, Some(now)) => format!("greater initial weights: [{init}=N], now {now}"),
        (None, None) => "greater weights, or more ticks".to_owned(),
    }
}

/// Whether a test ended no better than chance: within three standard deviations of always answering the most frequent class. Where
/// even a perfect network would, nothing is said.
pub fn near_chance(tested: &Evaluation, recipe: Option<&Recipe>) -> Option<Advice> {
    let classes: Vec<u32> = tested.confusion.iter().map(|row| row.iter().sum()).collect();
    let samples = f64::from(classes.iter().sum::<u32>());
    let share = f64::from(*classes.iter().max()?) / samples;
    let limit = 100.0 * (share + DEVIATIONS * (share * (1.0 - share) / samples).sqrt());
    (samples > 0.0 && limit < 100.0 && tested.accuracy <= limit).then(|| {
        let message = format!(
            "{:.1} % right is no better than chance: the most frequent class has {:.1} % of the samples, three standard deviations end at {limit:.1} %",
            tested.accuracy,
            100.0 * share
        );
        let suggestion = match recipe {
            Some(recipe) => format!(
                "search other settings: [:tune rule={} form={} data=DATA minutes=5]; or learn longer: [epochs], now {}",
                recipe.rule, recipe.form, recipe.epochs
            ),
            None => "test with samples like those that it learned".to_owned(),
        };
        Advice { message, suggestion }
    })
}

/// Whether the answers before learning still became better at the end of a run.
pub fn still_improving(progress: &Progress, recipe: &Recipe) -> Option<Advice> {
    let end = progress.samples;
    let eighth = end / 8;
    let share = |from: u64, to: u64| {
        let (mut right, mut seen, mut before) = (0.0, 0, 0);
        for point in &progress.curve {
            if before >= from && point.samples <= to {
                seen += point.samples - before;
                right += (point.samples - before) as f64 * point.online;
            }
            before = point.samples;
        }
        (seen >= EIGHTH).then(|| (right / seen as f64, seen as f64))
    };
    let ((was, _), (is, seen)) = (share(end - 2 * eighth, end - eighth)?, share(end - eighth, end)?);
    // Two standard errors of the difference: less is chance.
    let chance = 2.0 * (2.0 * is * (100.0 - is) / seen).sqrt();
    (recipe.supervised() && recipe.onward.is_none() && is - was > GAIN.max(chance)).then(|| {
        let message = format!(
            "still improving: {is:.1} % right before learning in the last eighth of the run, {was:.1} % in the one before"
        );
        let suggestion = match recipe.samples {
            Some(samples) => format!("learn more samples: [samples], now {samples}"),
            None => format!("learn longer: [epochs], now {}", recipe.epochs),
        };
        Advice { message, suggestion }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::CurvePoint;
    use crate::run::Wishes;

    fn tested(firing: &[(usize, usize)]) -> Evaluation {
        let firing = firing.iter().map(|&(neurons, fired)| Firing { neurons, fired }).collect();
        Evaluation { firing, ..Evaluation::default() }
    }

    fn recipe(rule: &str) -> Recipe {
        let wishes = Wishes { rule: Some(rule.to_owned()), ..Wishes::default() };
        wishes.recipe(6_000, 784, 10).expect("a recipe")
    }

    #[test]
    fn a_silent_layer_is_said_with_its_setting() {
        let set = crate::data::load("mini").expect("it is part of the program").test.head(100);
        let said = |firing: &[(usize, usize)], rule: &str| -> Vec<(String, String)> {
            let found = silent_layers(&tested(firing), &set, Some(&recipe(rule)));
            found.into_iter().map(|advice| (advice.message, advice.suggestion)).collect()
        };
        assert_eq!(said(&[(128, 65), (10, 3)], "burst"), []);
        let [(message, suggestion)] = &said(&[(128, 64), (10, 10)], "burst")[..] else { panic!("one") };
        assert_eq!(message, "64 of 128 neurons of layer 1 fired in none of 100 samples");
        assert_eq!(suggestion, "fewer neurons ([layers]), or greater initial weights: [init=N], now 50");
        // The output is silent because of the layer below.
        let [(message, _)] = &said(&[(128, 0), (10, 0)], "burst")[..] else { panic!("one") };
        assert_eq!(message, "no neuron of layer 1 fired in 100 samples");
        let [(message, suggestion)] = &said(&[(100, 0)], "stdp")[..] else { panic!("one") };
        assert_eq!(message, "no neuron of the output fired in 100 samples");
        assert_eq!(suggestion, "a lower threshold: [threshold=N], now 3000");
    }

    #[test]
    fn what_is_no_better_than_chance_is_said() {
        let tested = |right: u32, samples: u32| {
            let row = |class: usize| {
                (0..3).map(|c| if c == class { right } else { samples - right } * u32::from(c < 2)).collect()
            };
            let accuracy = 100.0 * f64::from(right) / f64::from(samples);
            Evaluation { confusion: vec![row(0), row(1)], accuracy, ..Evaluation::default() }
        };
        // 200 samples, half of each class: three standard deviations are 10.6 points.
        let advice = near_chance(&tested(60, 100), Some(&recipe("stdp"))).expect("it is chance");
        assert!(
            advice.message.starts_with("60.0 % right") && advice.message.ends_with("60.6 %"),
            "{advice:?}"
        );
        assert!(advice.suggestion.contains("[:tune rule=stdp form=instar"), "{advice:?}");
        assert_eq!(near_chance(&tested(61, 100), None), None);
        assert!(near_chance(&tested(0, 100), None).is_some(), "worse is no better");
        // Of 8 samples all may be right by chance.
        assert_eq!(near_chance(&tested(2, 4), None), None);
        assert_eq!(near_chance(&Evaluation::default(), None), None);
    }

    #[test]
    fn a_run_that_still_improves_is_said() {
        let progress = |last: f64| {
            let online = |i: u64| if i == 8 { last } else { 90.0 };
            let point = |i| CurvePoint { samples: 1_000 * i, online: online(i), held_out: None };
            Progress { samples: 8_000, curve: (1..=8).map(point).collect(), ..Progress::default() }
        };
        let said = |last| still_improving(&progress(last), &recipe("burst"));
        let advice = said(95.0).expect("five points are many");
        assert!(advice.message.contains("95.0 %") && advice.message.contains("90.0 %"), "{advice:?}");
        assert_eq!(advice.suggestion, "learn longer: [epochs], now 8");
        // Two standard errors of 1,000 samples at 91.5 % are 2.5 points.
        assert_eq!((said(91.5), said(85.0)), (None, None));
        assert_eq!(
            still_improving(&progress(95.0), &recipe("stdp")),
            None,
            "nothing is right without a teacher"
        );
    }
}
