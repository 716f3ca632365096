//! `hebbit data`.

use crate::args::DataArgs;
use crate::error::Result;
use crate::screen::Screen;
use hebbit::data;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Serialize)]
struct Listed {
    schema: u32,
    sets: Vec<Set>,
}

#[derive(Serialize)]
struct Set {
    name: &'static str,
    train: Option<usize>,
    test: Option<usize>,
    licence: &'static str,
    place: Option<PathBuf>,
    present: bool,
}

#[derive(Serialize)]
struct FetchedSet {
    schema: u32,
    name: String,
    place: PathBuf,
    from: Option<String>,
    sums: bool,
    licence: &'static str,
    cite: &'static str,
}

pub(crate) fn run(args: &DataArgs, screen: &Screen) -> Result<()> {
    let schema = crate::summary::SCHEMA;
    match args {
        DataArgs::List => {
            let set = |l: data::Listing| Set {
                name: l.name,
                train: l.train,
                test: l.test,
                licence: l.licence,
                place: l.place,
                present: l.present,
            };
            let listed = Listed { schema, sets: data::list().into_iter().map(set).collect() };
            screen.result(&listed, || text(&listed.sets))
        }
        DataArgs::Fetch { name } => {
            let fetched = data::fetch(name, &mut |text| screen.say(text))?;
            let data::Fetched { dir: place, from, sums, licence, cite } = fetched;
            let set = FetchedSet { schema, name: name.clone(), place, from, sums, licence, cite };
            screen.result(&set, || set.text())
        }
    }
}

impl FetchedSet {
    fn text(&self) -> String {
        let place = self.place.display();
        let what = match &self.from {
            Some(from) => format!("{place} from {from}"),
            None if self.sums => format!("{place}: already there, sums are right"),
            None => format!("{place}: already there, lengths are right; no sums of these files are known"),
        };
        format!("{what}\nlicence: {}\ncite: {}", self.licence, self.cite)
    }
}

fn text(sets: &[Set]) -> String {
    let mut out = String::new();
    for set in sets {
        let place = set.place.as_ref().map_or("part of the program".to_owned(), |p| p.display().to_string());
        let state = if set.present {
            place
        } else {
            format!("not here; get it with `hebbit data fetch {}`", set.name)
        };
        let samples = match (set.train, set.test) {
            (Some(train), Some(test)) => format!("{train:>6} + {test:<6}"),
            _ => format!("{:>6}   {:<6}", "files", "only"),
        };
        let _ = writeln!(out, "{:9} {samples} {state}", set.name);
    }
    out
}
