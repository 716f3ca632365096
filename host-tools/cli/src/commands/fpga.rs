//! `hebbit fpga`: a network and the hardware that it runs on, ready to be synthesised and loaded.

use crate::args::FpgaArgs;
use crate::error::{Error, Result};
use crate::opened::parse;
use crate::screen::Screen;
use crate::summary::{self, SCHEMA, fact, lines};
use hebbit::files::{read_whole, write_whole};
use hebbit_rtl::synth::{DESIGNS, Design};
use hebbit_rtl::{Table, image, load};
use serde::Serialize;
use std::path::PathBuf;

/// What was written.
#[derive(Serialize)]
struct Written {
    schema: u32,
    command: &'static str,
    design: &'static str,
    layers: String,
    rule: String,
    weights: String,
    /// Parameters of the core.
    parameters: Vec<String>,
    /// Words of the program and its counters, and how many the design has room for.
    table_words: usize,
    table_room: usize,
    /// Words of 32 bits of weights, and how many the design has room for.
    weight_words: usize,
    weight_room: usize,
    /// Bytes over SPI that load it.
    spi_bytes: usize,
    folder: PathBuf,
    files: Vec<String>,
}

pub(crate) fn run(args: &FpgaArgs, screen: &Screen) -> Result<()> {
    let named = |design: &&Design| design.name == args.design;
    let design = DESIGNS.iter().find(named);
    let design = design.ok_or_else(|| Error::unknown("design", &args.design, DESIGNS.map(|d| d.name)))?;
    let bytes = read_whole(&args.checkpoint)?;
    let stored = parse(&args.checkpoint, &bytes)?;
    let plan = &stored.plan;
    let table = Table::new(plan, &design.build)?;
    let image = image::laid_out(&stored, &table, &design.build);
    let commands = load::spi(&image)?;

    let folder = &args.out;
    let failed = |error| Error::output(folder, error);
    std::fs::create_dir_all(folder).map_err(failed)?;
    design.write(folder).map_err(failed)?;
    let mut files = vec![format!("{} (and rtl/)", design.files().join(", "))];
    let mut put = |name: String, text: &[u8]| {
        let path = folder.join(&name);
        write_whole(&path, text).map_err(|error| Error::output(&path, error))?;
        files.push(name);
        Ok::<_, Error>(())
    };
    put("network.hbfi".to_owned(), &image)?;
    put("network.spi".to_owned(), commands.as_bytes())?;
    for (address, text) in load::memories(&image)? {
        put(format!("memory-{address:06x}.hex"), text.as_bytes())?;
    }
    let parameters = design.build.parameters();
    put("parameters.txt".to_owned(), (parameters.join("\n") + "\n").as_bytes())?;
    let written = Written {
        schema: SCHEMA,
        command: "fpga",
        design: design.name,
        layers: summary::layers(plan),
        rule: plan.rule.name().to_owned(),
        weights: summary::weights(plan),
        parameters,
        table_words: table.words.len(),
        table_room: 1 << design.build.table_addr,
        weight_words: plan.weight_bytes().div_ceil(4),
        weight_room: design.build.pieces() << design.build.weight_addr,
        spi_bytes: commands.lines().filter(|line| !line.starts_with('#')).map(|line| line.len() / 2).sum(),
        folder: folder.clone(),
        files,
    };
    screen.result(&written, || written.text())
}

impl Written {
    fn text(&self) -> String {
        let facts = vec![
            fact("design", self.design.to_owned()),
            fact("network", format!("{} {}, {}", self.rule, self.layers, self.weights)),
            fact("program", format!("{} words of {}", self.table_words, self.table_room)),
            fact("weights", format!("{} words of {}", self.weight_words, self.weight_room)),
            fact("load", format!("{} bytes over SPI", self.spi_bytes)),
            fact("folder", self.folder.display().to_string()),
            fact("files", self.files.join(", ")),
            fact("next", "make in that folder; flash design.bin; send network.spi".to_owned()),
        ];
        lines(&facts)
    }
}
