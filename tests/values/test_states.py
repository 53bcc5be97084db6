"""Words for states; the cases are in cases/state.tsv."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.values import state

LINES = (Path(__file__).parent / "cases/state.tsv").read_text(encoding="utf-8").splitlines()
CASES = [line.split("\t") for line in LINES if line and not line.startswith("#")]
WORDS = st.sampled_from([case[0] for case in CASES]) | st.text(max_size=40)


@pytest.mark.parametrize(("words", "context", "expected"), CASES)
def test_words_name_a_state(words: str, context: str, expected: str) -> None:
    assert state(words, context) == (None if expected == "-" else expected)


@settings(deadline=None)
@given(WORDS, st.sampled_from([case[1] for case in CASES]) | st.text(max_size=80))
def test_case_and_spacing_change_nothing(words: str, context: str) -> None:
    found = state(words, context)
    if words.isascii():
        for other in (words.upper(), words.lower(), f" {words.replace(' ', '  ')}\n"):
            assert state(other, context) == found
