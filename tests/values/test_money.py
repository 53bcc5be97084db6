"""Words for sums of money; the cases are in cases/money.tsv."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.values import money

LINES = (Path(__file__).parent / "cases/money.tsv").read_text(encoding="utf-8").splitlines()
CASES = [line.split("\t") for line in LINES if line and not line.startswith("#")]
WORDS = st.sampled_from([case[0] for case in CASES]) | st.text(max_size=40)


@pytest.mark.parametrize(("words", "country", "amount", "most", "currency", "period"), CASES)
def test_words_name_a_sum(
    words: str, country: str, amount: str, most: str, currency: str, period: str
) -> None:
    found = money(words, country or None)
    if amount == "-":
        assert found is None
        return
    assert found is not None
    assert (found.amount, found.most) == (Decimal(amount), Decimal(most) if most else None)
    assert found.currency == (None if currency == "?" else currency)
    assert found.period == (period or None)
    assert found.text == words


@settings(deadline=None)
@given(WORDS)
def test_case_and_spacing_change_nothing(words: str) -> None:
    found = money(words)
    for other in (words.upper(), words.lower()) if words.isascii() else ():
        again = money(f" {other.replace(' ', '  ')}")
        assert (again and (again.amount, again.most, again.currency)) == (
            found and (found.amount, found.most, found.currency)
        )
    if found:
        assert money(found.text) == found
