"""The float learners: `fit` on the train part, then `predict` and `learn` along the stream.

One that has `every` set also gets `idle` after each sample without a label.

`GRID` holds the settings that are tuned: the first value of each is the start, the others are tried one setting
after the other, in the order given.
"""

import copy
import warnings

import numpy as np
import sklearn
from river import forest, tree
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

warnings.simplefilter("ignore", ConvergenceWarning)
sklearn.set_config(skip_parameter_validation=True, assume_finite=True)

WINDOW, NEIGHBOURS = 500, 3
TREES = 10
BATCH = 32  # samples per step before deployment; afterwards one


class Gradient:
    """A network with softmax outputs and cross-entropy, one step per labelled sample.

    `step` is the optimizer of the stream and its rate; before deployment Adam learns with scikit-learn's 0.001.
    `fresh` forgets the moments of Adam at deployment. The step of Adam equals that of
    `MLPClassifier.partial_fit`, without its checks of the arguments, which take most of its time
    (test_learners.py compares the two).
    """

    HIDDEN = ()
    SWEEPS = 2  # times that tuning goes through the settings
    GRID = {
        "step": tuple(("adam", r) for r in (1e-3, 1e-4, 3e-4, 2e-3, 3e-3, 5e-3, 1e-2, 3e-2))
        + tuple(("sgd", r) for r in (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)),
        "floor": (0.0, 4.0, 16.0, 64.0),
        "fresh": (False, True),
        "epochs": (20, 60),
        "alpha": (1e-4, 1e-2),
    }
    fitted = {}  # networks before deployment, by what they depend on: tuning reuses them

    def __init__(self, seed, step, epochs, fresh, alpha, key=None):
        self.adam, self.rate, self.fresh, self.alpha = step[0] == "adam", step[1], fresh, alpha
        self.key = (key, self.HIDDEN, seed, epochs, alpha)
        self.net = MLPClassifier(
            self.HIDDEN, alpha=alpha, batch_size=BATCH, max_iter=epochs, n_iter_no_change=epochs, random_state=seed
        )

    def fit(self, x, y):
        if self.key not in self.fitted:
            self.fitted[self.key] = self.net.fit(x, y)
        net = self.fitted[self.key]
        self.classes, self.binary = net.classes_, len(net.classes_) == 2
        self.w, self.b = copy.deepcopy(net.coefs_), copy.deepcopy(net.intercepts_)
        adam = copy.deepcopy(net._optimizer)
        self.t, self.m, self.v = adam.t, adam.ms, adam.vs
        if self.fresh:
            self.t, self.m, self.v = 0, [0 * m for m in self.m], [0 * v for v in self.v]

    def layers(self, x):
        """Activations of every layer; the last one before softmax."""
        all_ = [x]
        for i, (w, b) in enumerate(zip(self.w, self.b)):
            all_.append(all_[-1] @ w + b)
            if i + 1 < len(self.w):
                np.maximum(all_[-1], 0, out=all_[-1])
        return all_

    def predict(self, x):
        top = self.layers(x)[-1]
        return self.classes[(top[:, 0] > 0).astype(int) if self.binary else top.argmax(axis=1)]

    def learn(self, x, y):
        act = self.layers(x)
        if self.binary:  # scikit-learn gives two classes one logistic output
            delta = (1 + np.tanh(act[-1] / 2)) / 2 - np.float32(y == self.classes[1])
        else:
            delta = np.exp(act[-1] - act[-1].max())
            delta /= delta.sum()
            delta[np.searchsorted(self.classes, y)] -= 1
        grad_w, grad_b = [], []
        for i in reversed(range(len(self.w))):
            grad_w.insert(0, np.outer(act[i], delta) + np.float32(self.alpha) * self.w[i])
            grad_b.insert(0, delta)
            if i > 0:
                delta = (self.w[i] @ delta) * (act[i] > 0)
        if not self.adam:
            for p, g in zip(self.w + self.b, grad_w + grad_b):
                p -= np.float32(self.rate) * g
            return
        self.t += 1
        rate = np.float32(self.rate * np.sqrt(1 - 0.999**self.t) / (1 - 0.9**self.t))
        for p, g, m, v in zip(self.w + self.b, grad_w + grad_b, self.m, self.v):
            m += np.float32(0.1) * (g - m)
            v += np.float32(0.001) * (g * g - v)
            p -= rate * m / (np.sqrt(v) + np.float32(1e-8))

    def bytes(self):
        return (3 if self.adam else 1) * sum(p.nbytes for p in self.w + self.b)  # Adam has two moments per weight


class Mlp(Gradient):
    """One hidden layer of 128 ReLU units."""

    HIDDEN = (128,)


class MlpRing(Mlp):
    """The same with a ring of the 64 newest labelled samples, some of which are learned again.

    `replay` is how many, and whether after every sample of the stream or only after one with a label.
    """

    SWEEPS = 1
    RING = 64
    GRID = {"replay": ((4, False), (1, False), (16, False), (1, True), (2, True), (4, True))} | Mlp.GRID

    def __init__(self, seed, replay, **settings):
        super().__init__(seed, **settings)
        (self.again, self.every), self.ring, self.next = replay, [], 0
        self.draw = np.random.Generator(np.random.PCG64(seed))

    def learn(self, x, y):
        super().learn(x, y)
        self.idle()
        self.ring[self.next : self.next + 1] = [(x, y)]
        self.next = (self.next + 1) % self.RING

    def idle(self):
        for i in self.draw.integers(len(self.ring), size=self.again) if self.ring else ():
            super().learn(*self.ring[i])

    def bytes(self):
        return super().bytes() + self.RING * (self.w[0].shape[0] * 4 + 1)


class Softmax(Gradient):
    """Multinomial logistic regression: the same without a hidden layer."""


class Nearest:
    """The 3 nearest of the 500 most recent labelled samples, the last ones of the train part at first."""

    SWEEPS = 2
    GRID = {"floor": (0.0, 1.0, 4.0, 16.0, 64.0), "norm": (2, 1), "weighted": (False, True)}

    def __init__(self, seed, norm, weighted, key=None):
        self.norm, self.weighted = norm, weighted

    def fit(self, x, y):
        self.x, self.y = x[-WINDOW:].copy(), y[-WINDOW:].copy()
        self.classes, self.next = int(y.max()) + 1, 0

    def predict(self, x):
        return np.array([self.answer(one) for one in x])

    def answer(self, one):
        difference = self.x - one
        if self.norm == 1:
            distance = np.abs(difference).sum(axis=1)
        else:
            distance = np.sqrt(np.einsum("ij,ij->i", difference, difference))
        near = np.argsort(distance, kind="stable")[:NEIGHBOURS]
        votes = np.zeros(self.classes)
        # Of classes with as many votes the nearest one wins: 1e-6 decides ties only.
        share = 1.0 / (distance[near] + 1e-6) if self.weighted else 1.0 + 1e-6 * np.arange(NEIGHBOURS, 0, -1)
        np.add.at(votes, self.y[near], share)
        return int(votes.argmax())

    def learn(self, x, y):
        if len(self.x) < WINDOW:
            self.x, self.y = np.vstack([self.x, x]), np.append(self.y, y)
            return
        self.x[self.next], self.y[self.next] = x, y
        self.next = (self.next + 1) % WINDOW

    def bytes(self):
        return self.x.nbytes + len(self.y)


class Frozen:
    """Support vectors with an RBF kernel that learn nothing after deployment: the reference."""

    SWEEPS = 2
    GRID = {"gamma": (1.0, 0.1, 0.3, 3.0), "c": (1.0, 10.0, 100.0), "floor": (0.0, 4.0, 16.0, 64.0)}

    def __init__(self, seed, gamma, c, key=None):
        self.gamma, self.c = gamma, c

    def fit(self, x, y):
        self.svm = SVC(C=self.c, gamma=self.gamma / (x.shape[1] * x.var())).fit(x, y)

    def predict(self, x):
        return self.svm.predict(x)

    def learn(self, x, y):
        pass

    def bytes(self):
        return self.svm.support_vectors_.astype(np.float32).nbytes


class LastLabel:
    """Answers with the last label, whatever the sample: what the order of the stream alone is worth."""

    SWEEPS, GRID = 1, {}

    def __init__(self, seed, key=None):
        pass

    def fit(self, x, y):
        self.last = y[-1]

    def predict(self, x):
        return np.full(len(x), self.last)

    def learn(self, x, y):
        self.last = y

    def bytes(self):
        return 1


class River:
    """A learner of river: it sees samples as dictionaries; `passes` times the train part before deployment."""

    SWEEPS = 1
    DRAWS = 1  # of the labels in tuning: these learners are slow

    def __init__(self, seed, passes, key=None, **settings):
        self.passes, self.model = passes, self.make(seed, **settings)
        self.shuffle = np.random.Generator(np.random.PCG64(seed))

    def fit(self, x, y):
        self.most = int(np.bincount(y).argmax())
        for _ in range(self.passes):
            for i in self.shuffle.permutation(len(x)):
                self.learn(x[i], y[i])

    def predict(self, x):
        answers = (self.model.predict_one(dict(enumerate(one.tolist()))) for one in x)
        return np.array([self.most if a is None else a for a in answers])

    def learn(self, x, y):
        self.model.learn_one(dict(enumerate(x.tolist())), int(y))

    def bytes(self):
        return self.model._raw_memory_usage


class RandomForest(River):
    """Adaptive random forest of 10 trees."""

    GRID = {
        "passes": (1, 5),
        "grace_period": (50, 20),
        "lambda_value": (6, 12),
        "max_features": ("sqrt", 0.3),
    }

    def make(self, seed, **settings):
        return forest.ARFClassifier(n_models=TREES, seed=seed, **settings)


class Mondrian(River):
    """Aggregated Mondrian forest of 10 trees."""

    GRID = {
        "step": (1.0, 0.1, 10.0),
        "floor": (0.0, 16.0),
        "passes": (1,),
    }

    def make(self, seed, **settings):
        return forest.AMFClassifier(n_estimators=TREES, seed=seed, **settings)


class Hoeffding(River):
    """Hoeffding adaptive tree."""

    GRID = {
        "passes": (1, 5),
        "grace_period": (200, 50),
        "delta": (1e-7, 1e-2),
        "leaf_prediction": ("nba", "mc"),
    }

    def make(self, seed, **settings):
        return tree.HoeffdingAdaptiveTreeClassifier(seed=seed, **settings)


LEARNERS = {
    "last-label": LastLabel,
    "frozen-svm": Frozen,
    "mlp": Mlp,
    "mlp-ring": MlpRing,
    "softmax": Softmax,
    "nearest": Nearest,
    "random-forest": RandomForest,
    "hoeffding": Hoeffding,
    "mondrian": Mondrian,
}
