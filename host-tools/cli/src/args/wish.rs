//! Options that touch the result of a run.

use super::names::{Known, choice, forms, rules};
use super::prepare::PrepareArgs;
use clap::builder::StringValueParser;
use clap::{Args, ValueHint};
use hebbit::run::{
    Augment, Encoding, Feedback, Readout, RecipeFile, Teacher, WeightWidth, Wishes, parse_layers,
};
use std::path::PathBuf;

/// The options that touch the result of a run.
#[derive(Debug, Args)]
pub(crate) struct WishArgs {
    /// A set by name, a directory or a file: tables, NPY, NPZ, IDX, CIFAR, each also .gz, folders of classes with pictures or
    /// recordings; `?part=NAME`, `?classes=NAME,NAME`, `?label=NAME`, `?group=NAME` and `?drop=NAME` may follow, joined by `&`
    /// [default: what the network learned, else mini]
    #[arg(long, value_name = "mini|mnist|gas-drift|DIR|FILE", env = "HEBBIT_DATASET", value_hint = ValueHint::AnyPath)]
    pub(crate) data: Option<String>,
    /// Hold out the last N training samples, test on them and leave the test set alone: to choose settings with
    #[arg(long, value_name = "N", default_value_t = 0)]
    validation: usize,
    /// Lines and neurons of each layer, the input first [default: 784-128-10 for digits]
    #[arg(long, value_name = "784-128-10")]
    layers: Option<String>,
    /// Learning rule [default: burst]
    #[arg(long, value_name = "NAME", value_parser = Known(StringValueParser::new(), rules))]
    rule: Option<String>,
    /// Form of the rule, below [default: the rule's first]
    #[arg(long, value_name = "NAME", value_parser = Known(StringValueParser::new(), forms))]
    form: Option<String>,
    /// Feedback weights that carry the error down [default: the rule's]
    #[arg(long, value_parser = choice::<Feedback>())]
    feedback: Option<Feedback>,
    /// Width of weights [default: i16]
    #[arg(long, value_parser = choice::<WeightWidth>())]
    weights: Option<WeightWidth>,
    /// Ticks per sample [default: by rule and form]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=32767))]
    ticks: Option<u16>,
    /// Passes over the training samples [default: by rule and form]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    epochs: Option<u32>,
    /// Stop after the first N samples in presentation order [default: all]
    #[arg(long, value_name = "N")]
    samples: Option<u64>,
    /// Learning rate 2^-K of each projection, the first projection's first [default: by rule, form and width]
    #[arg(long, value_name = "K,K", value_delimiter = ',', allow_hyphen_values = true)]
    rate: Option<Vec<i32>>,
    /// Halve the rate after every N samples; 0: never [default: a quarter of the run, yes-no: two thirds; stdp, triplet: 0]
    #[arg(long, value_name = "N")]
    decay: Option<u32>,
    /// Shift pictures by up to one pixel during the first three quarters of the run [default: none]
    #[arg(long, value_parser = choice::<Augment>())]
    augment: Option<Augment>,
    /// Seed of everything that is drawn [default: 1]
    #[arg(long)]
    seed: Option<u64>,
    /// How pixels become events [default: graded]
    #[arg(long, value_parser = choice::<Encoding>())]
    encoder: Option<Encoding>,
    /// When the network answers [default: the rule's]
    #[arg(long, value_parser = choice::<Readout>())]
    readout: Option<Readout>,
    /// What the teacher says about a sample: its class, or only whether the answer is right [default: labels]
    #[arg(long, value_parser = choice::<Teacher>())]
    teacher: Option<Teacher>,
    /// With --teacher yes-no: ask about a guess, not about the answer, in so many percent [default: 10; with a trained network: 20; reward: 0]
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u16).range(..=100))]
    guess: Option<u16>,
    #[command(flatten)]
    prepared: PrepareArgs,
    /// Rule, shape and settings from a file that `hebbit tune` has written; other options have the last word
    #[arg(long, value_name = "FILE.json", value_hint = ValueHint::FilePath)]
    recipe: Option<PathBuf>,
    /// A setting of the rule by name [default: by rule]; `hebbit inspect` shows all of a checkpoint. May be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    settings: Vec<(String, i64)>,
}

fn setting(text: &str) -> Result<(String, i64), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    let value = value.parse().map_err(|_| format!("`{value}` is no whole number"))?;
    Ok((name.to_owned(), value))
}

impl WishArgs {
    /// As the library takes them.
    pub(crate) fn wishes(&self) -> crate::error::Result<Wishes> {
        let wishes = Wishes {
            data: self.data.clone(),
            validation: self.validation,
            layers: self.layers.as_deref().map(parse_layers).transpose()?,
            rule: self.rule.clone(),
            form: self.form.clone(),
            feedback: self.feedback,
            weights: self.weights,
            ticks: self.ticks,
            epochs: self.epochs,
            samples: self.samples,
            rate: self.rate.clone(),
            decay: self.decay,
            augment: self.augment,
            seed: self.seed,
            encoder: self.encoder,
            readout: self.readout,
            settings: self.settings.clone(),
            scaling: self.prepared.scaling(),
            test_share: self.prepared.test_share,
            split_in_order: self.prepared.split_in_order,
            teacher: self.teacher,
            guess: self.guess,
        };
        match &self.recipe {
            Some(path) => Ok(RecipeFile::read(path)?.under(wishes)?),
            None => Ok(wishes),
        }
    }

    /// How many samples.
    pub(crate) fn samples(&self) -> Option<u64> {
        self.samples
    }

    /// Whether nothing but the data's place and the number of samples was given.
    pub(crate) fn only_data_and_samples(&self) -> bool {
        self.wishes().is_ok_and(|wishes| Wishes { data: None, samples: None, ..wishes } == Wishes::default())
    }

    /// What a new run on a trained network takes; the rest is the network's.
    ///
    /// # Errors
    /// A usage problem if anything else was given.
    pub(crate) fn onward(&self) -> crate::error::Result<Wishes> {
        let wishes = self.wishes()?;
        let allowed = Wishes {
            data: wishes.data.clone(),
            validation: wishes.validation,
            epochs: wishes.epochs,
            samples: wishes.samples,
            rate: wishes.rate.clone(),
            decay: wishes.decay,
            augment: wishes.augment,
            seed: wishes.seed,
            teacher: wishes.teacher,
            guess: wishes.guess,
            ..Wishes::default()
        };
        if wishes == allowed {
            return Ok(wishes);
        }
        let help = "leave out --layers, --rule, --form, --feedback, --weights, --ticks, --encoder, --readout, --scale, --lines, --test-share and --set";
        Err(crate::error::Error::usage("a trained network brings its shape and its rule along", help))
    }

    /// Whether nothing but the data's place was given: what `--resume` allows.
    pub(crate) fn only_data(&self) -> bool {
        self.wishes().is_ok_and(|wishes| Wishes { data: None, ..wishes } == Wishes::default())
    }
}
