//! Short runs of the program: kernels agree for every rule, an interrupted and resumed run ends with the same bits, and a
//! small table of results can be made.

use hebbit_core::learn::AnyRule;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Longest time to wait for the first epoch of a run.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs all of them; an error describes the first failure.
pub(super) fn run() -> Result<(), String> {
    let program = program()?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let short = ["learn", "--data", "mini", "--samples", "1000", "--kernels"];
    equal(&program, &short)?;
    for rule in AnyRule::NAMES {
        equal(&program, &["learn", "--data", "mini", "--rule", rule, "--samples", "150", "--kernels"])?;
    }
    table(&program, &folder.path().join("state.json"))?;
    if cfg!(not(unix)) {
        // Other systems have no signal to interrupt a run.
        return Ok(());
    }
    let whole = ["learn", "--data", "mini", "--layers", "784-64-10", "--epochs", "12"];
    let uninterrupted = digest(&program, &whole)?;
    let network = folder.path().join("smoke.hbt");
    interrupt(&program, &whole, &network)?;
    let network = network.to_string_lossy();
    let resumed = digest(&program, &["learn", "--resume", &network])?;
    if resumed != uninterrupted {
        return Err(format!("interrupted and resumed: digest {resumed}, in one go {uninterrupted}"));
    }
    Ok(())
}

/// The same digest on both kinds of kernels.
fn equal(program: &Path, args: &[&str]) -> Result<(), String> {
    let scalar = digest(program, &[args, &["scalar"]].concat())?;
    let simd = digest(program, &[args, &["simd"]].concat())?;
    let args = args.join(" ");
    if scalar == simd {
        Ok(())
    } else {
        Err(format!("hebbit {args}: digest {scalar} with scalar kernels, {simd} with simd kernels"))
    }
}

/// A few rows of the table of results, on the digits of the repository.
fn table(program: &Path, state: &Path) -> Result<(), String> {
    let args =
        ["reproduce", "--quick", "--data", "mini", "--only", "dfa,reward,triplet", "--quiet", "--state"];
    let output = Command::new(program).args(args).arg(state).output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    match output.status.success() && ["dfa", "reward", "triplet"].iter().all(|row| text.contains(row)) {
        true => Ok(()),
        false => Err(format!("hebbit {}: {text}{}", args.join(" "), String::from_utf8_lossy(&output.stderr))),
    }
}

/// The path of `hebbit`, which is in the folder of this program.
pub(super) fn program() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = own.with_file_name(format!("hebbit{}", std::env::consts::EXE_SUFFIX));
    program.is_file().then_some(program).ok_or_else(|| "hebbit was not built".to_owned())
}

/// The digest that a run prints.
fn digest(program: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(args)
        .args(["--json", "--quiet"])
        .output()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    if !output.status.success() {
        return Err(format!("hebbit {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr)));
    }
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("hebbit {}: {error}", args.join(" ")))?;
    summary["digest"].as_str().map(str::to_owned).ok_or_else(|| "no digest".to_owned())
}

/// Starts a run and interrupts it after its first epoch.
fn interrupt(program: &Path, args: &[&str], network: &Path) -> Result<(), String> {
    let mut child = Command::new(program)
        .args(args)
        .arg("--out")
        .arg(network)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let start = Instant::now();
    while !network.exists() && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(2));
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    let status = child.wait().map_err(|error| error.to_string())?;
    kill.map_err(|error| format!("kill: {error}"))?;
    match status.code() {
        Some(5) => Ok(()),
        other => Err(format!("an interrupted run ended with {other:?}, not with 5")),
    }
}
