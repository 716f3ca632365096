//! How to install what is missing, in the words of the system that asks.

use std::path::Path;

/// Systems, as far as they differ in how programs are installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum System {
    /// Debian, and what derives from it.
    Debian,
    /// Other systems of the Unix kind.
    Other,
    MacOs,
    Windows,
}

/// Packages by the names that Debian has for them, and what to do on macOS and on Windows.
const KNOWN: [(&str, &str, &str); 4] = [
    (
        "qemu-system",
        "`brew install qemu`",
        "`winget install SoftwareFreedomConservancy.QEMU`, its folder in PATH",
    ),
    (
        "verilator",
        "`brew install verilator` and `xcode-select --install`",
        "the simulated RTL wants Linux, which `wsl --install` brings",
    ),
    ("lld", "`brew install lld`", "`winget install LLVM.LLVM`, its folder in PATH"),
    ("curl", "`brew install curl`", "Windows 10 and later have it; else `winget install cURL.cURL`"),
];

/// What to do to have the packages that Debian calls `packages`, a phrase.
pub fn install_hint(packages: &str) -> String {
    let system = match std::env::consts::OS {
        "windows" => System::Windows,
        "macos" => System::MacOs,
        _ if Path::new("/etc/debian_version").exists() => System::Debian,
        _ => System::Other,
    };
    hint(system, packages)
}

fn hint(system: System, packages: &str) -> String {
    let other = || format!("your system's packages of what Debian calls {packages}");
    let known = KNOWN.iter().find(|(name, ..)| packages.starts_with(name));
    match (system, known) {
        (System::Debian, _) => format!("`apt-get install --no-install-recommends {packages}`"),
        (System::MacOs, Some((_, how, _))) | (System::Windows, Some((.., how))) => (*how).to_owned(),
        _ => other(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::boards::BOARDS;

    #[test]
    fn a_hint_fits_the_system() {
        let packages = BOARDS.iter().filter_map(|board| Some(board.qemu?.package));
        for packages in packages.chain(["verilator g++", "lld", "curl"]) {
            let apt = format!("`apt-get install --no-install-recommends {packages}`");
            assert_eq!(hint(System::Debian, packages), apt);
            assert!(hint(System::Other, packages).ends_with(&format!("Debian calls {packages}")));
            let (mac, windows) = (hint(System::MacOs, packages), hint(System::Windows, packages));
            assert!(mac.contains("`brew install ") && !mac.contains("apt"), "{mac}");
            assert!(!windows.contains("apt") && !windows.contains("Debian"), "{windows}");
        }
        assert_eq!(hint(System::MacOs, "qemu-system-misc"), "`brew install qemu`");
    }
}
