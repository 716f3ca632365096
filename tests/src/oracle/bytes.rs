//! FORMAT sections 1, 3, 4, 5, 6, 9: the bytes of a checkpoint, in and out.

use super::numbers::Int;
use super::plan::{Matrix, Plan, Stored};
use super::schema::Schema;
use super::{check, words};

const MAGIC: &[u8; 8] = b"HEBBIT\x1a\n";

/// Why bytes are not a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused(pub &'static str);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "oracle: {}", self.0)
    }
}

impl std::error::Error for Refused {}

fn need(condition: bool, what: &'static str) -> Result<(), Refused> {
    if condition { Ok(()) } else { Err(Refused(what)) }
}

fn pad8(n: usize) -> usize {
    n.div_ceil(8) * 8
}

/// CRC-32C, bit by bit.
pub fn crc(bytes: impl IntoIterator<Item = u8>) -> u32 {
    let mut register = u32::MAX;
    for byte in bytes {
        register ^= u32::from(byte);
        for _ in 0..8 {
            let odd = register % 2 == 1;
            register /= 2;
            if odd {
                register ^= 0x82f6_3b78;
            }
        }
    }
    !register
}

/// The CRC that the header of `bytes` should carry.
pub fn crc_of(bytes: &[u8]) -> u32 {
    crc(bytes[..16].iter().chain(&bytes[20..]).copied())
}

fn word(bytes: &[u8], at: usize) -> usize {
    bytes[at..at + 4].iter().rev().fold(0, |word, &b| word * 256 + usize::from(b))
}

/// Reads a checkpoint and checks everything that FORMAT says a reader checks.
///
/// # Errors
/// The first thing that is wrong.
pub fn read(bytes: &[u8]) -> Result<Stored, Refused> {
    need(bytes.len() >= 40, "too short")?;
    need(&bytes[..8] == MAGIC, "magic")?;
    let version = word(bytes, 8);
    need([2, 3, 4, 5].contains(&version), "version")?;
    need(word(bytes, 12) == bytes.len(), "length")?;
    need(word(bytes, 16) == usize::try_from(crc_of(bytes)).expect("32 bits"), "crc")?;
    let (header, count) = if version >= 4 { (48, 6) } else { (40, 5) };
    need(bytes.len() >= header, "too short")?;
    need(version < 4 || word(bytes, 44) == 0, "the header's last word")?;
    let mut rest = &bytes[header..];
    let mut sections = Vec::new();
    for s in 0..count {
        let length = word(bytes, 20 + 4 * s);
        need(pad8(length) <= rest.len(), "sum of sections")?;
        sections.push(&rest[..length]);
        need(rest[length..pad8(length)].iter().all(|&byte| byte == 0), "padding")?;
        rest = &rest[pad8(length)..];
    }
    need(rest.is_empty(), "sum of sections")?;
    need(sections[0].len() % 4 == 0, "plan")?;
    let plan: Vec<u32> = sections[0].chunks(4).map(|w| word(w, 0) as u32).collect();
    let plan = words::read(version, &plan).ok_or(Refused("plan"))?;
    need(check::runs(&plan), "plan cannot run")?;
    let labels = sections[1].to_vec();
    let output = plan.layers.last().map_or(0, |l| l.neurons);
    need(labels.is_empty() || labels.len() == output, "labels")?;
    let kept = kept(&plan, sections[2])?;
    let (weights, own) = matrices(&plan, sections[3])?;
    let schema = match sections.get(5) {
        Some([]) if version == 5 => None,
        Some(bytes) => Some(Schema::read(bytes).ok_or(Refused("schema"))?),
        None => None,
    };
    if let Some(schema) = &schema {
        need(schema.lines() == plan.layers[0].neurons, "lines of the schema")?;
        need(!labels.is_empty() || schema.names.len() <= output, "names")?;
    }
    Ok(Stored { plan, labels, kept, weights, own, note: sections[4].to_vec(), schema })
}

fn kept(plan: &Plan, bytes: &[u8]) -> Result<Vec<Vec<Vec<Int>>>, Refused> {
    let total: usize = plan.layers[1..].iter().map(|l| l.columns().len() * l.neurons).sum();
    need(bytes.len() == 2 * total, "kept")?;
    let mut pairs = bytes.chunks(2).map(|pair| pair[0] as Int + 256 * pair[1] as Int);
    let mut next = |name: &str| {
        let w = pairs.next().expect("counted before");
        if name == "membrane" { signed(w, 16) } else { w }
    };
    let column = |name: &&'static str, n| (0..n).map(|_| next(name)).collect();
    let mut column = column;
    Ok(plan.layers[1..].iter().map(|l| l.columns().iter().map(|c| column(c, l.neurons)).collect()).collect())
}

fn signed(w: Int, bits: Int) -> Int {
    if w >= 1 << (bits - 1) { w - (1 << bits) } else { w }
}

/// Rows, columns, bits, least and greatest weight.
struct Shape {
    rows: usize,
    columns: usize,
    bytes: usize,
    low: Int,
    high: Int,
}

impl Shape {
    fn width(&self) -> usize {
        self.columns.div_ceil(4) * 4
    }
    fn len(&self) -> usize {
        pad8(self.rows * self.width() * self.bytes)
    }
}

fn shapes(plan: &Plan) -> Vec<Shape> {
    let bytes = if plan.format == 8 { 1 } else { 2 };
    let forward = plan.projections.iter().map(|p| Shape {
        rows: plan.rows(p),
        columns: plan.columns(p),
        bytes,
        low: p.low,
        high: p.high,
    });
    let backward = plan.feedbacks.iter().map(|b| {
        let (rows, columns) = plan.own(b);
        Shape { rows, columns, bytes, low: -b.bound, high: b.bound }
    });
    forward.chain(backward).collect()
}

fn matrices(plan: &Plan, mut bytes: &[u8]) -> Result<(Vec<Matrix>, Vec<Matrix>), Refused> {
    let shapes = shapes(plan);
    need(bytes.len() == shapes.iter().map(Shape::len).sum::<usize>(), "weights")?;
    let mut all = Vec::new();
    for shape in &shapes {
        let (one, rest) = bytes.split_at(shape.len());
        bytes = rest;
        let mut matrix: Matrix = Vec::new();
        for r in 0..shape.rows {
            let at = |c| {
                let start = (r * shape.width() + c) * shape.bytes;
                let raw =
                    one[start..start + shape.bytes].iter().rev().fold(0, |w, &b| w * 256 + Int::from(b));
                signed(raw, 8 * shape.bytes as Int)
            };
            let row: Vec<Int> = (0..shape.columns).map(at).collect();
            need(row.iter().all(|w| (shape.low..=shape.high).contains(w)), "weights")?;
            need((shape.columns..shape.width()).all(|c| at(c) == 0), "padding of weights")?;
            matrix.push(row);
        }
        all.push(matrix);
    }
    let own = all.split_off(plan.projections.len());
    Ok((all, own))
}

/// The bytes of a checkpoint.
pub fn write(stored: &Stored) -> Vec<u8> {
    let version = match &stored.schema {
        _ if stored.plan.is_new() => 5,
        Some(_) => 4,
        None if stored.plan.life.is_on() => 3,
        None => 2,
    };
    let plan: Vec<u8> = words::write(version, &stored.plan).iter().flat_map(|w| w.to_le_bytes()).collect();
    let kept = stored.kept.iter().flatten().flatten().flat_map(|&w| low_bytes(w, 2)).collect();
    let mut weights = Vec::new();
    for (shape, matrix) in shapes(&stored.plan).iter().zip(stored.weights.iter().chain(&stored.own)) {
        let start = weights.len();
        for row in matrix {
            let padded = row.iter().copied().chain(std::iter::repeat(0)).take(shape.width());
            weights.extend(padded.flat_map(|w| low_bytes(w, shape.bytes)));
        }
        weights.resize(start + shape.len(), 0);
    }
    let mut sections = vec![plan, stored.labels.clone(), kept, weights, stored.note.clone()];
    if version >= 4 {
        sections.push(stored.schema.as_ref().map(Schema::write).unwrap_or_default());
    }
    let header = if version >= 4 { 48 } else { 40 };
    let length = header + sections.iter().map(|s| pad8(s.len())).sum::<usize>();
    let mut out = MAGIC.to_vec();
    for word in [version, length, 0].into_iter().chain(sections.iter().map(Vec::len)) {
        out.extend(low_bytes(word as Int, 4));
    }
    out.resize(header, 0);
    for section in sections {
        out.extend(&section);
        out.resize(pad8(out.len()), 0);
    }
    let crc = crc_of(&out);
    out[16..20].copy_from_slice(&crc.to_le_bytes());
    out
}

fn low_bytes(w: Int, n: usize) -> Vec<u8> {
    w.to_le_bytes()[..n].to_vec()
}
