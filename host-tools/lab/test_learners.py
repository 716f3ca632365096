"""`python test_learners.py`: the written-out step of Adam equals scikit-learn's partial_fit."""

import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier

from learners import Gradient, Mlp

warnings.simplefilter("ignore")  # scikit-learn warns of a batch of one


def check(kind, classes):
    rng = np.random.Generator(np.random.PCG64(1))
    x = rng.normal(size=(200, 20)).astype(np.float32)
    y = (x[:, :classes].argmax(axis=1) % classes).astype(np.uint8)
    ours = kind(seed=3, step=("adam", 0.003), epochs=4, fresh=False, alpha=0.01, key=classes)
    ours.fit(x[:100], y[:100])
    theirs = MLPClassifier(kind.HIDDEN, alpha=0.01, batch_size=32, max_iter=4, n_iter_no_change=4, random_state=3)
    theirs.fit(x[:100], y[:100])
    theirs._optimizer.learning_rate_init = 0.003
    for one, label in zip(x[100:], y[100:]):
        ours.learn(one, label)
        theirs.partial_fit(one[None], [label])
    for a, b in zip(ours.w + ours.b, theirs.coefs_ + theirs.intercepts_):
        assert np.abs(a - b).max() < 1e-4, (kind, classes, np.abs(a - b).max())
    assert (ours.predict(x) == theirs.predict(x)).mean() > 0.99, (kind, classes)


for kind in (Gradient, Mlp):
    for classes in (2, 5):
        check(kind, classes)
print("the step of Adam equals scikit-learn's")
