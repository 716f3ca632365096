//! What classes are called.

use serde::{Deserialize, Serialize};

/// Names of classes. A class without a name is called by its number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassNames(Vec<String>);

impl ClassNames {
    /// Names in the order of the classes; an empty name is none.
    pub fn new(names: Vec<String>) -> Self {
        Self(names)
    }

    /// How many have one.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none has one.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of a class.
    pub fn of(&self, class: usize) -> String {
        self.0.get(class).filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| class.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_without_a_name_is_its_number() {
        let names = ClassNames::new(vec!["cat".into(), String::new()]);
        assert_eq!([0, 1, 2].map(|class| names.of(class)), ["cat", "1", "2"]);
        assert_eq!(ClassNames::default().of(7), "7");
    }
}
