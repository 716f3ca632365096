//! `hebbit data`.

use super::args::DataArgs;
use super::screen::Screen;
use crate::data;
use crate::error::{Error, Result};
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
    train: usize,
    test: usize,
    place: Option<PathBuf>,
    present: bool,
}

#[derive(Serialize)]
struct FetchedSet {
    schema: u32,
    name: String,
    place: PathBuf,
    from: Option<String>,
}

pub(super) fn run(args: &DataArgs, screen: &Screen) -> Result<()> {
    let schema = super::summary::SCHEMA;
    match args {
        DataArgs::List => {
            let set = |l: data::Listing| Set {
                name: l.name,
                train: l.train,
                test: l.test,
                place: l.place,
                present: l.present,
            };
            let listed = Listed { schema, sets: data::list().into_iter().map(set).collect() };
            screen.result(&listed, || text(&listed.sets))
        }
        DataArgs::Fetch { name } => {
            let fetched = data::fetch(name, &mut |text| screen.say(text))?;
            let place = fetched.dir.clone();
            let set = FetchedSet { schema, name: name.clone(), place, from: fetched.from.clone() };
            match &fetched.from {
                Some(from) => screen.result(&set, || format!("{} from {from}", fetched.dir.display())),
                None => {
                    screen.result(&set, || {
                        format!("{}: already there, sums are right", fetched.dir.display())
                    })?;
                    Err(Error::NothingToDo { message: format!("`{name}` was there already") })
                }
            }
        }
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
        let _ = writeln!(out, "{:8} {:>6} + {:<6} {state}", set.name, set.train, set.test);
    }
    out
}
