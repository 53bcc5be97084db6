"""What an answer took, as each provider counts it."""

from types import SimpleNamespace
from typing import Any

import pytest
from openai.types import CompletionUsage
from openai.types.completion_usage import CompletionTokensDetails, PromptTokensDetails

from defext.ask import Usage
from defext.ask.usage import UsageCounter

OPENAI = CompletionUsage(
    prompt_tokens=1000,
    completion_tokens=90,
    total_tokens=1090,
    prompt_tokens_details=PromptTokensDetails(cached_tokens=896),
    completion_tokens_details=CompletionTokensDetails(reasoning_tokens=64),
)
ANTHROPIC = SimpleNamespace(
    input_tokens=104,
    cache_read_input_tokens=800,
    cache_creation_input_tokens=96,
    output_tokens=90,
)
RESPONSES = SimpleNamespace(
    input_tokens=1000, input_tokens_details=SimpleNamespace(cached_tokens=896), output_tokens=90
)


def counted(*usages: object) -> Usage:
    counter = UsageCounter(lambda completion: None)
    for usage in usages:
        counter.hooks().emit_completion_response(SimpleNamespace(usage=usage))
    return counter.usage


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (OPENAI, Usage(1, 1000, 896, 90)),
        (RESPONSES, Usage(1, 1000, 896, 90)),
        (ANTHROPIC, Usage(1, 1000, 800, 90)),
        (SimpleNamespace(input_tokens=104, output_tokens=9), Usage(1, 104, 0, 9)),
        (CompletionUsage(prompt_tokens=7, completion_tokens=2, total_tokens=9), Usage(1, 7, 0, 2)),
        (None, Usage(1)),
    ],
)
def test_input_is_all_that_was_read_and_cached_a_part_of_it(usage: Any, expected: Usage) -> None:
    assert counted(usage) == expected


def test_an_openai_count_with_anthropic_s_fields_beside_it_counts_once() -> None:
    both = SimpleNamespace(
        prompt_tokens=1000,
        completion_tokens=90,
        prompt_tokens_details=None,
        cache_read_input_tokens=800,
        cache_creation_input_tokens=96,
    )
    assert counted(both) == Usage(1, 1000, 800, 90)


def test_no_more_is_cached_than_was_read() -> None:
    details = SimpleNamespace(cached_tokens=50)
    usage = SimpleNamespace(prompt_tokens=10, completion_tokens=1, prompt_tokens_details=details)
    assert counted(usage) == Usage(1, 10, 10, 1)


def test_every_answer_of_a_question_counts() -> None:
    assert counted(OPENAI, None, ANTHROPIC) == Usage(3, 2000, 1696, 180)
