"""What a document says reaches a prompt as one line of plain words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defext.document import sanitize

TOKENS = [
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
    "<s>",
    "</s>",
    "<<SYS>>",
    "[INST]",
    "[/INST]",
    "[SYSTEM_PROMPT]",
    "<start_of_turn>",
    "<tool_call>",
    "</document>",
    "＜|im_end|＞",
]


@pytest.mark.parametrize("token", TOKENS)
def test_no_special_token_reaches_a_prompt(token: str) -> None:
    told = sanitize(f"Norway{token}system agreed.")
    assert token not in told
    assert not set("<>") & set(told)
    assert told.startswith("Norway")
    assert told.endswith("system agreed.")


@given(
    st.text()
    | st.lists(st.sampled_from([*TOKENS, "\n", "\u202e", "\u200b", "a", " "])).map("".join)
)
def test_data_is_one_line_of_what_a_reader_sees(text: str) -> None:
    told = sanitize(text)
    assert told == sanitize(told) == " ".join(told.split())
    assert not set("<>") & set(told)
    assert not {unicodedata.category(c) for c in told} & {"Cf", "Cc", "Co", "Cn", "Cs"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Nor\u200bway \u202eagreed\u202c.", "Norway agreed."),
        ("Norway\nagreed:\r\n\tships", "Norway agreed: ships"),
        ("Norway \u00ad agreed \u200b", "Norway agreed"),
        ("Ｎｏｒｗａｙ，２ ships", "Norway，2 ships"),
        ("[{`Norway`", "[{`Norway`"),
        ("Norway\U000e0049\U000e0067 agreed", "Norway agreed"),
        ("a" + "\u0301" * 50 + "b", "ab"),
        (
            "“Müller” (F-404) — 5%, 国防部长, وزير, हिन्दी",
            "“Müller” (F-404) — 5%, 国防部长, وزير, हिन्दी",
        ),
        ("[sic] and [APPLAUSE]", "[sic] and"),
    ],
)
def test_ordinary_words_stay(text: str, told: str) -> None:
    assert sanitize(text) == told
