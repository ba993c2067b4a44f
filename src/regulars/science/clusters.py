"""Groups of members that a model finds: k-means on what their orders say, and a portrait in numbers for each group.

What is skewed (days, orders, money) goes in as a logarithm, everything as distances from the mean in standard
deviations, cut off at three so that one giant does not make a group of its own. How many groups: 3 to 8, whichever has
the best silhouette on a sample (Rousseeuw 1987); the starts are k-means++ (Arthur and Vassilvitskii 2007), seeded, so
the same members give the same groups. Groups are numbered by what their members spend, most first.

A fitted model can be kept: ``Model`` is numbers alone, and puts members of a later day into the same groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2, vq
from scipy.spatial.distance import cdist

FEATURES = (
    "recency_days",
    "orders",
    "average_order_minor",
    "tenure_days",
    "categories",
    "discount_share",
    "returned_share",
)
LOGS = frozenset(("recency_days", "orders", "average_order_minor", "tenure_days", "categories"))
GROUPS_MIN, GROUPS_MAX = 3, 8
MEMBERS_MIN = 100
SAMPLE, SILHOUETTE_SAMPLE, STARTS, ROUNDS = 20_000, 2_000, 4, 30
CUT_OFF = 3.0
APART = 0.35
"""How many standard deviations from everybody's mean a trait stands out."""
TRAITS_MAX = 4

TOO_FEW, ALL_ALIKE = "too_few", "all_alike"

Numbers = NDArray[np.float64]


class NoGroupsError(ValueError):
    """No groups can be found: ``why`` is ``too_few`` (under ``MEMBERS_MIN`` buyers) or ``all_alike``."""

    def __init__(self, why: str, members: int) -> None:
        super().__init__(f"no groups among {members} members: {why}")
        self.why = why
        self.members = members


@dataclass(frozen=True, slots=True)
class Model:
    """What puts a member into a group: ``features`` (those in which members differ at all), their ``means`` and
    ``deviations`` (of the logarithms, where they are taken), and a row of ``centres`` for each group, in order."""

    features: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    centres: tuple[tuple[float, ...], ...]

    def as_json(self) -> dict[str, Any]:
        """As plain data, to be kept."""
        return {
            "features": list(self.features),
            "means": list(self.means),
            "deviations": list(self.deviations),
            "centres": [list(centre) for centre in self.centres],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Model:
        """Of what ``as_json`` gave. Raises ValueError for anything else."""
        try:
            centres = tuple(tuple(float(value) for value in row) for row in kept["centres"])
            found = cls(
                tuple(str(name) for name in kept["features"]),
                tuple(float(value) for value in kept["means"]),
                tuple(float(value) for value in kept["deviations"]),
                centres,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"this is no kept model: {error}") from None
        wide = len(found.features)
        fits = len(found.means) == len(found.deviations) == wide and all(len(row) == wide for row in centres)
        if not wide or not centres or not fits or set(found.features) - set(FEATURES) or min(found.deviations) <= 0:
            raise ValueError("this is no kept model: its numbers do not go together")
        return found


@dataclass(frozen=True, slots=True)
class Trait:
    """What sets a group apart: the feature's mean in the group and of everybody (for logs the geometric mean of value
    + 1, less 1), and how many standard deviations lie between."""

    feature: str
    here: float
    everybody: float
    apart: float


@dataclass(frozen=True, slots=True)
class Portrait:
    """A group: its number (from 1), how many, their share, what they spent, and what sets it apart, strongest first."""

    number: int
    members: int
    share: float
    spent_minor: int
    traits: tuple[Trait, ...]


@dataclass(frozen=True, slots=True)
class Clusters:
    """The groups found: the model, ``labels`` (each row's group number, from 1), the portraits in order, and the
    silhouette of each number of groups that was tried."""

    model: Model
    labels: NDArray[np.int64]
    portraits: tuple[Portrait, ...]
    silhouettes: dict[int, float]


def find(known: pl.DataFrame, *, seed: int = 0, groups: int | None = None) -> Clusters:
    """The groups among members: a row each with ``FEATURES`` and ``spent_minor``, and ``member`` to make the order of
    the rows irrelevant. ``groups``: how many, instead of the best number.

    Raises NoGroupsError where there are too few members or all are alike.
    """
    if len(known) < MEMBERS_MIN:
        raise NoGroupsError(TOO_FEW, len(known))
    sorted_rows = known.with_row_index("_row").sort("member")
    model, points = _standardised(sorted_rows)
    rng = np.random.default_rng(seed)
    sample = points if len(points) <= SAMPLE else points[np.sort(rng.choice(len(points), SAMPLE, replace=False))]
    if len(np.unique(sample, axis=0)) < GROUPS_MAX:
        raise NoGroupsError(ALL_ALIKE, len(known))
    tried = {k: _best_start(sample, k, seed) for k in ([groups] if groups else range(GROUPS_MIN, GROUPS_MAX + 1))}
    few = (
        sample
        if len(sample) <= SILHOUETTE_SAMPLE
        else sample[rng.choice(len(sample), SILHOUETTE_SAMPLE, replace=False)]
    )
    silhouettes = {k: _silhouette(few, vq(few, centres)[0]) for k, centres in tried.items()}
    chosen = max(silhouettes, key=lambda k: (silhouettes[k], -k))
    centres, labels = kmeans2(points, tried[chosen], iter=5, minit="matrix", missing="raise")
    spent = sorted_rows["spent_minor"].to_numpy().astype(np.float64)
    order = _by_spending(labels, spent, len(centres))
    place = np.empty(len(centres), np.int64)
    place[order] = np.arange(len(centres))
    model = Model(
        model.features, model.means, model.deviations, tuple(tuple(float(v) for v in centres[i]) for i in order)
    )
    # said by the kept model alone, so that who asks it tomorrow gets the same answer
    labels = _nearest(points, model)
    back = np.empty(len(labels), np.int64)
    back[sorted_rows["_row"].to_numpy()] = labels
    return Clusters(model, back, tuple(_portraits(model, points, labels, spent)), silhouettes)


def numbers_of(known: pl.DataFrame, model: Model) -> NDArray[np.int64]:
    """The group number of each row by a model found before."""
    return _nearest(_points(known, model.features, model.means, model.deviations), model)


def _column(known: pl.DataFrame, name: str) -> Numbers:
    values = known[name].to_numpy().astype(np.float64)
    return np.log1p(np.maximum(values, 0.0)) if name in LOGS else values


def _standardised(known: pl.DataFrame) -> tuple[Model, Numbers]:
    means, deviations, used = [], [], []
    for name in FEATURES:
        values = _column(known, name)
        deviation = float(values.std())
        if deviation > 1e-9:
            used.append(name)
            means.append(float(values.mean()))
            deviations.append(deviation)
    if not used:
        raise NoGroupsError(ALL_ALIKE, len(known))
    model = Model(tuple(used), tuple(means), tuple(deviations), ())
    return model, _points(known, model.features, model.means, model.deviations)


def _points(known: pl.DataFrame, names: Any, means: Any, deviations: Any) -> Numbers:
    columns = [
        (_column(known, name) - mean) / deviation
        for name, mean, deviation in zip(names, means, deviations, strict=True)
    ]
    return np.clip(np.stack(columns, axis=1), -CUT_OFF, CUT_OFF)


def _best_start(sample: Numbers, groups: int, seed: int) -> Numbers:
    """The centres of the start that ends nearest to its members."""
    best: tuple[float, Numbers] | None = None
    for start in range(STARTS):
        rng = np.random.default_rng([seed, groups, start])
        centres, _labels = kmeans2(sample, groups, iter=ROUNDS, minit="++", missing="warn", rng=rng)
        away = float((vq(sample, centres)[1] ** 2).sum())
        if best is None or away < best[0]:
            best = (away, centres)
    assert best is not None
    return best[1]


def _silhouette(points: Numbers, labels: NDArray[np.int64]) -> float:
    """The mean over points of (b - a) / max(a, b): a, the mean distance to one's own group; b, to the nearest other."""
    groups = np.unique(labels)
    if len(groups) < 2:
        return -1.0
    distances = cdist(points, points)
    members = (labels[:, None] == groups[None, :]).astype(np.float64)
    sums, counts = distances @ members, members.sum(axis=0)
    own = members.astype(bool)
    mine = counts[np.argmax(own, axis=1)]
    a = sums[own] / np.maximum(mine - 1, 1)
    b = np.where(own, np.inf, sums / counts).min(axis=1)
    widest = np.maximum(np.maximum(a, b), 1e-12)
    return float(np.where(mine > 1, (b - a) / widest, 0.0).mean())


def _by_spending(labels: NDArray[Any], spent: Numbers, groups: int) -> NDArray[np.int64]:
    counts = np.bincount(labels, minlength=groups)
    means = np.bincount(labels, spent, minlength=groups) / np.maximum(counts, 1)
    return np.lexsort((np.arange(groups), -counts, -means))


def _nearest(points: Numbers, model: Model) -> NDArray[np.int64]:
    return vq(points, np.array(model.centres))[0].astype(np.int64) + 1


def _portraits(model: Model, points: Numbers, labels: NDArray[np.int64], spent: Numbers) -> list[Portrait]:
    everybody = points.mean(axis=0)
    deviations = np.maximum(points.std(axis=0), 1e-12)
    made = []
    for number in range(1, len(model.centres) + 1):
        inside = labels == number
        here = points[inside].mean(axis=0) if inside.any() else everybody
        apart = (here - everybody) / deviations
        strongest = [int(i) for i in np.argsort(-np.abs(apart), kind="stable") if abs(apart[i]) >= APART][:TRAITS_MAX]
        traits = tuple(
            Trait(
                model.features[i],
                _back(model, i, float(here[i])),
                _back(model, i, float(everybody[i])),
                float(apart[i]),
            )
            for i in strongest
        )
        made.append(Portrait(number, int(inside.sum()), float(inside.mean()), int(spent[inside].sum()), traits))
    return made


def _back(model: Model, i: int, value: float) -> float:
    """A standardised value in the feature's own unit."""
    plain = value * model.deviations[i] + model.means[i]
    return float(np.expm1(plain)) if model.features[i] in LOGS else plain
