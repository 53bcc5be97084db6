"""What tokens cost, by the price list of genai-prices, which comes with its package."""

from decimal import Decimal

from defext.ask.client import is_local
from defext.ask.question import Usage

# The shortest beginning of a question that OpenAI keeps, and the step in which it keeps longer
# ones, in tokens.
_KEPT, _STEP = 1024, 128


def cost_usd(model: str, usage: Usage, server: str | None = None) -> float | None:
    """US dollars for `usage` at the installed list's price; None where no price is known.

    `model` names its provider: "openai/gpt-5-mini". Where another server than its own is asked,
    `server` is the address: that tells the provider, since any server may call its model
    "gpt-4o". The embedded model, models that run elsewhere at no list price and answers of which
    the server told no tokens have no price; none is priced as zero for want of one.

    Tokens read from a cache have their own price where the list has one; those written to it are
    priced as others. A price that depends on the length of a question is that of the mean one.
    """
    provider, _, name = model.partition("/")
    untold = usage.calls > 0 and usage.input_tokens == 0
    if is_local(model) or untold or (server is None and not name):
        return None
    from genai_prices import Usage as Tokens  # slow: brings the whole list
    from genai_prices import calc_price

    calls = max(usage.calls, 1)
    tokens = Tokens(
        input_tokens=Decimal(usage.input_tokens) / calls,
        cache_read_tokens=Decimal(usage.cached_tokens) / calls,
        output_tokens=Decimal(usage.output_tokens) / calls,
    )
    try:
        if server is None:
            price = calc_price(tokens, name, provider_id=provider)
        else:
            price = calc_price(tokens, model, provider_api_url=server)
    except LookupError:
        return None
    if price.model_price.input_mtok is None or price.model_price.output_mtok is None:
        return None
    return float(price.total_price * calls)


def likely_cached(model: str, beginning: int) -> int:
    """Of a `beginning` that many questions share, in tokens: what the server takes from its cache.

    The embedded model's server keeps all of it, OpenAI's a long one. Of others it is not known:
    none.
    """
    if is_local(model):
        return beginning
    if model.startswith(("openai/", "azure_openai/")) and beginning >= _KEPT:
        return beginning // _STEP * _STEP
    return 0
