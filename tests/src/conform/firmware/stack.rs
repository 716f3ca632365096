//! Upper bound of a program's stack, from its file: the stack frames reported by the compiler (`-Zemit-stack-sizes`) along
//! the deepest chain of calls in its code.
//!
//! A call through a pointer may reach every function whose address the program has, except
//!
//! * functions that only format text, if nothing starts to format (`core::fmt::write`): their addresses occur where code would panic;
//! * from the thread, functions that poll a task of `embassy-executor`: its only executor runs in an interrupt;
//! * from an interrupt, functions of `hebbit-core` and `hebbit-app`, which have no statics that could pass a pointer to it.
//!
//! In a cycle of such calls each function counts once, as a closure is not passed to itself. A cycle of plain calls has no bound and is an
//! error. A panic counts once, as it ends the program. The two deepest exception handlers are added, as one may interrupt
//! the other.

pub(super) mod code;

use code::Flow;
use object::{Architecture, Object as _, ObjectSection as _, ObjectSymbol as _, SectionKind, SymbolKind};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes that a core pushes for an exception: its registers, those of the FPU, and a word for alignment.
const EXCEPTION: u64 = 108;

/// Maximum nesting of exceptions.
const LEVELS: usize = 2;

/// The end of the panic handler's symbol, which a hash may follow.
const PANICS: &str = "17rust_begin_unwind";

/// The symbol of the function that starts to format text, and parts of symbols of functions that format.
const FORMATS: &str = "4core3fmt5write";
const FORMATTING: &str = "4core3fmt";

/// Functions that only interrupts reach through a pointer, and those that none does; by parts of their symbols.
const INTERRUPTS: [&str; 1] = ["11TaskStorage"];
const THREADS: [&str; 2] = ["11hebbit_core", "10hebbit_app"];

/// Required and available stack of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stack {
    /// Required bytes, with a panic and exceptions.
    pub(super) most: u64,
    /// Bytes in the memory map.
    pub(super) there_are: u64,
    /// The deepest chain of calls: names and frames.
    pub(super) chain: Vec<(String, u64)>,
}

impl Stack {
    /// Reads it off an ELF file.
    pub(super) fn of(file: &[u8]) -> Result<Self, String> {
        let file = object::File::parse(file).map_err(|error| error.to_string())?;
        let program = Program::of(&file)?;
        let (thread, chain) = program.deepest(&[file.entry() & !1], false)?;
        // `main` may be inlined; a chain of a few functions means that the search stopped in the start-up code.
        if chain.len() < 4 {
            return Err("the program does not reach its main function".to_owned());
        }
        let (panic, _) = program.deepest(&program.panics, false)?;
        // Interrupts have two priorities at most (`Priority::P6` and above): one handler may interrupt another, and no third one.
        let mut handlers = Vec::new();
        for &handler in &program.handlers {
            handlers.push((program.deepest(&[handler], true)?.0, handler));
        }
        handlers.sort_unstable();
        handlers.dedup();
        let exceptions: u64 = handlers.iter().rev().take(LEVELS).map(|&(bytes, _)| bytes + EXCEPTION).sum();
        let address = |name: &str| {
            let symbol = file.symbols().find(|symbol| symbol.name() == Ok(name));
            symbol.map(|symbol| symbol.address()).ok_or(format!("no symbol {name}"))
        };
        let top = address("_stack_start")?;
        let variables = file
            .sections()
            .filter(|section| matches!(section.kind(), SectionKind::Data | SectionKind::UninitializedData))
            .filter(|section| {
                // CCM is a separate memory, far below the stack.
                let other = section.name().is_ok_and(|name| matches!(name, ".stack" | ".heap" | ".ccm"));
                section.size() > 0 && !other
            });
        if variables.map(|section| section.address()).any(|start| start < top) {
            return Err("the stack does not lie below the variables: another memory map".to_owned());
        }
        let there_are = top.saturating_sub(address("_stack_end")?);
        Ok(Self { most: thread + panic + exceptions, there_are, chain })
    }

    /// A line about the stack of a program; an error if it needs more than is available.
    pub(super) fn hold(&self, program: &str) -> Result<String, String> {
        let Self { most, there_are, chain } = self;
        let line = format!("{program}: at most {most} of {there_are} bytes of stack");
        if most <= there_are {
            return Ok(line);
        }
        let chain: Vec<String> = chain.iter().map(|(name, frame)| format!("{frame} {name}")).collect();
        Err(format!("{line}:\n{}", chain.join("\n")))
    }
}

/// A function.
#[derive(Debug, Default)]
struct Function {
    name: String,
    frame: u64,
    /// Addresses of its calls and jumps.
    calls: BTreeSet<u64>,
    pointer: bool,
}

/// A program as functions by address.
#[derive(Debug, Default)]
struct Program {
    functions: BTreeMap<u64, Function>,
    /// Functions whose address it has.
    taken: BTreeSet<u64>,
    /// Functions that exceptions start.
    handlers: Vec<u64>,
    /// The panic handler.
    panics: Vec<u64>,
}

/// Ranges of code and data, by the mapping symbols of the assembler.
struct Marks(BTreeMap<u64, bool>);

impl Marks {
    fn is_data(&self, address: u64) -> bool {
        self.0.range(..=address).next_back().is_some_and(|(_, &data)| data)
    }
}

impl Program {
    fn of(file: &object::File<'_>) -> Result<Self, String> {
        let arm = file.architecture() == Architecture::Arm;
        let entry_of = |address: u64| if arm { address & !1 } else { address };
        let mut marks = Marks(BTreeMap::new());
        let mut names: BTreeMap<u64, (String, u64)> = BTreeMap::new();
        for symbol in file.symbols() {
            let name = symbol.name().unwrap_or_default();
            match name.get(..2) {
                Some("$d") => drop(marks.0.insert(symbol.address(), true)),
                Some("$t" | "$x" | "$a") => drop(marks.0.insert(symbol.address(), false)),
                // Assembly may omit the type of a function's symbol.
                _ if (symbol.kind() == SymbolKind::Text || symbol.is_global()) && !symbol.is_undefined() => {
                    let known = names.entry(entry_of(symbol.address())).or_default();
                    let short = known.0.is_empty() || symbol.size() > known.1;
                    if short {
                        *known = (name.to_owned(), symbol.size());
                    }
                }
                _ => {}
            }
        }
        let frames = frames(file, entry_of)?;
        let mut program = Self::default();
        let mut addresses = BTreeSet::new();
        for section in file.sections().filter(|section| section.kind() == SectionKind::Text) {
            let bytes = section.data().map_err(|error| error.to_string())?;
            let (first, end) = (section.address(), section.address() + bytes.len() as u64);
            let starts: Vec<u64> = names.range(first..end).map(|(&start, _)| start).collect();
            for (i, &start) in starts.iter().enumerate() {
                let (name, size) = &names[&start];
                let next = starts.get(i + 1).copied().unwrap_or(end);
                let stop = if *size == 0 { next } else { start + size };
                let code = bytes.get((start - first) as usize..(stop - first) as usize).unwrap_or_default();
                let is_data = |address| marks.is_data(address);
                let flow =
                    if arm { Flow::thumb(code, start, is_data) } else { Flow::riscv(code, start, is_data) };
                let frame = frames.get(&start).copied().unwrap_or(flow.pushed);
                let leaves = |target: &&code::Target| target.call || !(start..stop).contains(&target.address);
                let calls = flow.targets.iter().filter(leaves).map(|target| target.address).collect();
                addresses.extend(flow.addresses);
                let function = Function { name: name.clone(), frame, calls, pointer: flow.pointer };
                program.functions.insert(start, function);
            }
        }
        program.resolve();
        for section in file.sections() {
            let bytes = section.data().unwrap_or_default();
            let words = bytes.as_chunks::<4>().0.iter().zip((section.address()..).step_by(4));
            let stored = match section.kind() {
                SectionKind::Text => words.filter(|&(_, at)| marks.is_data(at)).collect::<Vec<_>>(),
                SectionKind::Data | SectionKind::ReadOnlyData | SectionKind::ReadOnlyString => {
                    words.collect()
                }
                _ => continue,
            };
            let stored = stored.into_iter().map(|(&word, _)| u64::from(u32::from_le_bytes(word)));
            if section.name() == Ok(".vector_table") {
                let handlers = stored.filter(|&word| word != file.entry()).map(entry_of);
                program.handlers = handlers.filter(|word| program.functions.contains_key(word)).collect();
            } else {
                addresses.extend(stored);
            }
        }
        for (&address, function) in &program.functions {
            if function.name == "_start_trap" {
                program.handlers.push(address);
            } else if function.name.contains(PANICS) {
                program.panics.push(address);
            }
        }
        let odd = u64::from(arm);
        let taken = addresses.iter().filter(|&address| address & 1 == odd).map(|&address| entry_of(address));
        program.taken = taken.filter(|address| program.functions.contains_key(address)).collect();
        Ok(program)
    }

    /// A jump into a function is one to the function.
    fn resolve(&mut self) {
        let starts: BTreeSet<u64> = self.functions.keys().copied().collect();
        for function in self.functions.values_mut() {
            let start = |address: &u64| starts.range(..=*address).next_back().copied();
            function.calls = function.calls.iter().filter_map(start).collect();
        }
    }

    /// Functions that a function calls; `pointers` are those that it may reach through a pointer.
    fn callees(&self, address: u64, pointers: &BTreeSet<u64>) -> Vec<u64> {
        let Some(function) = self.functions.get(&address) else { return Vec::new() };
        let taken = pointers.iter().filter(|_| function.pointer);
        let called = function.calls.iter().chain(taken).copied();
        called.filter(|callee| !self.panics.contains(callee)).collect()
    }

    /// Functions that a pointer may reach, in an interrupt or in the thread.
    fn reached(&self, interrupt: bool) -> BTreeSet<u64> {
        let formats = self.functions.values().any(|function| function.name.contains(FORMATS));
        let other: &[&str] = if interrupt { &THREADS } else { &INTERRUPTS };
        let reaches = |address: &u64| {
            let name = self.functions.get(address).map_or("", |function| &function.name);
            (formats || !name.contains(FORMATTING)) && !other.iter().any(|part| name.contains(part))
        };
        self.taken.iter().copied().filter(reaches).collect()
    }

    /// The deepest chain of calls from `roots`, in an interrupt or in the thread: bytes, and the functions.
    fn deepest(&self, roots: &[u64], interrupt: bool) -> Result<(u64, Vec<(String, u64)>), String> {
        let (reached, none) = (self.reached(interrupt), BTreeSet::new());
        for circle in circles(roots, |address| self.callees(address, &reached)) {
            let inside = |address: u64| {
                let calls = self.callees(address, &none).into_iter();
                calls.filter(|callee| circle.contains(callee)).collect::<Vec<_>>()
            };
            let plain = circles(&circle, inside)
                .into_iter()
                .find(|plain| plain.len() > 1 || plain.iter().any(|&one| inside(one).contains(&one)));
            if let Some(plain) = plain {
                let names: Vec<&str> = plain.iter().map(|one| self.functions[one].name.as_str()).collect();
                return Err(format!("no bound: {} call each other", names.join(", ")));
            }
        }
        // Cycles come after everything that they call.
        let mut below: BTreeMap<u64, (u64, Option<u64>)> = BTreeMap::new();
        for circle in circles(roots, |address| self.callees(address, &reached)) {
            let frames: u64 = circle.iter().filter_map(|one| self.functions.get(one)).map(|f| f.frame).sum();
            let callees = circle.iter().flat_map(|&one| self.callees(one, &reached));
            let outside = callees.filter(|callee| !circle.contains(callee));
            let next = outside.max_by_key(|callee| below.get(callee).map_or(0, |&(bytes, _)| bytes));
            let more = next.and_then(|next| below.get(&next)).map_or(0, |&(bytes, _)| bytes);
            for &one in &circle {
                below.insert(one, (frames + more, next));
            }
        }
        let root = roots.iter().max_by_key(|root| below.get(root).map_or(0, |&(bytes, _)| bytes));
        let Some((&root, &(most, _))) = root.and_then(|root| Some((root, below.get(root)?))) else {
            return Ok((0, Vec::new()));
        };
        let mut chain = Vec::new();
        let mut at = Some(root);
        while let Some((one, &(bytes, next))) = at.and_then(|one| Some((one, below.get(&one)?))) {
            let more = next.and_then(|next| below.get(&next)).map_or(0, |&(bytes, _)| bytes);
            let name = self.functions.get(&one).map_or_else(String::new, |function| function.name.clone());
            chain.push((name, bytes - more));
            at = next;
        }
        Ok((most, chain))
    }
}

/// Frames by address, from the compiler.
fn frames(file: &object::File<'_>, entry_of: impl Fn(u64) -> u64) -> Result<BTreeMap<u64, u64>, String> {
    let mut frames = BTreeMap::new();
    for section in file.sections().filter(|section| section.name() == Ok(".stack_sizes")) {
        let mut rest = section.data().map_err(|error| error.to_string())?;
        while let Some((address, after)) = rest.split_first_chunk::<4>() {
            let len = after.iter().take_while(|&&byte| byte & 0x80 != 0).count() + 1;
            let (size, after) = after.split_at_checked(len).ok_or("a frame is cut off")?;
            let size = size.iter().rev().fold(0, |sum, &byte| sum << 7 | u64::from(byte & 0x7f));
            frames.insert(entry_of(u32::from_le_bytes(*address).into()), size);
            rest = after;
        }
    }
    if frames.is_empty() { Err("the compiler named no frames".to_owned()) } else { Ok(frames) }
}

/// The strongly connected components reachable from `roots`, each after all that it can reach (Tarjan).
fn circles(roots: &[u64], next: impl Fn(u64) -> Vec<u64>) -> Vec<Vec<u64>> {
    struct Search<F> {
        next: F,
        number: BTreeMap<u64, usize>,
        low: BTreeMap<u64, usize>,
        open: Vec<u64>,
        found: Vec<Vec<u64>>,
    }
    impl<F: Fn(u64) -> Vec<u64>> Search<F> {
        fn visit(&mut self, one: u64) {
            let number = self.number.len();
            self.number.insert(one, number);
            self.low.insert(one, number);
            self.open.push(one);
            for callee in (self.next)(one) {
                if !self.number.contains_key(&callee) {
                    self.visit(callee);
                    let low = self.low[&one].min(self.low[&callee]);
                    self.low.insert(one, low);
                } else if self.open.contains(&callee) {
                    let low = self.low[&one].min(self.number[&callee]);
                    self.low.insert(one, low);
                }
            }
            if self.low[&one] == number {
                let at = self.open.iter().position(|&other| other == one).unwrap_or(0);
                let circle = self.open.split_off(at);
                self.found.push(circle);
            }
        }
    }
    let mut search =
        Search { next, number: BTreeMap::new(), low: BTreeMap::new(), open: Vec::new(), found: Vec::new() };
    for &root in roots {
        if !search.number.contains_key(&root) {
            search.visit(root);
        }
    }
    search.found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(functions: &[(u64, u64, &[u64], bool)], taken: &[u64]) -> Program {
        let function = |&(address, frame, calls, pointer): &(u64, u64, &[u64], bool)| {
            let calls = calls.iter().copied().collect();
            (address, Function { name: address.to_string(), frame, calls, pointer })
        };
        let functions = functions.iter().map(function).collect();
        Program { functions, taken: taken.iter().copied().collect(), ..Program::default() }
    }

    fn most(program: &Program) -> u64 {
        program.deepest(&[1], false).unwrap().0
    }

    #[test]
    fn the_deepest_chain_is_found() {
        let calls = program(
            &[(1, 10, &[2, 3], false), (2, 5, &[4], false), (3, 7, &[], false), (4, 1, &[], false)],
            &[],
        );
        assert_eq!(most(&calls), 17);
        assert_eq!(calls.deepest(&[1], false).unwrap().1, [("1".to_owned(), 10), ("3".to_owned(), 7)]);
        assert_eq!(calls.deepest(&[], false).unwrap(), (0, Vec::new()));
    }

    #[test]
    fn a_pointer_reaches_what_is_taken() {
        let calls = program(&[(1, 10, &[], true), (2, 5, &[3], false), (3, 7, &[], false)], &[2]);
        assert_eq!(most(&calls), 22);
    }

    #[test]
    fn who_calls_through_a_pointer_decides_what_it_reaches() {
        let mut calls = program(
            &[(1, 10, &[], true), (2, 100, &[], false), (3, 200, &[], false), (4, 400, &[], false)],
            &[2, 3, 4],
        );
        let names = [(2, "_RNCN11hebbit_core4emit"), (4, "_RNvX4core3fmt5Debug3fmt")];
        for (address, name) in names.into_iter().chain([(3, &*format!("_RNvM{}E4poll", INTERRUPTS[0]))]) {
            calls.functions.get_mut(&address).unwrap().name = name.to_owned();
        }
        let most = |calls: &Program| [false, true].map(|interrupt| calls.deepest(&[1], interrupt).unwrap().0);
        assert_eq!(most(&calls), [110, 210]);
        calls.functions.insert(5, Function { name: "_RNv4core3fmt5write".to_owned(), ..Function::default() });
        assert_eq!(most(&calls), [410, 410]);
    }

    #[test]
    fn circles_through_pointers_count_once_and_others_have_no_bound() {
        let calls = program(
            &[(1, 10, &[2], false), (2, 5, &[], true), (3, 7, &[2, 4], false), (4, 2, &[], false)],
            &[3],
        );
        assert_eq!(most(&calls), 24);
        let calls = program(&[(1, 10, &[2], false), (2, 5, &[3], false), (3, 7, &[2], false)], &[]);
        let error = calls.deepest(&[1], false).unwrap_err();
        assert!(error.contains('2') && error.contains('3') && !error.contains('1'), "{error}");
        let mut panicking = program(&[(1, 10, &[2], false), (2, 5, &[1], false)], &[]);
        assert!(panicking.deepest(&[1], false).is_err());
        panicking.panics = vec![2];
        assert_eq!([most(&panicking), panicking.deepest(&panicking.panics, false).unwrap().0], [10, 15]);
    }

    #[test]
    fn a_program_that_needs_too_much_is_told_how_deep() {
        let stack = Stack { most: 100, there_are: 128, chain: vec![("main".to_owned(), 100)] };
        assert_eq!(stack.hold("a").unwrap(), "a: at most 100 of 128 bytes of stack");
        assert!(Stack { there_are: 99, ..stack }.hold("a").unwrap_err().ends_with("\n100 main"));
    }
}
