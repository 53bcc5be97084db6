"""Words for counts; the cases are in cases/quantity.tsv."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.values import quantity

LINES = (Path(__file__).parent / "cases/quantity.tsv").read_text(encoding="utf-8").splitlines()
CASES = [line.split("\t") for line in LINES if line and not line.startswith("#")]
WORDS = st.sampled_from([case[0] for case in CASES]) | st.text(max_size=40)


@pytest.mark.parametrize(("words", "value", "most", "approximate", "of"), CASES)
def test_words_name_a_count(words: str, value: str, most: str, approximate: str, of: str) -> None:
    found = quantity(words)
    if value == "-":
        assert found is None
        return
    assert found is not None
    assert (found.value, found.most) == (Decimal(value), Decimal(most) if most else None)
    assert (found.approximate, found.of) == (approximate == "yes", of or None)


@settings(deadline=None)
@given(WORDS)
def test_case_and_spacing_change_nothing(words: str) -> None:
    found = quantity(words)
    for other in (words.upper(), words.lower()) if words.isascii() else ():
        again = quantity(f" {other.replace(' ', '  ')}")
        assert (again and (again.value, again.most, again.approximate)) == (
            found and (found.value, found.most, found.approximate)
        )
    if found:
        assert quantity(found.text) == found
