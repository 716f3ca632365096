//! What can be wrong with a data set: the file, the place, what was wanted and what was found.

use super::Advice;

/// What is wrong, and in which file.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{path}: {cause}")]
pub struct DataError {
    /// The file, or the name of an embedded set.
    pub path: String,
    /// What is wrong with it.
    pub cause: Cause,
}

/// What is wrong with a file of samples. Parsers of bytes give a cause; who knows the file makes a [`DataError`] of it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each field is said by the sentence it stands in")]
pub enum Cause {
    /// Bytes are missing.
    #[error("ends after {got} bytes, its header promises {want}")]
    Truncated { want: u64, got: u64 },
    /// Bytes are left over.
    #[error("has {got} bytes, its header promises {want}: {} left over from byte {want}", .got - .want)]
    Trailing { want: u64, got: u64 },
    /// The first bytes say that this is something else.
    #[error("begins with {got}, wanted {want}")]
    Magic { want: &'static str, got: String, help: Option<&'static str> },
    /// Dimensions that no data set has.
    #[error("its header has the dimensions {dims}: {message}")]
    Dimensions { dims: String, message: &'static str },
    /// Not gzip, or broken gzip.
    #[error("gzip is broken after {at} unpacked bytes: {message}")]
    Gzip { at: u64, message: String },
    /// More bytes than anything we read has.
    #[error("has more than {limit} unpacked bytes, the most that is read")]
    TooLarge { limit: u64 },
    /// No samples.
    #[error("holds no samples")]
    Empty,
    /// A set without test samples that cannot be split.
    #[error("holds one sample, but one is needed to learn from and one to test with")]
    Single,
    /// Rows of different length.
    #[error("line {line} has {got} cells separated by {separator}, the lines before it have {want}")]
    Ragged { line: u64, want: u64, got: u64, separator: &'static str },
    /// Something that is not a number.
    #[error("{place}: `{text}` is not a number")]
    Cell { place: String, text: String },
    /// A cell without a value.
    #[error("{place}: `{text}` is a missing value; {cells} cells of {columns} columns have none")]
    Missing { place: String, text: String, cells: usize, columns: usize },
    /// A column of words that is not the label.
    #[error("{place}: `{text}` is a word, but only the label may be one")]
    Words { place: String, text: String, name: String },
    /// Decimal commas.
    #[error("{place}: `{text}` has a decimal comma")]
    DecimalComma { place: String, text: String },
    /// NaN or infinity.
    #[error("{at}: {value} is not a finite number")]
    NotFinite { at: String, value: String },
    /// More values than a network has inputs.
    #[error("{width} values per sample; a network takes at most 65,534 values per sample")]
    Wide { width: usize },
    /// No column is unmistakably the label.
    #[error("which column is the label is not clear: {columns}")]
    WhichLabel { columns: String, candidates: String },
    /// A number that is no pixel.
    #[error("{at}: value {value} is not in 0..=255")]
    Value { at: String, value: String },
    /// A number that is no class.
    #[error("{at}: label {value} is not a whole number in 0..=254")]
    Label { at: String, value: String },
    /// A label that is a quantity.
    #[error("{at}: label {value} is not a whole number")]
    NoClass { at: String, value: String },
    /// Rows of labels that are not one-hot.
    #[error("sample {sample}: its {classes} values are not a single 1 among zeros")]
    OneHot { sample: usize, classes: usize },
    /// Pictures and labels do not pair up.
    #[error("{samples} samples, but {labels} labels in {place}")]
    Count { samples: u64, labels: u64, place: String },
    /// More classes than a network answers.
    #[error("{got} classes, but a network answers at most 255")]
    Classes { got: usize },
    /// More values than a layer has lines.
    #[error("{got} values per sample need two lines each, but a network has at most 65534 lines")]
    Lines { got: usize },
    /// Class names or shapes that a network cannot keep.
    #[error("a network cannot keep this: {message}")]
    Schema { message: String },
    /// Text that is no number.
    #[error("{at}: `{text}` is no number")]
    Number { at: String, text: String },
    /// Samples without any labels beside them.
    #[error("its labels are not there: looked for {looked_for}")]
    NoLabels { looked_for: String },
    /// Samples of training and test have different widths.
    #[error("{test} values per sample, but {train} in training")]
    Width { train: usize, test: usize },
    /// Parts that are joined have different widths.
    #[error("{got} values per sample, but {want} in the parts before it")]
    Parts { want: usize, got: usize },
    /// A sample that does not fit the network.
    #[error("{at}: {got} values, the network takes {want}")]
    Values { at: String, want: usize, got: usize },
    /// A value of a sample that is no byte.
    #[error("{at}: `{text}` is not a whole number in 0..=255")]
    Whole { at: String, text: String },
    /// A line of a batch of the gas sensor data that is something else.
    #[error("line {line}: {message}")]
    GasLine { line: usize, message: String },
    /// The CSV reader cannot go on.
    #[error("not CSV: {message}")]
    Csv { message: String },
    /// The NPY or NPZ reader cannot go on.
    #[error("not readable as {what}: {message}")]
    Npy { what: String, message: String },
    /// An archive lacks an array.
    #[error("has no array `{want}`; it has: {have}")]
    NoArray { want: String, have: String },
    /// A directory without a data set.
    #[error("holds no data set: looked for {looked_for}")]
    NoSet { looked_for: &'static str },
    /// Several data sets, and nothing says which.
    #[error("holds more than one set: {one} and {two}")]
    Several { one: String, two: String },
    /// A file that is no picture, or a broken one.
    #[error("cannot be read as a picture: {message}")]
    Picture { message: String },
    /// A file that is no sound, or a broken one.
    #[error("cannot be read as WAV: {message}")]
    Wav { message: String },
    /// A file that does not belong there.
    #[error("is not {kind}, as the other files of the set")]
    Stray { kind: &'static str },
    /// Samples of different size.
    #[error("{size}, but {first} has {first_size}")]
    Sizes { size: String, first_size: String, first: String },
    /// Not the records of CIFAR.
    #[error("not CIFAR: {message}")]
    Cifar { message: String },
    /// A known set that is not on this machine.
    #[error("is not on this machine: no {missing}")]
    NotFetched { name: &'static str, missing: String },
    /// A file with other contents than the known ones.
    #[error("its sha256 is {got}, wanted {want}")]
    Checksum { want: &'static str, got: String },
}

impl Cause {
    /// The stable code, and what to do next.
    pub fn advice(&self) -> Advice<'_> {
        match self {
            Self::Truncated { .. } => ("hebbit::data::truncated", "the file was cut off: copy or download it again".into()),
            Self::Trailing { .. } => ("hebbit::data::trailing", "is the header right, or were two files joined?".into()),
            Self::Magic { help, .. } => ("hebbit::data::magic", help.unwrap_or_default().into()),
            Self::Dimensions { .. } => ("hebbit::data::dimensions", "the header is damaged, or this is not a file of samples".into()),
            Self::Gzip { .. } => ("hebbit::data::gzip", "copy or download it again, or take `.gz` from its name if it is not packed".into()),
            Self::TooLarge { .. } => ("hebbit::data::too_large", "split the file, or store its values as u8".into()),
            Self::Empty => ("hebbit::data::empty", "give a file with at least one sample".into()),
            Self::Single => ("hebbit::data::single", "give a file with at least two samples".into()),
            Self::Ragged { .. } => ("hebbit::data::ragged", "every line is one sample: its label and all its values".into()),
            Self::Cell { .. } => ("hebbit::data::cell", "a cell is a number; the label may be a word; a first line of names is skipped".into()),
            Self::Missing { .. } => ("hebbit::data::missing", "fill them or leave these lines out; ?drop=NAME leaves a column out".into()),
            Self::Words { name, .. } => ("hebbit::data::words", format!("?drop={name} leaves the column out, ?label={name} makes it the label").into()),
            Self::DecimalComma { .. } => ("hebbit::data::decimal_comma", "write numbers with a decimal point: 1.5".into()),
            Self::NotFinite { .. } => ("hebbit::data::value", "fill such values or leave their samples out".into()),
            Self::Wide { .. } => ("hebbit::data::too_wide", "make samples smaller: fewer columns or pixels, shorter windows".into()),
            Self::WhichLabel { candidates, .. } => ("hebbit::data::which_label", format!("name it: ?label=NAME, ?label=first, ?label=last, or ?label=3 for the third; {candidates}").into()),
            Self::Value { .. } => ("hebbit::data::value", "values are 0..=255, or all of them 0..=1, which is scaled; NaN and infinity are refused".into()),
            Self::Label { .. } => ("hebbit::data::label", "classes are numbered from 0; if the label is the last column of a CSV file, write FILE.csv?label=last".into()),
            Self::NoClass { .. } => ("hebbit::data::label", "labels name classes: whole numbers or words".into()),
            Self::OneHot { .. } => ("hebbit::data::label", "labels are one number or word per sample, or one-hot rows".into()),
            Self::Count { .. } => ("hebbit::data::count", "the two belong to different sets: one may be of training, one of test".into()),
            Self::Classes { .. } => ("hebbit::data::classes", "keep some of them: ?classes=NAME,NAME; is the label column the right one?".into()),
            Self::Lines { .. } => ("hebbit::data::wide", "use fewer values, or [lines=plain]".into()),
            Self::Schema { .. } => ("hebbit::data::schema", "class names have at most 48 bytes, and no control characters".into()),
            Self::Number { .. } => ("hebbit::data::number", "values are finite numbers, as the sensor or the file has them".into()),
            Self::NoLabels { .. } => ("hebbit::data::no_labels", "put the labels beside the samples, named alike: images → labels, idx3 → idx1, x → y".into()),
            Self::Width { .. } => ("hebbit::data::width", "the two parts must come from the same set".into()),
            Self::Parts { .. } => ("hebbit::data::width", "parts that are joined must have the same width".into()),
            Self::Values { .. } => ("hebbit::data::values", "a sample has as many values as the network takes; [:inspect] shows how many".into()),
            Self::Whole { .. } => ("hebbit::data::value", "write a sample as whole numbers 0..=255, separated by commas or by spaces".into()),
            Self::GasLine { .. } => ("hebbit::data::gas_drift", "a line is CLASS 1:V 2:V ... 128:V, or CLASS;CONCENTRATION 1:V ...; the class is 1 to 6".into()),
            Self::Csv { .. } => ("hebbit::data::csv", "one line per sample, cells separated by commas, semicolons, tabs or spaces".into()),
            Self::Npy { .. } => ("hebbit::data::npy", "write it with numpy.save or numpy.savez, an array of numbers".into()),
            Self::NoArray { .. } => ("hebbit::data::no_array", "name them x and y, or x_train, y_train, x_test and y_test; `?part=NAME` takes x_NAME and y_NAME".into()),
            Self::NoSet { .. } => ("hebbit::data::no_set", "use these names, or give one file".into()),
            Self::Several { .. } => ("hebbit::data::several", "give one file, or a directory with one set".into()),
            Self::Picture { .. } => ("hebbit::data::picture", "save it again as PNG or JPEG".into()),
            Self::Wav { .. } => ("hebbit::data::wav", "save it again as WAV, PCM or float".into()),
            Self::Stray { .. } => ("hebbit::data::stray", "take it out of the folder; hidden files are passed over".into()),
            Self::Sizes { .. } => ("hebbit::data::sizes", "all samples must be alike: scale or cut them before, to one size or one length".into()),
            Self::Cifar { .. } => ("hebbit::data::cifar", "a .bin holds records of 1 + 3072 bytes (CIFAR-10) or 2 + 3072 bytes (CIFAR-100)".into()),
            Self::NotFetched { name, .. } => ("hebbit::data::not_fetched", format!("run [:data fetch {name}], or take `mini`, which is always there").into()),
            Self::Checksum { .. } => ("hebbit::data::checksum", "the source gave something else: try again, or take another source".into()),
        }
    }

    /// This cause, in that file.
    pub fn in_file(self, path: impl Into<String>) -> DataError {
        DataError { path: path.into(), cause: self }
    }
}
