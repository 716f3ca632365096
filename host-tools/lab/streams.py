"""Makes the streams of "learning after deployment": NPZ files of bytes.

Every file has `x_train, y_train` (learned before deployment) and `x_stream, y_stream` (met afterwards, in
order). All arrays are uint8; samples are rows. Archives are uncompressed, so that their sha256 does not depend on
the version of zlib. A set whose folder is not given is left out, with one line that says so.
"""

import argparse
import hashlib
import sys
import zipfile
from pathlib import Path

import numpy as np

GAS_TRAIN = 1
GAS_STREAM = (2, 3, 4, 5, 6, 8, 9)  # batches 7 and 10 are not in the source
GAS_ZERO = 112  # middle of 32..192, the 1st..99th percentile of batch 1
BEATS_ZERO = 128  # baseline of a beat in the byte format
SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
MIX_SEED = 1
DIGITS_TRAIN, DIGITS_STREAM = 40_000, 12_000
DEGREES_MAX = 60.0

# Features of a spoken digit: rate in Hz, window and hop in samples, bands, frames.
RATE, WINDOW, HOP, BANDS, FRAMES = 8000, 256, 128, 20, 40
BAND_LOW, BAND_HIGH = 100.0, 3800.0


def on_off(bytes_, zero):
    """Two lines per byte: min(255, 2*max(d, 0)) of all bytes, then the same of -d, with d = byte - zero."""
    d = bytes_.astype(np.int16) - zero
    pair = np.concatenate([np.maximum(d, 0), np.maximum(-d, 0)], axis=1)
    return np.minimum(255, 2 * pair).astype(np.uint8)


def mix(x, y, k0, k1):
    """Eight rounds of Speck-64 (docs/NUMBERS.md, 5.1)."""
    for i in range(8):
        x = (((x >> 8 | x << 24) & 0xFFFFFFFF) + y & 0xFFFFFFFF) ^ (k1 if i & 1 else k0) ^ i
        y = (y << 3 & 0xFFFFFFFF | y >> 29) ^ x
    return x, y


def keyed_order(samples, epoch, seed=MIX_SEED):
    """The order in which `hebbit` presents an epoch of so many samples, and mixes batch `epoch` of gas-drift."""
    k0, k1 = mix(epoch, 0x4000_0000, seed, 0)
    words = (word for block in range(samples) for word in mix(block, 0, k0, k1))
    order = np.arange(samples)
    for i in range(samples - 1, 0, -1):
        j = next(words) * (i + 1) >> 32
        order[[i, j]] = order[[j, i]]
    return order


def gas(folder):
    """Gas-sensor drift: 256 lines, 6 gases; in the file's order, and each batch mixed as `hebbit` has it.

    The file has its batches almost sorted by gas: repeating the last label is right for 96 % of the samples.
    """
    z = np.load(folder / "gasdrift-u8.npz")
    parts = [z[f"x_batch{b}"] for b in GAS_STREAM]
    sizes = [len(part) for part in parts]
    stream = {
        "x_train": on_off(z[f"x_batch{GAS_TRAIN}"], GAS_ZERO),
        "y_train": z[f"y_batch{GAS_TRAIN}"],
        "x_stream": on_off(np.concatenate(parts), GAS_ZERO),
        "y_stream": np.concatenate([z[f"y_batch{b}"] for b in GAS_STREAM]),
        "batch_stream": np.repeat(np.array(GAS_STREAM, np.uint8), sizes),
    }
    ends = np.cumsum(sizes)
    order = np.concatenate([end - size + keyed_order(size, b) for size, end, b in zip(sizes, ends, GAS_STREAM)])
    mixed = {part: array[order] if part.endswith("_stream") else array for part, array in stream.items()}
    return {"gas": stream, "gas_mixed": mixed}


def beats(folder):
    """Heart beats, ventricular ectopic or not: 264 lines, patients one after the other as in the file."""
    z = np.load(folder / "mitbih-veb-132-u8.npz")
    return {
        "beats": {
            "x_train": on_off(z["x_train"], BEATS_ZERO),
            "y_train": z["y_train"],
            "record_train": z["record_train"],
            "x_stream": on_off(z["x_test"], BEATS_ZERO),
            "y_stream": z["y_test"],
            "record_stream": z["record_test"],
        }
    }


def mel_filters():
    """Triangles on the mel scale, [BANDS, WINDOW/2 + 1]."""
    mel = lambda hz: 2595.0 * np.log10(1.0 + hz / 700.0)
    edges = 700.0 * (10.0 ** (np.linspace(mel(BAND_LOW), mel(BAND_HIGH), BANDS + 2) / 2595.0) - 1.0)
    hz = np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    low, mid, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    return np.maximum(0.0, np.minimum((hz - low) / (mid - low), (high - hz) / (high - mid)))


def mel_bytes(clip, filters, window):
    """FRAMES x BANDS bytes, 16*(log2 power - maximum of the clip + 16), frame after frame.

    A shorter clip ends in zeros; of a longer one the FRAMES frames in a row with the most energy are taken.
    """
    count = 1 + (len(clip) - WINDOW) // HOP
    frames = np.lib.stride_tricks.sliding_window_view(clip.astype(np.float64), WINDOW)[::HOP][:count]
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2 @ filters.T
    if count > FRAMES:
        total = np.concatenate([[0.0], np.cumsum(power.sum(axis=1))])
        start = int(np.argmax(total[FRAMES:] - total[:-FRAMES]))
        power = power[start : start + FRAMES]
    level = np.log2(power + 1.0)
    out = np.zeros((FRAMES, BANDS), np.uint8)
    out[: len(level)] = np.clip(np.floor(16.0 * (level - level.max() + 16.0)), 0, 255)
    return out.ravel()


def speakers(folder):
    """Spoken digits, one file per speaker left out: 800 lines, in the file's order and mixed."""
    z = np.load(folder / "fsdd-ragged.npz")
    filters, window = mel_filters(), np.hanning(WINDOW + 1)[:-1]
    x, y, who = [], [], []
    for part in ("train", "test"):
        samples, offset = z[f"samples_{part}"], z[f"offset_{part}"]
        x += [mel_bytes(samples[a:b], filters, window) for a, b in zip(offset[:-1], offset[1:])]
        y.append(z[f"y_{part}"])
        who.append(z[f"speaker_{part}"])
    x, y, who = np.stack(x), np.concatenate(y), np.concatenate(who)
    files = {}
    for speaker, name in enumerate(SPEAKERS):
        new = who == speaker
        order = np.random.Generator(np.random.PCG64(MIX_SEED)).permutation(int(new.sum()))
        files[f"speakers_{name}"] = {
            "x_train": x[~new],
            "y_train": y[~new],
            "x_stream": x[new],
            "y_stream": y[new],
            "x_mixed": x[new][order],
            "y_mixed": y[new][order],
        }
    return files


def idx(path):
    """An array of bytes in IDX format."""
    data = path.read_bytes()
    rank = data[3]
    shape = np.frombuffer(data, ">u4", rank, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def turned(picture, degrees):
    """The picture turned counter-clockwise about its centre: bilinear, zeros outside, rounded half up."""
    size = len(picture)
    padded = np.zeros((size + 2, size + 2))
    padded[1:-1, 1:-1] = picture
    a, c = np.radians(degrees), (size - 1) / 2
    row, col = np.mgrid[0:size, 0:size] - c
    # Where each pixel comes from, in coordinates of the padded picture.
    from_row = np.clip(np.sin(a) * col + np.cos(a) * row + c + 1, 0, size + 1)
    from_col = np.clip(np.cos(a) * col - np.sin(a) * row + c + 1, 0, size + 1)
    r, q = (np.minimum(np.floor(v).astype(int), size) for v in (from_row, from_col))
    u, v = from_row - r, from_col - q
    top = padded[r, q] * (1 - v) + padded[r, q + 1] * v
    bottom = padded[r + 1, q] * (1 - v) + padded[r + 1, q + 1] * v
    return np.floor(top * (1 - u) + bottom * u + 0.5).astype(np.uint8)


def digits(folder):
    """MNIST: upright digits, then further training digits turned by 0 to 60 degrees; 784 lines."""
    x = idx(folder / "train-images-idx3-ubyte")
    y = idx(folder / "train-labels-idx1-ubyte")
    stream = slice(DIGITS_TRAIN, DIGITS_TRAIN + DIGITS_STREAM)
    angles = np.linspace(0.0, DEGREES_MAX, DIGITS_STREAM)
    return {
        "digits": {
            "x_train": x[:DIGITS_TRAIN].reshape(DIGITS_TRAIN, -1),
            "y_train": y[:DIGITS_TRAIN],
            "x_stream": np.stack([turned(p, a).ravel() for p, a in zip(x[stream], angles)]),
            "y_stream": y[stream],
        }
    }


def main():
    sets = {"gas": gas, "mit_bih": beats, "fsdd": speakers, "mnist": digits}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", metavar="OUT_DIR", type=Path)
    for name in sets:
        parser.add_argument("--" + name.replace("_", "-"), metavar="DIR", type=Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name, make in sets.items():
        folder = getattr(args, name)
        if folder is None:
            print(f"{name.replace('_', '-')}: left out, no folder given")
            continue
        try:
            files = make(folder)
        except FileNotFoundError as error:
            sys.exit(f"streams.py: {error.filename}: no such file")
        except (ValueError, KeyError, IndexError, zipfile.BadZipFile):
            sys.exit(f"streams.py: {folder}: its file is not that of README.md for --{name.replace('_', '-')}")
        for stem, arrays in files.items():
            path = args.out / f"{stem}.npz"
            np.savez(path, **arrays)
            print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")
            for part, array in arrays.items():
                assert array.dtype == np.uint8, part
                print(f"    {part} {list(array.shape)}")


if __name__ == "__main__":
    main()
