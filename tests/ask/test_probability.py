import json
import math
from types import SimpleNamespace
from typing import Any

import pytest

from defext.ask.probability import shares

YES_NO = ("yes", "no")


def approx(*told: dict[str, float]) -> Any:
    """Those of each field, nearly."""
    return [pytest.approx(each) for each in told]


def tokens(*steps: "str | dict[str, float]") -> list[Any]:
    """A sure token, or the likely ones, of which the first was taken."""
    return [
        SimpleNamespace(
            token=next(iter(likely)),
            top_logprobs=[
                SimpleNamespace(token=text, logprob=math.log(p)) for text, p in likely.items()
            ],
        )
        for likely in ({step: 1.0} if isinstance(step, str) else step for step in steps)
    ]


@pytest.mark.parametrize(
    ("steps", "probability"),
    [
        (('{"', "answer", '":"', {"yes": 0.6, "no": 0.2, "Yes": 0.1}, '"}'), 0.75),
        (('{"', "answer", '":"', {"yes": 0.6, "y": 0.1, " no": 0.3}, '"}'), 0.7),
        (('{"answer": ', {'"yes': 0.6, '"no': 0.2, '"': 0.1, "{": 0.1}, '"}'), 13 / 18),
        (('{"answer":', {'"yes"}': 0.9, '"no"}': 0.1}), 0.9),
        (("{", '"', "ans", "wer", '"', ":", " ", '"', {"ye": 0.9, "no": 0.1}, "s", '"}'), 0.9),
        (('{"why":"an \\"answer\\": no","answer":"', {"yes": 0.9, "no": 0.1}), 0.9),
        (('{"answer', {'":"yes': 0.9, '":"no': 0.1}), 0.9),
    ],
    ids=["plain", "split and padded", "quote", "one token", "small", "other field", "key"],
)
def test_the_share_of_the_word_where_it_begins(
    steps: "tuple[str | dict[str, float], ...]", probability: float
) -> None:
    told = {"yes": probability, "no": 1 - probability}
    assert shares("answer", YES_NO, tokens(*steps)) == approx(told)


def test_words_that_begin_alike_are_told_apart_where_they_part() -> None:
    modes = ("phone", "person", "written")
    answer = tokens('{"mode":"', {"p": 0.6, "w": 0.3, "x": 0.1}, {"hone": 0.8, "erson": 0.2}, '"}')
    told = {"phone": 0.6 / 0.9 * 0.8, "person": 0.6 / 0.9 * 0.2, "written": 0.3 / 0.9}
    assert shares("mode", modes, answer) == approx(told)


def test_a_token_that_leads_on_to_several_words_counts_for_each_in_equal_parts() -> None:
    modes = ("phone", "person", "written")
    answer = tokens('{"mode":"', {"w": 0.6, "p": 0.4}, '"}')
    told = {"phone": 0.2, "person": 0.2, "written": 0.6}
    assert shares("mode", modes, answer) == approx(told)


def test_a_word_that_begins_another_ends_with_its_quote() -> None:
    answer = tokens('{"word":"', {"talk": 0.9, "no": 0.1}, {'"}': 0.75, "s": 0.25})
    told = {"talk": 0.9 * 0.75, "talks": 0.9 * 0.25, "no": 0.1}
    assert shares("word", ("talk", "talks", "no"), answer) == approx(told)


def test_a_word_that_the_grammar_forced_has_no_share() -> None:
    answer = tokens('{"answer":"', {"no": 0.9})
    answer[1].token = "yes"
    assert shares("answer", YES_NO, answer) == [{"yes": 0.0, "no": 1.0}]


@pytest.mark.parametrize(
    "answer",
    [
        [],
        tokens('{"other":"', {"yes": 1.0}),
        tokens('{"answer":"', {"maybe": 0.9, "perhaps": 0.1}, '"}'),
        tokens('{"answer":"'),
        [SimpleNamespace(token='{"answer":"yes"}', top_logprobs=[])],
    ],
    ids=["no tokens", "no such field", "no such word", "no word", "no alternatives"],
)
def test_tokens_that_do_not_tell(answer: list[Any]) -> None:
    assert shares("answer", YES_NO, answer) is None


def test_tokens_that_the_grammar_forced_before_the_word_do_not_matter() -> None:
    answer = tokens('{"', "answer", '":"', {"yes": 0.9, "no": 0.1}, '"}')
    answer[2].top_logprobs = tokens('": "')[0].top_logprobs
    assert shares("answer", YES_NO, answer) == approx({"yes": 0.9, "no": 0.1})


def test_words_are_compared_as_json_writes_them() -> None:
    words = ('a "b"', "München")
    for word in words:
        answer = tokens('{"word":', {json.dumps(word, ensure_ascii=False): 0.9, '"x"': 0.1})
        told = shares("word", words, answer)
        assert told is not None
        assert told[0][word] == pytest.approx(1.0)


def test_each_field_of_the_pattern_has_its_own() -> None:
    labels = ("none", "talk", "talk+request")
    answer = tokens(
        '{"1":"', {"none": 0.7, "talk": 0.3}, '","2":"', {"talk": 0.8, "none": 0.2},
        {'"}': 0.9, "+": 0.1},
    )  # fmt: skip
    assert shares(r"\d+", labels, answer) == approx(
        {"none": 0.7, "talk": 0.3, "talk+request": 0.0},
        {"none": 0.2, "talk": 0.72, "talk+request": 0.08},
    )


def test_one_that_is_not_told_leaves_all_untold() -> None:
    answer = tokens('{"1":"', {"yes": 1.0}, '","2":"', {"maybe": 1.0}, '"}')
    assert shares(r"\d+", YES_NO, answer) is None
