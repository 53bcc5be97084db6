"""Precision, recall and F1 of talks, requests and commitments against gold.

An item and one of gold can match when they are of one type and, for a talk, share at least two
parties (or all that gold has); otherwise when the evidence overlaps or the acts share half of their
content words. Matching is one to one and maximises the total likeness (the Hungarian method).
`detection` counts matched items; `strict` those whose actors are right as well: every actor of gold
named, and no more than one beyond. F1 is micro over documents.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from defext.evaluate.items import VALUES, GoldItem, Item
from defext.schema import Kind

KINDS: tuple[Kind, ...] = ("talk", "request", "commitment")
_STATES = (
    (re.compile(r"\bU\.?S\.?A?\.?(?![A-Za-z])|\bUnited States( of America)?\b"), "usa"),
    (re.compile(r"\bU\.?K\.?(?![A-Za-z])|\bUnited Kingdom\b"), "ukm"),
)
_FUNCTION_WORDS = frozenset(
    "the a an of to in on for and or with by at from as is are be its their his her that this will "
    "would".split()
)


@dataclass(frozen=True)
class Pair:
    """A matched item of gold and of the system."""

    gold: GoldItem
    found: Item

    @property
    def strict(self) -> bool:
        """Whether the actors are right as well."""
        gold, found = self.gold, self.found
        if gold.type == "talk":
            return _side(gold.by, found.by)
        return all(not g or _side(g, f) for g, f in ((gold.by, found.by), (gold.to, found.to)))


@dataclass(frozen=True)
class Matched:
    """One document: what was found, what was missed, what was invented."""

    id: str
    pairs: list[Pair]
    missed: list[GoldItem]
    invented: list[Item]


@dataclass
class Counts:
    """Counts of one type; the measures are read off them."""

    gold: int = 0
    found: int = 0
    matched: int = 0
    strict: int = 0
    labelled: int = 0
    labels_right: int = 0

    @property
    def precision(self) -> float | None:
        """Share of what was found that is in gold; None where nothing was found."""
        return self.matched / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of gold that was found; None without gold."""
        return self.matched / self.gold if self.gold else None

    @property
    def detection_f1(self) -> float:
        """F1 of matched items; 1 where there is nothing to find and nothing was found."""
        return self._f1(self.matched)

    @property
    def strict_f1(self) -> float:
        """F1 of items whose actors are right as well."""
        return self._f1(self.strict)

    @property
    def label_accuracy(self) -> float | None:
        """Share of matched items whose mode, force or strength agrees, where both give one."""
        return self.labels_right / self.labelled if self.labelled else None

    def _f1(self, right: int) -> float:
        both = self.gold + self.found
        return 2 * right / both if both else 1.0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, n) + getattr(other, n) for n in self.__dataclass_fields__))


@dataclass(frozen=True)
class Score:
    """The counts of each type and overall, those of the values, and each document's matches.

    `values` counts equipment, quantities and money in the matched items whose gold gives them.
    """

    counts: Mapping[str, Counts]
    values: Mapping[str, Counts] = field(default_factory=dict)
    documents: Sequence[Matched] = field(default_factory=list)


def score(gold: Mapping[str, Sequence[GoldItem]], found: Mapping[str, Sequence[Item]]) -> Score:
    """Compare what a system found with gold, document by document.

    A document of gold that the system does not have counts as one in which it found nothing.
    """
    documents = [match(id_, items, found.get(id_, ())) for id_, items in gold.items()]
    by_kind: dict[str, Counts] = {
        kind: sum((_count(d, kind) for d in documents), Counts()) for kind in KINDS
    }
    counts = {**by_kind, "all": sum(by_kind.values(), Counts())}
    pairs = [pair for document in documents for pair in document.pairs]
    values = {name: _count_values(pairs, name) for name in VALUES}
    return Score(counts, {name: value for name, value in values.items() if value.gold}, documents)


def match(id_: str, gold: Sequence[GoldItem], found: Sequence[Item]) -> Matched:
    """The best one-to-one matching of one document's items."""
    matched: list[tuple[int, int]] = []
    if gold and found:
        alike = np.array([[likeness(g, f) for f in found] for g in gold])
        rows, columns = linear_sum_assignment(-alike)
        matched = [(i, j) for i, j in zip(rows, columns, strict=True) if alike[i, j] > 0]
    of_gold, of_found = {i for i, _ in matched}, {j for _, j in matched}
    return Matched(
        id_,
        [Pair(gold[i], found[j]) for i, j in matched],
        missed=[g for i, g in enumerate(gold) if i not in of_gold and not g.optional],
        invented=[f for j, f in enumerate(found) if j not in of_found],
    )


def likeness(gold: GoldItem, found: Item) -> float:
    """How much an item resembles one of gold, 0 where they cannot match."""
    if gold.type != found.type:
        return 0.0
    overlap = _overlap(gold, found)
    if gold.type == "talk":
        named = _named(gold.by, found.by)
        if named < min(2, len(gold.by)):
            return 0.0
        return 0.5 + 0.3 * named / len(gold.by) + 0.2 * min(1.0, overlap)
    acts = _same_act(gold.what, found.what)
    overlap = min(1.0, overlap)
    return 0.0 if overlap < 0.3 and acts < 0.5 else 0.05 + 0.35 * overlap + 0.6 * acts


def _count(document: Matched, kind: Kind) -> Counts:
    counts = Counts()
    for pair in document.pairs:
        if pair.gold.type != kind or pair.gold.optional:
            continue
        counts.gold += 1
        counts.found += 1
        counts.matched += 1
        counts.strict += pair.strict
        if pair.gold.label and pair.found.label:
            counts.labelled += 1
            counts.labels_right += pair.gold.label == pair.found.label
    counts.gold += sum(item.type == kind for item in document.missed)
    counts.found += sum(item.type == kind for item in document.invented)
    return counts


def _count_values(pairs: Iterable[Pair], name: str) -> Counts:
    counts = Counts()
    for pair in pairs:
        gold, found = Counter(getattr(pair.gold, name)), Counter(getattr(pair.found, name))
        if getattr(pair.gold, name) is not None:
            counts.gold += gold.total()
            counts.found += found.total()
            counts.matched += (gold & found).total()
    return counts


def _side(gold: Sequence[str], found: Sequence[str]) -> bool:
    return _named(gold, found) == len(gold) and len(found) <= len(gold) + 1


def _named(gold: Iterable[str], found: Sequence[str]) -> int:
    return sum(any(_same_actor(g, f) for f in found) for g in gold)


def _same_actor(gold: str, found: str) -> bool:
    words = _words(found)
    names = filter(None, map(_words, gold.split("|")))
    return any(name <= words or (bool(words) and words <= name) for name in names)


def _overlap(gold: GoldItem, found: Item) -> float:
    """The largest share of the shorter span that both cover."""
    if found.start is None or found.end is None:
        return 0.0
    shares = [
        (min(end, found.end) - max(start, found.start)) / min(end - start, found.end - found.start)
        for start, end in gold.spans
        if min(end, found.end) > max(start, found.start)
    ]
    return max(shares, default=0.0)


def _same_act(gold: str, found: str) -> float:
    a, b = _words(gold), _words(found)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _words(text: str) -> set[str]:
    for pattern, name in _STATES:
        text = pattern.sub(name, text)
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return set(re.findall(r"[a-z0-9]+", folded)) - _FUNCTION_WORDS
