//! Checkpoints that are refused.

use crc::{CRC_32_ISCSI, Crc};
use hebbit_core::checkpoint::{Checkpoint, CheckpointError, HEADER_BYTES, MAGIC, VERSION_WITHOUT_SCHEMA};
use hebbit_core::learn::AnyRule;
use hebbit_core::link::Refusal;

/// A checkpoint whose plan is cut off behind the tag of its rule.
fn with_rule(tag: u32) -> Vec<u8> {
    const PLAN: usize = 40;
    let mut bytes = MAGIC.to_vec();
    let length = HEADER_BYTES + PLAN;
    for word in [VERSION_WITHOUT_SCHEMA, length as u32, 0, PLAN as u32, 0, 0, 0, 0] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend([0; PLAN - 4]);
    bytes.extend(tag.to_le_bytes());
    let crc = Crc::<u32>::new(&CRC_32_ISCSI).checksum(&[&bytes[..16], &bytes[20..]].concat());
    bytes[16..20].copy_from_slice(&crc.to_le_bytes());
    bytes
}

#[test]
fn a_rule_that_is_not_in_the_build_is_named() {
    let refused = |tag| Checkpoint::parse(&with_rule(tag)).unwrap_err();
    let error = refused(99);
    assert_eq!(error, CheckpointError::Rule { tag: 99 });
    assert_eq!(Refusal::from(error), Refusal::Rule { tag: 99 });
    for &tag in AnyRule::TAGS {
        assert_eq!(refused(tag), CheckpointError::Plan, "rule {tag} is known, but words are missing");
    }
    assert_eq!(Refusal::from(CheckpointError::Plan), Refusal::Checkpoint);
}

#[test]
fn names_and_tags_belong_together() {
    assert_eq!(AnyRule::NAMES.len(), AnyRule::TAGS.len());
    let burst = AnyRule::NAMES.iter().position(|&name| name == "burst");
    assert_eq!(burst.map(|at| AnyRule::TAGS[at]), Some(1), "as docs/FORMAT.md says");
}
