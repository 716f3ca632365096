//! Prints `rtl/gen/hebbit_pkg.sv`.
fn main() {
    print!("{}", hebbit_rtl::package::text());
}
