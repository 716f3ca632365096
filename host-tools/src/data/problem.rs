//! What can be wrong with a data set: the file, the place, what was wanted and what was found.

use miette::Diagnostic;

/// What is wrong, and in which file.
#[derive(Debug, PartialEq, thiserror::Error, Diagnostic)]
#[error("{path}: {cause}")]
#[diagnostic(forward(cause))]
pub struct DataError {
    /// The file, or the name of an embedded set.
    pub path: String,
    /// What is wrong with it.
    pub cause: Cause,
}

/// What is wrong with a file of samples. Parsers of bytes give a cause; who knows the file makes a [`DataError`] of it.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Diagnostic)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each field is said by the sentence it stands in")]
pub enum Cause {
    /// Bytes are missing.
    #[error("ends after {got} bytes, its header promises {want}")]
    #[diagnostic(code(hebbit::data::truncated), help("the file was cut off: copy or download it again"))]
    Truncated { want: u64, got: u64 },
    /// Bytes are left over.
    #[error("has {got} bytes, its header promises {want}: {} left over from byte {want}", .got - .want)]
    #[diagnostic(code(hebbit::data::trailing), help("is the header right, or were two files joined?"))]
    Trailing { want: u64, got: u64 },
    /// The first bytes say that this is something else.
    #[error("begins with {got}, wanted {want}")]
    #[diagnostic(code(hebbit::data::magic))]
    Magic {
        want: &'static str,
        got: String,
        #[help]
        help: Option<&'static str>,
    },
    /// Dimensions that no data set has.
    #[error("its header has the dimensions {dims}: {message}")]
    #[diagnostic(
        code(hebbit::data::dimensions),
        help("the header is damaged, or this is not a file of samples")
    )]
    Dimensions { dims: String, message: &'static str },
    /// Not gzip, or broken gzip.
    #[error("gzip is broken after {at} unpacked bytes: {message}")]
    #[diagnostic(
        code(hebbit::data::gzip),
        help("copy or download it again, or take `.gz` from its name if it is not packed")
    )]
    Gzip { at: u64, message: String },
    /// More bytes than anything we read has.
    #[error("has more than {limit} unpacked bytes, the most that is read")]
    #[diagnostic(code(hebbit::data::too_large), help("split the file, or store its values as u8"))]
    TooLarge { limit: u64 },
    /// No samples.
    #[error("holds no samples")]
    #[diagnostic(code(hebbit::data::empty), help("give a file with at least one sample"))]
    Empty,
    /// A set without test samples that cannot be split.
    #[error("holds one sample, but one is needed to learn from and one to test with")]
    #[diagnostic(code(hebbit::data::single), help("give a file with at least two samples"))]
    Single,
    /// Rows of different length.
    #[error("line {line} has {got} cells separated by {separator}, the lines before it have {want}")]
    #[diagnostic(code(hebbit::data::ragged), help("every line is one sample: its label and all its values"))]
    Ragged { line: u64, want: u64, got: u64, separator: &'static str },
    /// Something that is not a number.
    #[error("{place}: `{text}` is not a number")]
    #[diagnostic(
        code(hebbit::data::cell),
        help("a cell is a number; the label may be a word; a first line of names is skipped")
    )]
    Cell { place: String, text: String },
    /// A cell without a value.
    #[error("{place}: `{text}` is a missing value; {cells} cells of {columns} columns have none")]
    #[diagnostic(
        code(hebbit::data::missing),
        help("fill them or leave these lines out; ?drop=NAME leaves a column out")
    )]
    Missing { place: String, text: String, cells: usize, columns: usize },
    /// A column of words that is not the label.
    #[error("{place}: `{text}` is a word, but only the label may be one")]
    #[diagnostic(
        code(hebbit::data::words),
        help("?drop={name} leaves the column out, ?label={name} makes it the label")
    )]
    Words { place: String, text: String, name: String },
    /// Decimal commas.
    #[error("{place}: `{text}` has a decimal comma")]
    #[diagnostic(code(hebbit::data::decimal_comma), help("write numbers with a decimal point: 1.5"))]
    DecimalComma { place: String, text: String },
    /// NaN or infinity.
    #[error("{at}: {value} is not a finite number")]
    #[diagnostic(code(hebbit::data::value), help("fill such values or leave their samples out"))]
    NotFinite { at: String, value: String },
    /// More values than a network has inputs.
    #[error("{width} values per sample; a network takes at most 65,534 values per sample")]
    #[diagnostic(
        code(hebbit::data::too_wide),
        help("make samples smaller: fewer columns or pixels, shorter windows")
    )]
    Wide { width: usize },
    /// No column is unmistakably the label.
    #[error("which column is the label is not clear: {columns}")]
    #[diagnostic(
        code(hebbit::data::which_label),
        help("name it: ?label=NAME, ?label=first, ?label=last, or ?label=3 for the third; {candidates}")
    )]
    WhichLabel { columns: String, candidates: String },
    /// A number that is no pixel.
    #[error("{at}: value {value} is not in 0..=255")]
    #[diagnostic(
        code(hebbit::data::value),
        help("values are 0..=255, or all of them 0..=1, which is scaled; NaN and infinity are refused")
    )]
    Value { at: String, value: String },
    /// A number that is no class.
    #[error("{at}: label {value} is not a whole number in 0..=254")]
    #[diagnostic(
        code(hebbit::data::label),
        help(
            "classes are numbered from 0; if the label is the last column of a CSV file, write FILE.csv?label=last"
        )
    )]
    Label { at: String, value: String },
    /// A label that is a quantity.
    #[error("{at}: label {value} is not a whole number")]
    #[diagnostic(code(hebbit::data::label), help("labels name classes: whole numbers or words"))]
    NoClass { at: String, value: String },
    /// Rows of labels that are not one-hot.
    #[error("sample {sample}: its {classes} values are not a single 1 among zeros")]
    #[diagnostic(
        code(hebbit::data::label),
        help("labels are one number or word per sample, or one-hot rows")
    )]
    OneHot { sample: usize, classes: usize },
    /// Pictures and labels do not pair up.
    #[error("{samples} samples, but {labels} labels in {place}")]
    #[diagnostic(
        code(hebbit::data::count),
        help("the two belong to different sets: one may be of training, one of test")
    )]
    Count { samples: u64, labels: u64, place: String },
    /// More classes than a network answers.
    #[error("{got} classes, but a network answers at most 255")]
    #[diagnostic(
        code(hebbit::data::classes),
        help("keep some of them: ?classes=NAME,NAME; is the label column the right one?")
    )]
    Classes { got: usize },
    /// More values than a layer has lines.
    #[error("{got} values per sample need two lines each, but a network has at most 65534 lines")]
    #[diagnostic(code(hebbit::data::wide), help("use fewer values, or --lines plain"))]
    Lines { got: usize },
    /// Class names or shapes that a network cannot keep.
    #[error("a network cannot keep this: {message}")]
    #[diagnostic(
        code(hebbit::data::schema),
        help("class names have at most 48 bytes, and no control characters")
    )]
    Schema { message: String },
    /// Text that is no number.
    #[error("{at}: `{text}` is no number")]
    #[diagnostic(
        code(hebbit::data::number),
        help("values are finite numbers, as the sensor or the file has them")
    )]
    Number { at: String, text: String },
    /// Samples without any labels beside them.
    #[error("its labels are not there: looked for {looked_for}")]
    #[diagnostic(
        code(hebbit::data::no_labels),
        help("put the labels beside the samples, named alike: images → labels, idx3 → idx1, x → y")
    )]
    NoLabels { looked_for: String },
    /// Samples of training and test have different widths.
    #[error("{test} values per sample, but {train} in training")]
    #[diagnostic(code(hebbit::data::width), help("the two parts must come from the same set"))]
    Width { train: usize, test: usize },
    /// Parts that are joined have different widths.
    #[error("{got} values per sample, but {want} in the parts before it")]
    #[diagnostic(code(hebbit::data::width), help("parts that are joined must have the same width"))]
    Parts { want: usize, got: usize },
    /// A sample that does not fit the network.
    #[error("{at}: {got} values, the network takes {want}")]
    #[diagnostic(
        code(hebbit::data::values),
        help("a sample has as many values as the network takes; `hebbit inspect` shows how many")
    )]
    Values { at: String, want: usize, got: usize },
    /// A value of a sample that is no byte.
    #[error("{at}: `{text}` is not a whole number in 0..=255")]
    #[diagnostic(
        code(hebbit::data::value),
        help("write a sample as whole numbers 0..=255, separated by commas or by spaces")
    )]
    Whole { at: String, text: String },
    /// A line of a batch of the gas sensor data that is something else.
    #[error("line {line}: {message}")]
    #[diagnostic(
        code(hebbit::data::gas_drift),
        help("a line is CLASS 1:V 2:V ... 128:V, or CLASS;CONCENTRATION 1:V ...; the class is 1 to 6")
    )]
    GasLine { line: usize, message: String },
    /// The CSV reader cannot go on.
    #[error("not CSV: {message}")]
    #[diagnostic(
        code(hebbit::data::csv),
        help("one line per sample, cells separated by commas, semicolons, tabs or spaces")
    )]
    Csv { message: String },
    /// The NPY or NPZ reader cannot go on.
    #[error("not readable as {what}: {message}")]
    #[diagnostic(
        code(hebbit::data::npy),
        help("write it with numpy.save or numpy.savez, an array of numbers")
    )]
    Npy { what: String, message: String },
    /// An archive lacks an array.
    #[error("has no array `{want}`; it has: {have}")]
    #[diagnostic(
        code(hebbit::data::no_array),
        help(
            "name them x and y, or x_train, y_train, x_test and y_test; `?part=NAME` takes x_NAME and y_NAME"
        )
    )]
    NoArray { want: String, have: String },
    /// A directory without a data set.
    #[error("holds no data set: looked for {looked_for}")]
    #[diagnostic(code(hebbit::data::no_set), help("use these names, or give one file"))]
    NoSet { looked_for: &'static str },
    /// Several data sets, and nothing says which.
    #[error("holds more than one set: {one} and {two}")]
    #[diagnostic(code(hebbit::data::several), help("give one file, or a directory with one set"))]
    Several { one: String, two: String },
    /// A file that is no picture, or a broken one.
    #[error("cannot be read as a picture: {message}")]
    #[diagnostic(code(hebbit::data::picture), help("save it again as PNG or JPEG"))]
    Picture { message: String },
    /// A file that is no sound, or a broken one.
    #[error("cannot be read as WAV: {message}")]
    #[diagnostic(code(hebbit::data::wav), help("save it again as WAV, PCM or float"))]
    Wav { message: String },
    /// A file that does not belong there.
    #[error("is not {kind}, as the other files of the set")]
    #[diagnostic(code(hebbit::data::stray), help("take it out of the folder; hidden files are passed over"))]
    Stray { kind: &'static str },
    /// Samples of different size.
    #[error("{size}, but {first} has {first_size}")]
    #[diagnostic(
        code(hebbit::data::sizes),
        help("all samples must be alike: scale or cut them before, to one size or one length")
    )]
    Sizes { size: String, first_size: String, first: String },
    /// Not the records of CIFAR.
    #[error("not CIFAR: {message}")]
    #[diagnostic(
        code(hebbit::data::cifar),
        help("a .bin holds records of 1 + 3072 bytes (CIFAR-10) or 2 + 3072 bytes (CIFAR-100)")
    )]
    Cifar { message: String },
    /// A known set that is not on this machine.
    #[error("is not on this machine: no {missing}")]
    #[diagnostic(
        code(hebbit::data::not_fetched),
        help("run `hebbit data fetch {name}`, or take `mini`, which is always there")
    )]
    NotFetched { name: &'static str, missing: String },
    /// A file with other contents than the known ones.
    #[error("its sha256 is {got}, wanted {want}")]
    #[diagnostic(
        code(hebbit::data::checksum),
        help("the source gave something else: try again, or take another source")
    )]
    Checksum { want: &'static str, got: String },
}

impl Cause {
    /// This cause, in that file.
    pub fn in_file(self, path: impl Into<String>) -> DataError {
        DataError { path: path.into(), cause: self }
    }
}
