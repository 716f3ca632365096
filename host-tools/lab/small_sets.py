"""Small real tables: `hebbit learn` with its default options beside a tuned float network of the same widths.

Each set is split three times, stratified, by fixed seeds: a sixth is for testing. The settings of the float network are chosen on
a sixth of what is left; hebbit's are its defaults, for all sets the same. Nothing is chosen on a test part.
"""

import argparse
import datetime
import json
import platform
import subprocess
import sys
import tempfile
import warnings
from importlib.metadata import version
from itertools import product
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.neural_network import MLPClassifier

HIDDEN = 128  # what `hebbit learn` takes by default
BEATS = 1000  # normal and ectopic beats each
RATES, PENALTIES, EPOCHS = (1e-3, 1e-2), (1e-4, 1e-1, 1.0), (30, 120)
ENCODINGS = {  # options of `hebbit learn`, which scales by the training part
    "default": [],
    "one line": ["--scale", "minmax", "--scale-per", "feature", "--lines", "plain"],
}
PACKAGES = ("numpy", "scikit-learn")


def tables(gas, mit_bih):
    """Name, samples, classes. Of the gas sensors batch 1, of the heart beats as many normal as ectopic ones."""
    for load in (load_iris, load_wine, load_breast_cancer, load_digits):
        table = load()
        yield load.__name__.removeprefix("load_"), table.data.astype(float), table.target
    if gas is None or mit_bih is None:
        print("small_sets.py: left out without --gas and --mit-bih: gas sensors, heart beats", file=sys.stderr)
    if gas is not None:
        z = np.load(gas / "gasdrift-f32.npz")
        yield "gas_batch_1", z["x_batch1"].astype(float), z["y_batch1"].astype(int)
    if mit_bih is not None:
        z = np.load(mit_bih / "mitbih-veb-132-u8.npz")
        rng, y = np.random.Generator(np.random.PCG64(0)), z["y_train"].astype(int)
        some = np.concatenate([rng.permutation(np.flatnonzero(y == c))[:BEATS] for c in (0, 1)])
        yield "beats", z["x_train"][some].astype(float), y[some]


def held_out(y, seed):
    """A sixth of each class."""
    rng, out = np.random.Generator(np.random.PCG64(seed)), np.zeros(len(y), bool)
    for c in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == c))
        out[members[: round(len(members) / 6)]] = True
    return out


def write(path, x, y):
    names = ",".join(["label"] + [f"x{i}" for i in range(x.shape[1])])
    np.savetxt(path, np.column_stack([y, x]), fmt="%.9g", delimiter=",", header=names, comments="")


def hebbit(program, options, encoding, split, seed):
    """What `hebbit learn` says of the test part."""
    x_train, y_train, x_test, y_test = split
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "train.csv", x_train, y_train)
        write(Path(folder) / "test.csv", x_test, y_test)
        command = [program, "learn", "--data", folder, "--seed", str(seed), "--quiet", "--json", *options]
        command += ENCODINGS[encoding]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"small_sets.py: {' '.join(command)}: {done.stderr}")
    return json.loads(done.stdout)


def rival(split, settings, seed):
    """Percent right of a float network on standardized features."""
    (x_train, y_train, x_test, y_test), (rate, penalty, epochs) = split, settings
    mean, deviation = x_train.mean(axis=0), x_train.std(axis=0)
    deviation[deviation == 0] = 1
    network = MLPClassifier(
        (HIDDEN,),
        learning_rate_init=rate,
        alpha=penalty,
        max_iter=epochs,
        n_iter_no_change=epochs,
        batch_size=min(32, len(x_train)),
        random_state=seed,
    )
    network.fit((x_train - mean) / deviation, y_train)
    return 100.0 * network.score((x_test - mean) / deviation, y_test)


def part(x, y, out):
    return x[~out], y[~out], x[out], y[out]


def measure(name, x, y, args):
    """All figures of one set: means over the seeds, and each of them."""
    seeds = range(1, args.seeds + 1)
    splits = {seed: part(x, y, held_out(y, 1000 + seed)) for seed in seeds}
    found = {"set": name, "samples": len(y), "features": x.shape[1], "classes": len(np.unique(y))}
    for rule, encoding in product(args.rules, ENCODINGS):
        options = ["--rule", rule, *args.options]
        runs = [hebbit(args.hebbit, options, encoding, splits[seed], seed) for seed in seeds]
        found[f"{rule} {encoding}"] = summed([run["test_accuracy"] for run in runs])
        print(f"{name} {rule} {encoding}: {found[f'{rule} {encoding}']['mean']}", file=sys.stderr, flush=True)
    if args.no_rival:
        return found
    inner = {seed: part(*splits[seed][:2], held_out(splits[seed][1], 2000 + seed)) for seed in seeds}
    grid = list(product(RATES, PENALTIES, EPOCHS))
    score = {g: np.mean([rival(inner[seed], g, seed) for seed in seeds]) for g in grid}
    best = max(grid, key=score.get)
    found["float"] = summed([rival(splits[seed], best, seed) for seed in seeds])
    found["float settings"] = dict(zip(("rate", "penalty", "epochs"), best)) | {"trials": len(grid)}
    print(f"{name} float: {found['float']['mean']}", file=sys.stderr, flush=True)
    return found


def summed(values):
    return {"mean": round(float(np.mean(values)), 2), "seeds": [round(float(v), 2) for v in values]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hebbit", default="hebbit", help="the program")
    parser.add_argument("--gas", type=Path, help="folder of gasdrift-f32.npz")
    parser.add_argument("--mit-bih", type=Path, help="folder of mitbih-veb-132-u8.npz")
    parser.add_argument("--rules", nargs="+", default=["burst"])
    parser.add_argument("--seeds", type=int, default=3, help="splits and networks, seeds 1 to N")
    parser.add_argument("--no-rival", action="store_true", help="hebbit alone")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("options", nargs="*", metavar="-- OPTION", help="options of `hebbit learn`, to compare")
    args = parser.parse_args()
    warnings.simplefilter("ignore")  # scikit-learn warns that it was stopped after its epochs
    rows = [measure(name, x, y, args) for name, x, y in tables(args.gas, args.mit_bih)]
    if args.json:
        versions = {"python": platform.python_version()} | {p: version(p) for p in PACKAGES}
        print(json.dumps({"date": datetime.date.today().isoformat(), "versions": versions, "rows": rows}, indent=1))
        return
    columns = [f"{rule} {encoding}" for rule, encoding in product(args.rules, ENCODINGS)]
    columns += [] if args.no_rival else ["float"]
    print("| set | samples | features | classes | " + " | ".join(columns) + " |\n|" + "---|" * (4 + len(columns)))
    for row in rows:
        head = [row[key] for key in ("set", "samples", "features", "classes")]
        print("| " + " | ".join(map(str, head + [f"{row[c]['mean']:.2f}" for c in columns])) + " |")


if __name__ == "__main__":
    main()
