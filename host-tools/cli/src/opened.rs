//! Checkpoint files and data sets that commands open, and whether they fit each other.

use crate::error::{Error, Result};
use crate::screen::Screen;
use crate::summary;
use hebbit::data::{self, Dataset, Known, Loaded, Prepared, Schema};
use hebbit::engine::{CoreEngine, CoreError};
use hebbit::error::Error as HostError;
use hebbit::files::read_whole;
use hebbit::kernels::AnyKernels;
use hebbit::run::{Note, Pace, Recipe, Wishes};
use hebbit_core::checkpoint::Checkpoint;
use hebbit_core::schema::SchemaError;
use std::path::Path;

/// Looks at the bytes of a checkpoint file.
pub(crate) fn parse<'a>(path: &Path, bytes: &'a [u8]) -> Result<Checkpoint<'a>> {
    Checkpoint::parse(bytes)
        .map_err(|error| HostError::Checkpoint { path: path.into(), message: error.to_string() }.into())
}

/// Loads a checkpoint file.
pub(crate) fn open(path: &Path, bytes: &[u8], kernels: AnyKernels) -> Result<CoreEngine> {
    CoreEngine::new(bytes, kernels)
        .map_err(|error| HostError::Checkpoint { path: path.into(), message: error.to_string() }.into())
}

/// The data set that the user names for a new network.
pub(crate) fn prepared(wishes: &Wishes, screen: &Screen) -> Result<Prepared> {
    let prepared = data::prepare(wishes.data.as_deref().unwrap_or("mini"), &wishes.preparation())?;
    prepared.remarks.iter().for_each(|remark| screen.say(remark));
    Ok(prepared)
}

/// A data set for a network that is there already.
pub(crate) fn read(name: &str, checkpoint: &Checkpoint<'_>, screen: &Screen) -> Result<Loaded> {
    let loaded = data::read(name, &known(checkpoint)?)?;
    loaded.remarks.iter().for_each(|remark| screen.say(remark));
    Ok(loaded)
}

/// What a checkpoint says of its samples.
pub(crate) fn known(checkpoint: &Checkpoint<'_>) -> Result<Known> {
    // The checkpoint was checked, its schema with it.
    let internal = |error: SchemaError| Error::internal(error);
    let schema = Schema::stored(checkpoint.schema).map_err(internal)?;
    Ok(Known { schema, lines: Some(checkpoint.plan.lines()) })
}

/// The data set that the user names, else the one that the network learned.
pub(crate) fn data_name(wishes: &Wishes, note: &Note) -> Result<String> {
    let learned = note.recipe.as_ref().map(|recipe| recipe.data.clone());
    wishes.data.clone().or(learned).ok_or_else(|| {
        Error::usage("the network does not say which data set it is for", "name one with --data")
    })
}

/// A frozen network that is to answer the samples of a set.
pub(crate) fn against(path: &Path, set: &Dataset) -> Result<Vec<u8>> {
    let bytes = read_whole(path)?;
    check_width(path, &bytes, set)?;
    Ok(bytes)
}

/// Whether every class of a set has an output neuron.
pub(crate) fn check_classes(recipe: &Recipe, set: &Dataset) -> Result<()> {
    let outputs = recipe.layers.last().map_or(0, |&n| usize::from(n));
    if !recipe.supervised() || set.classes() <= outputs {
        return Ok(());
    }
    Err(HostError::Shape {
        layers: recipe.layer_list(),
        data: set.name.clone(),
        width: set.width(),
        classes: set.classes(),
        inputs: recipe.layers[0].into(),
        outputs,
    }
    .into())
}

/// Whether samples of a set fit the network of a checkpoint file.
pub(crate) fn check_width(path: &Path, bytes: &[u8], set: &Dataset) -> Result<()> {
    let plan = parse(path, bytes)?.plan;
    let inputs = plan.layers.first().map_or(0, |l| l.len());
    if inputs == set.width() {
        return Ok(());
    }
    Err(HostError::Shape {
        layers: summary::layers(&plan),
        data: set.name.clone(),
        width: set.width(),
        classes: set.classes(),
        inputs,
        outputs: plan.layers.last().map_or(0, |l| l.len()),
    }
    .into())
}

/// One line on how a network goes on learning, and one on what may be wrong with that.
pub(crate) fn tell_life(recipe: &Recipe, bytes: &[u8], screen: &Screen) -> Result<()> {
    let Some(onward) = &recipe.onward else { return Ok(()) };
    if onward.quantized && onward.pace != Pace::Careful {
        screen.say(
            "warning: a network quantized from float loses accuracy at this pace where its data do not change: --pace careful",
        );
    }
    let plan = Checkpoint::parse(bytes).map_err(CoreError::from)?.plan;
    screen.say(&summary::life(onward, &plan, recipe));
    Ok(())
}
