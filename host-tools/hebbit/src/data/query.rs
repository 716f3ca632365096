//! What follows the name of a data set: `NAME?part=train&classes=0,1&label=last`.

use std::path::Path;

use super::LabelColumn;
use crate::error::{Error, Result};

/// The options that there are, for messages.
const OPTIONS: &str = "?part=NAME,NAME, ?classes=0,1, ?label=NAME, ?label=first, ?label=last, ?group=NAME, ?drop=NAME,NAME, ?turn=60; \
     several are joined by &";

/// A specification of a data set, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// The name of a set, or a path: what is before the options.
    pub(super) source: String,
    /// Which parts, in this order; none: those that the set has by default.
    pub(super) parts: Option<Vec<String>>,
    /// What the classes are called that are kept, in this order; none: all.
    pub(super) classes: Option<Vec<String>>,
    /// Where the label of a table is.
    pub(super) label: Option<LabelColumn>,
    /// Which column of a table says whom or what a sample is of.
    pub(super) group: Option<String>,
    /// Columns of a table that are left out.
    pub(super) drop: Vec<String>,
    /// Pictures turn from 0 to so many degrees while they come.
    pub(super) turn: Option<u16>,
}

impl Query {
    /// Takes a specification apart. What exists as a file is a path, whatever its name has in it.
    ///
    /// # Errors
    /// An option that does not exist, is given twice or has a value that it does not take.
    pub(super) fn parse(spec: &str) -> Result<Self> {
        let (mut source, mut options) = (spec, Vec::new());
        if !Path::new(spec).exists() {
            while let Some((before, option)) = source.rsplit_once('?').filter(|(_, o)| o.contains('=')) {
                options.splice(0..0, option.split('&'));
                source = before;
            }
            if let Some((_, option)) = source.rsplit_once('?').filter(|_| !Path::new(source).exists()) {
                return Err(Error::usage(
                    format!("there is no option `?{option}` of a data set"),
                    format!("there are: {OPTIONS}"),
                ));
            }
        }
        let mut query = Self { source: source.to_owned(), ..Self::default() };
        options.into_iter().try_for_each(|option| query.set(spec, option))?;
        Ok(query)
    }

    fn set(&mut self, spec: &str, option: &str) -> Result<()> {
        let twice = match option.split_once('=').unwrap_or((option, "")) {
            ("part", names) => self.parts.replace(list(spec, "parts", names)?).is_some(),
            ("classes", names) => self.classes.replace(list(spec, "classes", names)?).is_some(),
            ("label", "first") => self.label.replace(LabelColumn::First).is_some(),
            ("label", "last") => self.label.replace(LabelColumn::Last).is_some(),
            ("label", name) if !name.is_empty() => {
                self.label.replace(LabelColumn::Named(name.to_owned())).is_some()
            }
            ("group", name) if !name.is_empty() => self.group.replace(name.to_owned()).is_some(),
            ("drop", names) => {
                let names = list(spec, "columns", names)?;
                !std::mem::replace(&mut self.drop, names).is_empty()
            }
            ("turn", degrees) => self.turn.replace(angle(spec, degrees)?).is_some(),
            _ => {
                let message = format!("there is no option `?{option}` of a data set");
                return Err(Error::usage(message, format!("there are: {OPTIONS}")));
            }
        };
        if twice {
            let message = format!("`{spec}` gives the option `{option}` a second time");
            return Err(Error::usage(message, "give each option once, its values separated by commas"));
        }
        Ok(())
    }
}

fn angle(spec: &str, degrees: &str) -> Result<u16> {
    degrees.parse().ok().filter(|degrees| (1..=360).contains(degrees)).ok_or_else(|| {
        Error::usage(
            format!("`{spec}` does not name an angle"),
            "give 1 to 360 degrees: mini?part=test&turn=60",
        )
    })
}

/// Names with commas between them, each once.
fn list(spec: &str, what: &str, names: &str) -> Result<Vec<String>> {
    let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
    let wrong = names.iter().enumerate().any(|(i, name)| name.is_empty() || names[..i].contains(name));
    if wrong {
        let help = "write them with commas, each once: gas-drift?part=batch2,batch3";
        return Err(Error::usage(format!("`{spec}` does not name {what}"), help));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(spec: &str) -> String {
        crate::error::render(&Query::parse(spec).unwrap_err())
    }

    #[test]
    fn options_come_in_any_order() {
        let want = Query {
            source: "a.csv".into(),
            parts: Some(vec!["train".into()]),
            classes: Some(vec!["3".into(), "1".into()]),
            label: Some(LabelColumn::Last),
            ..Query::default()
        };
        for spec in [
            "a.csv?label=last&part=train&classes=3,1",
            "a.csv?part=train&classes=3, 1&label=last",
            "a.csv?label=last?classes=3,1?part=train",
        ] {
            assert_eq!(Query::parse(spec).unwrap(), want, "{spec}");
        }
        assert_eq!(Query::parse("mini").unwrap(), Query { source: "mini".into(), ..Query::default() });
    }

    #[test]
    fn columns_are_named() {
        let query = Query::parse("a.csv?label=kind&group=subject&drop=time,id").unwrap();
        assert_eq!(query.label, Some(LabelColumn::Named("kind".into())));
        assert_eq!((query.group.as_deref(), query.drop), (Some("subject"), vec!["time".into(), "id".into()]));
        assert!(refused("a.csv?drop=a,,b").contains("does not name columns"));
        assert!(refused("a.csv?drop=a&drop=b").contains("a second time"));
    }

    #[test]
    fn a_file_may_have_a_question_mark_in_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("what?label=last");
        std::fs::write(&path, "1,2").unwrap();
        let path = path.to_str().unwrap();
        assert_eq!(Query::parse(path).unwrap().source, path);
    }

    #[test]
    fn what_no_option_is_gets_the_list() {
        for spec in ["a.csv?label=", "a.csv?last", "a.csv?group=", "mini?parts=train", "mini?part=train&x"] {
            assert!(refused(spec).contains("?label=NAME, ?label=first"), "{spec}");
        }
        assert!(refused("mini?part=").contains("does not name parts"));
        assert!(refused("mini?part=test,test").contains("does not name parts"));
        assert!(refused("mini?part=test&part=train").contains("a second time"));
        assert!(refused("mini?classes=1,").contains("does not name classes"));
    }
}
