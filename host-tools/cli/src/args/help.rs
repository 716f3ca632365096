//! What help says after the options: examples, and lists that are made from what there is.

use crate::error::exit;
use hebbit::run::rule_forms;

pub(crate) const DEMO: &str = "Example: hebbit demo --out demo";
pub(crate) const EVAL: &str = "Example: hebbit eval net.hbt --data mnist";
pub(crate) const PREDICT: &str =
    "Examples:\n  hebbit predict net.hbt --data new.csv\n  hebbit predict net.hbt --sample 12,0,255,3";
pub(crate) const INSPECT: &str = "Example: hebbit inspect net.hbt";
pub(crate) const QUANTIZE: &str = "Examples:\n  hebbit quantize state_dict.npz --activation relu --data mnist --out net.hbt\n  \
     hebbit quantize weights.npz --layers 784-128-10 --weights i8 --out net.hbt\n\nFrom PyTorch: \
     numpy.savez(\"state_dict.npz\", **{k: v.cpu().numpy() for k, v in model.state_dict().items()})";
pub(crate) const REPORT: &str = "Example: hebbit report net.hbt --out net.html";
pub(crate) const BENCH: &str = "Example: hebbit bench --layers 784-128-10 --weights i8";
pub(crate) const TUNE: &str = "Examples:\n  hebbit tune --rule stdp --encoder poisson --data mnist --minutes 10 --report tune.html\n  \
     hebbit learn --recipe hebbit-recipe.json --data mnist --out net.hbt";
pub(crate) const REPRODUCE: &str = "Example: hebbit reproduce --quick --only burst-count --out table.md";
pub(crate) const DEVICES: &str = "Example: hebbit devices";
pub(crate) const DOCTOR: &str = "Example: hebbit doctor --on serial:/dev/ttyACM0 --out doctor.txt";
pub(crate) const FIT: &str = "Example: hebbit fit net.hbt --device pico2";
pub(crate) const FLASH: &str =
    "Examples:\n  hebbit flash --device stm32f405\n  hebbit flash --device pico2 --uf2 hebbit.uf2";
pub(crate) const FPGA: &str = "Example: hebbit fpga net.hbt --design up5k-burst --out design";
pub(crate) const UPLOAD: &str = "Example: hebbit upload net.hbt --on serial:/dev/ttyACM0 --persist";
pub(crate) const PULL: &str = "Example: hebbit pull net.hbt --on serial:/dev/ttyACM0";
pub(crate) const DATA: &str = "Examples:\n  hebbit data list\n  hebbit data fetch mnist";
pub(crate) const COMPLETIONS: &str =
    "Example: hebbit completions bash > ~/.local/share/bash-completion/completions/hebbit";
pub(crate) const MAN: &str =
    "Examples:\n  hebbit man learn | man -l -\n  hebbit man --all ~/.local/share/man/man1";

pub(crate) fn learn() -> String {
    let examples = "Examples:\n  hebbit learn --data mnist --layers 784-128-10 --out net.hbt --report net.html\n  \
                    hebbit learn --data table.csv --rule dfa --out net.hbt\n  \
                    hebbit learn --from net.hbt --data new.csv --out newer.hbt";
    format!("{}\n\n{examples}", rules())
}

pub(crate) fn stream() -> String {
    let examples = "Examples:\n  hebbit stream net.hbt --on qemu-m4 --data mnist\n  \
                    hebbit stream net.hbt --learn --on serial:/dev/ttyACM0 --data new.csv --out newer.hbt";
    format!("{}\n\n{examples}", rules())
}

pub(crate) fn verify() -> String {
    let example = "Example: hebbit verify net.hbt --on qemu-m4 --samples 100";
    format!("{}\n\n{example}", rules())
}

/// Every rule with its forms, the default first. Defaults of layers, ticks, epochs and feedback go by both.
fn rules() -> String {
    let mut text =
        "Rules and their forms, the default first; layers, ticks, epochs and the rest follow them \
                    (docs/CLI.md):"
            .to_owned();
    for (rule, forms) in rule_forms() {
        let forms = if forms.len() > 1 { forms.join(", ") } else { String::new() };
        text.push_str(format!("\n  {rule:14}  {forms}").trim_end());
    }
    text
}

pub(crate) fn codes() -> String {
    let codes = exit::ALL.map(|(code, name)| format!("{code} {name}")).join(", ");
    format!("Exit codes: {codes}. `hebbit COMMAND --help` has options, defaults and examples.")
}
