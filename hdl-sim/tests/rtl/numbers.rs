//! The numbers that SystemVerilog has are those of the core.

use hebbit_rtl::package;
use std::path::Path;

#[test]
fn the_package_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rtl/gen/hebbit_pkg.sv");
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let text = package::text();
    if found != text {
        std::fs::write(&path, &text).expect("the package can be written");
        panic!("rtl/gen/hebbit_pkg.sv was stale: it has been written anew, commit it");
    }
}
