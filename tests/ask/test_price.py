"""What tokens cost: the list's own numbers, and None wherever there is no price."""

import subprocess
import sys
import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import ModelPrice, TieredPrices
from hypothesis import given
from hypothesis import strategies as st

from defext.ask import Usage
from defext.ask.price import cost_usd, likely_cached

USAGE = Usage(calls=7, input_tokens=9_100, cached_tokens=5_120, output_tokens=613)
MODELS = ["openai/gpt-5-mini", "openai/gpt-4.1", "anthropic/claude-haiku-4-5", "xai/grok-4"]
COUNTS = st.integers(0, 10**7)


def listed(model: str) -> ModelPrice:
    """The list's prices today."""
    provider, _, name = model.partition("/")
    _, found = get_snapshot().find_provider_model(name, None, provider, None)
    return found.get_prices(datetime.now(UTC))


def base(price: Decimal | TieredPrices | None) -> Decimal:
    assert price is not None
    return price.base if isinstance(price, TieredPrices) else price


@pytest.mark.parametrize("model", MODELS)
def test_fresh_cached_and_written_tokens_have_their_prices(model: str) -> None:
    prices = listed(model)
    expected = (
        (USAGE.input_tokens - USAGE.cached_tokens) * base(prices.input_mtok)
        + USAGE.cached_tokens * base(prices.cache_read_mtok)
        + USAGE.output_tokens * base(prices.output_mtok)
    ) / 10**6
    assert expected > 0
    assert cost_usd(model, USAGE) == pytest.approx(float(expected), rel=1e-12)


def test_a_list_without_a_price_for_cached_tokens_has_them_at_the_full_one() -> None:
    model = next(
        f"groq/{each.id}"
        for each in next(p for p in get_snapshot().providers if p.id == "groq").models
        if (prices := each.get_prices(datetime.now(UTC))).cache_read_mtok is None
        and prices.input_mtok is not None
        and prices.output_mtok is not None
    )
    fresh = Usage(USAGE.calls, USAGE.input_tokens, 0, USAGE.output_tokens)
    assert cost_usd(model, USAGE) == cost_usd(model, fresh) != 0


def test_a_tier_is_that_of_one_question_however_many_there_are() -> None:
    model = "google/gemini-2.5-pro"
    price = listed(model).input_mtok
    assert isinstance(price, TieredPrices)
    tier = price.tiers[0]
    tokens = 2 * tier.start
    long = cost_usd(model, Usage(calls=1, input_tokens=tokens))
    short = cost_usd(model, Usage(calls=100, input_tokens=tokens))
    assert long == pytest.approx(float(tokens * tier.price / 10**6), rel=1e-12)
    assert short == pytest.approx(float(tokens * price.base / 10**6), rel=1e-12)


@pytest.mark.parametrize(
    "model",
    [
        "local",
        "local/other.gguf",
        "gpt-4o",
        "mistral-large-latest",
        "ollama/llama3",
        "openai/no-such-model",
        "nobody/gpt-4o",
        "openai/",
        "",
    ],
)
def test_what_has_no_known_price_costs_none(model: str) -> None:
    assert cost_usd(model, USAGE) is None
    assert cost_usd(model, Usage()) is None


def test_an_entry_of_the_list_without_prices_costs_none() -> None:
    unpriced = next(
        model.id
        for model in next(p for p in get_snapshot().providers if p.id == "openrouter").models
        if repr(model.prices) == "ModelPrice()"
    )
    assert cost_usd(f"openrouter/{unpriced}", USAGE) is None


def test_what_reads_alone_has_no_price_as_a_model_that_writes() -> None:
    assert listed("openai/text-embedding-3-small").input_mtok is not None
    assert cost_usd("openai/text-embedding-3-small", USAGE) is None


def test_a_client_of_the_caller_s_own_is_priced_by_whom_it_asks() -> None:
    assert cost_usd("gpt-4o", USAGE, "https://api.openai.com/v1/") == cost_usd(
        "openai/gpt-4o", USAGE
    )
    for model in ("gpt-4o", "openai/gpt-4o"):
        assert cost_usd(model, USAGE, "http://127.0.0.1:8000/v1/") is None
        assert cost_usd(model, USAGE, "") is None


def test_answers_without_counts_are_not_free_but_no_answers_are() -> None:
    assert cost_usd("openai/gpt-5-mini", Usage(calls=3)) is None
    assert cost_usd("openai/gpt-5-mini", Usage()) == 0.0


@given(calls=st.integers(1, 10**6), tokens=COUNTS, cached=COUNTS, written=COUNTS)
def test_more_costs_more_and_a_cache_saves(
    calls: int, tokens: int, cached: int, written: int
) -> None:
    cached = min(cached, tokens)
    model = "openai/gpt-4.1-mini"
    usage = Usage(calls, tokens + 1, cached, written)
    cost = cost_usd(model, usage)
    assert cost is not None
    assert 0 < cost <= (cost_usd(model, Usage(calls, tokens + 1, 0, written)) or 0) * (1 + 1e-12)
    assert cost < (cost_usd(model, Usage(calls, tokens + 1001, cached, written + 1)) or 0)
    assert cost_usd(model, usage + usage) == pytest.approx(2 * cost, rel=1e-12)


def test_the_list_is_loaded_when_it_is_asked_and_nothing_runs_on() -> None:
    told = "import sys, defext.ask.price; print('genai_prices' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    threads = threading.active_count()
    assert cost_usd("openai/gpt-5-mini", USAGE) is not None  # a socket would fail the test
    assert threading.active_count() == threads


@pytest.mark.parametrize(
    ("model", "beginning", "cached"),
    [
        ("local", 700, 700),
        ("local/other.gguf", 1500, 1500),
        ("openai/gpt-5-mini", 1023, 0),
        ("openai/gpt-5-mini", 1024, 1024),
        ("azure_openai/mine", 1300, 1280),
        ("anthropic/claude-haiku-4-5", 3000, 0),
        ("gpt-4o", 3000, 0),
    ],
)
def test_a_shared_beginning_is_cached_where_that_is_known(
    model: str, beginning: int, cached: int
) -> None:
    assert likely_cached(model, beginning) == cached
