"""Measures float learners on a stream of streams.py, prequentially: each sample is tested, then learned.

Settings are chosen on validation samples only (README.md), for every stream, learner and share of labels. Results
are kept in a state file; what is in it is not run again.
"""

import argparse
import datetime
import hashlib
import json
import os
import platform
import sys
import time
import zipfile
from importlib.metadata import version
from pathlib import Path

import numpy as np

from learners import LEARNERS
from streams import DEGREES_MAX, turned

GAS_TUNED = (2, 3)  # batches that settings are chosen on
GAS = ("gas", "gas_mixed")
PAIRED = (*GAS, "beats")  # streams of ON and OFF lines
GAS_LATER = (4, 5, 6, 8, 9)
TUNE_DRAWS = {1.0: (101,), 0.1: (101, 102, 103), 0.01: (101, 102, 103, 104, 105)}  # seeds of the labels in tuning
LARGE = 10_000  # samples of a train part from which on tuning is shorter
PACKAGES = ("numpy", "scikit-learn", "river")


def labelled(count, share, seed):
    """Which samples have a label: one, drawn by the seed, of each 1/share in a row."""
    group = round(1 / share)
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = np.arange(0, count, group) + rng.integers(group, size=-(-count // group))
    known = np.zeros(count, bool)
    known[drawn[drawn < count]] = True
    return known


def validation(name, z):
    """Streams to choose settings on, each (x_train, y_train, x_stream, y_stream). They have no sample that is
    reported, except for gas, where batches 2 and 3 are reported apart."""
    x, y = z["x_train"], z["y_train"]
    if name in GAS:
        early = np.isin(z["batch_stream"], GAS_TUNED)
        return [(x, y, z["x_stream"][early], z["y_stream"][early])]
    if name == "digits":
        cut = len(x) - 6000
        angles = np.linspace(0.0, DEGREES_MAX, len(x) - cut)
        pictures = x[cut:].reshape(-1, 28, 28)
        return [(x[:cut], y[:cut], np.stack([turned(p, a).ravel() for p, a in zip(pictures, angles)]), y[cut:])]
    if "record_train" in z:
        half = np.isin(z["record_train"], np.unique(z["record_train"])[::2])
        return [(x[~part], y[~part], x[part], y[part]) for part in (half, ~half)]
    last = np.arange(len(x)) >= len(x) * 4 // 5
    return [(x[~last], y[~last], x[last], y[last])]


def prequential(learner, data, settings, share, seeds, key):
    """Answers to the whole stream, the learner after it, and seconds. `seeds`: of the learner, of the labels.

    `signed` joins the ON and OFF line of a feature to one number (no bit is lost but at 255); `floor` is the least
    deviation that a line is divided by, in byte steps.
    """
    settings = dict(settings)
    floor, signed = settings.pop("floor", 0.0), settings.pop("signed", False)
    x_train, y_train, x, y = data
    if signed:
        half = x.shape[1] // 2
        x_train, x = (part[:, :half].astype(np.int16) - part[:, half:] for part in (x_train, x))
    mean, deviation = x_train.mean(axis=0), np.maximum(x_train.std(axis=0), floor)
    deviation[deviation == 0] = 1
    scaled = lambda part: ((part - mean) / deviation).astype(np.float32)
    start = time.perf_counter()
    model = LEARNERS[learner](seeds[0], key=(key, floor, signed), **settings)
    model.fit(scaled(x_train), y_train)
    x, answers, done = scaled(x), [], 0
    known, every = labelled(len(x), share, seeds[1]), getattr(model, "every", False)
    # Where nothing changes between two labels, those samples are answered in one call.
    for i in range(len(x)) if every else np.flatnonzero(known):
        answers.append(model.predict(x[done : i + 1]))
        if known[i]:
            model.learn(x[i], y[i])
        else:
            model.idle()
        done = i + 1
    if done < len(x):
        answers.append(model.predict(x[done:]))
    return np.concatenate(answers), model, time.perf_counter() - start


def percent(right):
    return round(100.0 * float(np.mean(right)), 3)


def tune(learner, name, z, share, trials, keep):
    """Settings with the best validation accuracy, one after the other; `trials` has those that are known."""
    folds, kind = validation(name, z), LEARNERS[learner]
    grid = ({"signed": (False, True)} if name in PAIRED and kind.GRID else {}) | kind.GRID
    draws, sweeps = TUNE_DRAWS[share][: getattr(kind, "DRAWS", None)], kind.SWEEPS
    if len(z["x_train"]) > LARGE:
        draws, sweeps = draws[:1], 1
        if "epochs" in grid:
            grid["epochs"] = (20, 5)

    def score(settings):
        mark = json.dumps(settings)
        if mark not in trials:
            found = []
            for fold, data in enumerate(folds):
                for draw in draws:
                    key = (name, "validation", fold)
                    answers, _, _ = prequential(learner, data, settings, share, (draws[0], draw), key)
                    found.append(percent(answers == data[3]))
            trials[mark] = round(float(np.mean(found)), 3)
            keep()
            print(f"  {name} {learner} {share:g}: {trials[mark]:.2f} {mark}", file=sys.stderr, flush=True)
        return trials[mark]

    best = {setting: values[0] for setting, values in grid.items()}
    for setting, values in list(grid.items()) * sweeps:
        best = max(({**best, setting: v} for v in (best[setting], *values)), key=score)
    return {"settings": best, "trials": len(trials), "validation": score(best), "draws": list(draws)}


def parts(name, z):
    """Names of parts of the stream and the part of every sample: batches, patients, or eighths."""
    for key, word in (("batch_stream", "batch"), ("record_stream", "record")):
        if key in z:
            return [(f"{word} {v}", z[key] == v) for v in dict.fromkeys(z[key].tolist())]
    eighth = np.arange(len(z["y_stream"])) * 8 // len(z["y_stream"])
    return [(f"eighth {i + 1}", eighth == i) for i in range(8)]


def measure(learner, name, z, settings, share, seed):
    """One run over the whole stream."""
    data = tuple(z[k] for k in ("x_train", "y_train", "x_stream", "y_stream"))
    answers, model, seconds = prequential(learner, data, settings, share, (seed, seed), (name, "whole"))
    y = data[3]
    right = answers == y
    run = {"seed": seed, "prequential": percent(right)}
    if name in GAS:
        run["batches_4_to_9"] = percent(right[np.isin(z["batch_stream"], GAS_LATER)])
    if name == "beats":
        run["sensitivity"] = percent(right[y == 1])
        run["predictivity"] = percent(right[answers == 1]) if (answers == 1).any() else None
    run["parts"] = {part: percent(right[where]) for part, where in parts(name, z)}
    return run | {"memory_bytes": int(model.bytes()), "seconds": round(seconds, 2)}


def load(path):
    try:
        return {"trials": {}} | json.loads(path.read_text())
    except FileNotFoundError:
        return {"streams": {}, "trials": {}, "tuned": {}, "runs": {}}
    except json.JSONDecodeError as error:
        sys.exit(f"rivals.py: {path}: not a state file: {error}")


def save(path, state):
    part = path.with_suffix(".part")
    part.write_text(json.dumps(state, indent=1))
    os.replace(part, path)


def mean(values):
    return round(float(np.mean(list(values))), 2)


def row(state, base, seeds):
    """The figures of a stream, learner and share of labels, over the seeds."""
    name, learner, share = base.split("/")
    runs = [state["runs"][f"{base}/{seed}"] for seed in seeds]
    values = [run["prequential"] for run in runs]
    found = {"stream": name, "learner": learner, "labels": float(share), "prequential": mean(values)}
    for key in ("batches_4_to_9", "sensitivity", "predictivity"):
        if runs[0].get(key) is not None:
            found[key] = mean(run[key] for run in runs)
    found |= {"low": min(values), "high": max(values)}
    found["parts"] = {part: mean(run["parts"][part] for run in runs) for part in runs[0]["parts"]}
    found["memory_bytes"] = max(run["memory_bytes"] for run in runs)
    found["seconds"] = mean(run["seconds"] for run in runs)
    options = f"--learners {learner} --labels {share} --seeds {len(seeds)} --json"
    found["command"] = f"python rivals.py {name}.npz {options}"
    runs = [{k: v for k, v in run.items() if k != "parts"} for run in runs]
    return found | state["tuned"][base] | {"runs": runs}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("streams", metavar="STREAM.npz", nargs="*", type=Path)
    shares = sorted(TUNE_DRAWS)
    parser.add_argument("--labels", type=float, nargs="+", default=[1.0], choices=shares, help="share of labels")
    parser.add_argument("--learners", nargs="+", default=list(LEARNERS), choices=list(LEARNERS))
    parser.add_argument("--seeds", type=int, default=3, help="seeds 1 to N, of the labels and of the learner")
    parser.add_argument("--state", type=Path, default="rivals-state.json", help="finished runs, kept")
    parser.add_argument("--all", action="store_true", help="print every finished row of the state file")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    args = parser.parse_args()
    if not args.streams and not args.all:
        parser.error("no stream given")
    seeds, state, bases = range(1, args.seeds + 1), load(args.state), []
    for path in args.streams:
        if not path.is_file():
            sys.exit(f"rivals.py: {path}: no such file; streams.py makes it")
        try:
            z = dict(np.load(path))
            z["x_train"], z["y_train"], z["x_stream"], z["y_stream"]
        except (ValueError, KeyError, zipfile.BadZipFile):
            needed = "x_train, y_train, x_stream, y_stream"
            sys.exit(f"rivals.py: {path}: not an NPZ file with {needed}; streams.py makes it")
        name, digest = path.stem, hashlib.sha256(path.read_bytes()).hexdigest()
        if state["streams"].setdefault(name, digest) != digest:
            sys.exit(f"rivals.py: {args.state}: its runs of {name} are of another file; use another --state")
        for learner in args.learners:
            for share in args.labels:
                base = f"{name}/{learner}/{share:g}"
                bases.append(base)
                if base not in state["tuned"]:
                    trials, keep = state["trials"].setdefault(base, {}), lambda: save(args.state, state)
                    state["tuned"][base] = tune(learner, name, z, share, trials, keep)
                    keep()
                for seed in seeds:
                    if f"{base}/{seed}" not in state["runs"]:
                        run = measure(learner, name, z, state["tuned"][base]["settings"], share, seed)
                        state["runs"][f"{base}/{seed}"] = run
                        save(args.state, state)
                        print(f"{base} seed {seed}: {run['prequential']:.2f}", file=sys.stderr, flush=True)
    if args.all:
        index = list(LEARNERS).index
        order = lambda base: (lambda n, l, share: (n, index(l), -float(share)))(*base.split("/"))
        done = (base for base in state["tuned"] if all(f"{base}/{seed}" in state["runs"] for seed in seeds))
        bases = sorted(done, key=order)
    found = [row(state, base, seeds) for base in bases]
    if args.json:
        versions = {"python": platform.python_version()} | {p: version(p) for p in PACKAGES}
        out = {"date": datetime.date.today().isoformat(), "versions": versions}
        out["streams"] = {name: state["streams"][name] for name in sorted({r["stream"] for r in found})}
        lines = ",\n".join("  " + json.dumps(r) for r in found)
        print(json.dumps(out, indent=1)[:-2] + f',\n "rows": [\n{lines}\n ]\n}}')
        return
    print("stream learner labels prequential low..high batches_4_to_9 bytes seconds")
    for r in found:
        spread = f"{r['low']:.2f}..{r['high']:.2f}"
        later = f"{r['batches_4_to_9']:.2f}" if "batches_4_to_9" in r else "-"
        first = f"{r['stream']} {r['learner']} {r['labels']:g} {r['prequential']:.2f}"
        print(first, spread, later, r["memory_bytes"], r["seconds"])


if __name__ == "__main__":
    main()
