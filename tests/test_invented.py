"""Invented articles, on the embedded model's recorded answers: what holds for every text."""

import pytest
from articles import SEEDS, breaches, found, read, records

from defext import Extractor

NAMES = sorted(path.stem for path in (SEEDS / "invented").glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_an_invented_article(recorded: Extractor, name: str) -> None:
    article = read(f"invented/{name}")
    given = records(recorded.extract(article.document))
    assert breaches(article, given) == []
    assert len(found(article.items, given)) >= 0.7 * len(article.items)
    assert len(given) <= len(article.items)
