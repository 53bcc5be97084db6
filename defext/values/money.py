"""Sums of money: how much, in which currency, and over which time."""

import re
from collections.abc import Iterator
from functools import cache

from babel import Locale

from defext.schema import Money
from defext.values.countries import states_in
from defext.values.numbers import NUMBER, lowered, number

# Signs and short names that Unicode's CLDR lacks or does not have in English.
_SIGNS = {
    "us$": "USD", "u.s.$": "USD", "a$": "AUD", "au$": "AUD", "aus$": "AUD", "c$": "CAD",
    "ca$": "CAD", "can$": "CAD", "nz$": "NZD", "s$": "SGD", "hk$": "HKD", "nt$": "TWD",
    "r$": "BRL", "€": "EUR", "£": "GBP", "₹": "INR", "rs": "INR", "rs.": "INR", "re": "INR",
    "₩": "KRW", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₪": "ILS", "nis": "ILS", "zł": "PLN",
    "zl": "PLN", "rmb": "CNY", "₫": "VND", "₱": "PHP", "฿": "THB", "₦": "NGN", "₸": "KZT",
    "¥": "JPY", "fr.": "CHF", "sfr": "CHF",
}  # fmt: skip
# By a name that several states have, for each of them; the first is meant where none is known.
_SHARED = {
    "$": ("USD", {"AUS": "AUD", "CAN": "CAD", "NZL": "NZD", "SGP": "SGD", "FJI": "FJD"}),
    "dollar": ("USD", {"AUS": "AUD", "CAN": "CAD", "NZL": "NZD", "SGP": "SGD", "FJI": "FJD"}),
    "¥": ("JPY", {"CHN": "CNY"}),
    "rs": ("INR", {"PAK": "PKR", "LKA": "LKR", "NPL": "NPR", "MUS": "MUR"}),
    "rs.": ("INR", {"PAK": "PKR", "LKA": "LKR", "NPL": "NPR", "MUS": "MUR"}),
    "rupee": ("INR", {"PAK": "PKR", "LKA": "LKR", "NPL": "NPR", "MUS": "MUR"}),
    "pound": ("GBP", {"EGY": "EGP", "SYR": "SYP", "LBN": "LBP", "SDN": "SDG"}),
    "kr": (None, {"NOR": "NOK", "SWE": "SEK", "DNK": "DKK", "ISL": "ISK"}),
    "krone": (None, {"NOR": "NOK", "DNK": "DKK"}),
    "kroner": (None, {"NOR": "NOK", "DNK": "DKK"}),
    "krona": ("SEK", {"ISL": "ISK"}),
    "kronor": ("SEK", {}),
    "crown": (None, {"NOR": "NOK", "SWE": "SEK", "DNK": "DKK", "CZE": "CZK", "ISL": "ISK"}),
    "won": ("KRW", {"PRK": "KPW"}),
    "franc": ("CHF", {}),
    "peso": (None, {"MEX": "MXN", "PHL": "PHP", "ARG": "ARS", "CHL": "CLP", "COL": "COP"}),
    "dinar": (None, {"JOR": "JOD", "KWT": "KWD", "IRQ": "IQD", "SRB": "RSD", "TUN": "TND"}),
    "riyal": ("SAR", {"QAT": "QAR", "YEM": "YER"}),
    "rial": ("IRR", {"OMN": "OMR", "YEM": "YER"}),
    "shilling": (None, {"KEN": "KES", "UGA": "UGX", "TZA": "TZS", "SOM": "SOS"}),
}  # fmt: skip
_PLAIN_NAMES = {
    "euro": "EUR", "yen": "JPY", "yuan": "CNY", "renminbi": "CNY", "rouble": "RUB", "ruble": "RUB",
    "hryvnia": "UAH", "lira": "TRY", "shekel": "ILS", "zloty": "PLN", "złoty": "PLN",
    "forint": "HUF", "koruna": "CZK", "leu": "RON", "lev": "BGN", "real": "BRL", "reais": "BRL",
    "rand": "ZAR", "naira": "NGN", "rupiah": "IDR", "ringgit": "MYR", "baht": "THB", "dong": "VND",
    "dirham": "AED", "sterling": "GBP", "taka": "BDT",
    "tenge": "KZT", "lari": "GEL", "pounds sterling": "GBP", "pound sterling": "GBP",
}  # fmt: skip
# Codes that are words before a number: "all 20".
_WORDS = {"ALL", "CUP", "TOP"}
_ABOUT = (
    r"(?:(?:about|around|some|roughly|nearly|almost|over|more than|up to|at least|an?|the)\s+)*"
)
_UNIT = r"(?:(?:fiscal|financial|calendar)\s+)?(?:decade|year|quarter|month|week|day)s?"
_YEAR = r"(?:(?:fy|(?:the\s+)?(?:fiscal|financial)(?:\s+year)?)\s?)?\d{4}(?:[-–/]\d{2,4})?"
_PERIOD = (
    r"(?:over|during|for|within|in|across|through)\s+(?:(?:the|a|an)\s+)?"
    r"(?:(?:next|coming|past|last|following|current)\s+)?"
    rf"(?:{_YEAR}(?:\s?(?:-|–|to|and)\s?{_YEAR})?|(?:{NUMBER}[\s-]+)?{_UNIT}(?:\s+period)?)"
    rf"|(?:per|each|every|an?)\s+{_UNIT}|annually|yearly|monthly"
)


def money(words: str, country: str | None = None) -> Money | None:
    """The sum that `words` name, or None for words that name none. Never raises.

    `country`, an ISO 3166-1 alpha-3 code, decides between currencies of one name. Where it cannot
    be known, the currency is null.
    """
    text = " ".join(words.split())
    found = _pattern().fullmatch(lowered(text))
    if not found or not (sign := found["before"] or found["after"]):
        return None
    parts = [found["low"], found["high"]] if found["high"] else [found["low"]]
    low, *rest = map(number, parts)
    if (
        rest
        and low is not None
        and (many := _magnitude(found["high"]))
        and not _magnitude(parts[0])
    ):
        low = number(f"{parts[0]} {many}")  # "$3-4 billion"
    if low is None or (rest and rest[0] is None):
        return None
    period = found["period"] and text[slice(*found.span("period"))]
    if nation := found["nation_before"] or found["nation"]:  # "Norwegian kroner"
        states = states_in(nation.upper() if len(nation) < 4 else nation.capitalize())
        if not states:
            return None
        country = states[0].country
    most = rest[0] if rest else None
    if most is not None and most < low:
        return None
    currency = _code(sign, country)
    return Money(text=text, amount=low, most=most, currency=currency, period=period)


def money_in(text: str, country: str | None = None) -> Iterator[tuple[range, Money]]:
    """Every sum that a text names, as `money` reads it, and where it stands."""
    for found in _pattern().finditer(lowered(text)):
        starts = [found.start()]
        if found["nation_before"]:  # or any other word: "worth Rs 500 crore"
            starts.append(found.end("nation_before") + 1)
        for start in starts if _is_sum(text, found) else ():
            if read := money(text[start : found.end()], country):
                yield range(start, found.end()), read
                break


def _is_sum(text: str, found: re.Match[str]) -> bool:
    """Whether words of a text are a sum: not "won 20 medals" and no "500-pound bombs"."""
    before, after = text[slice(*found.span("before"))], text[slice(*found.span("after"))]
    sign = before or after
    if not sign.isalpha() or (sign.isupper() and len(sign) == 3):
        return bool(sign)
    many = bool(_magnitude(found["high"] or found["low"]))
    return many or (sign.endswith("s") if after else sign in ("Rs", "Re"))


def _magnitude(words: str) -> str:
    return " ".join(re.findall(r"[a-z]+", words)) if words[:1].isdigit() else ""


def _code(sign: str, country: str | None) -> str | None:
    name = sign.removesuffix("s") if len(sign) > 3 else sign
    for each in (sign, name):
        if each in _SHARED:
            usual, others = _SHARED[each]
            return others.get(country or "", usual)
    return _codes().get(sign) or _codes().get(name)


@cache
def _codes() -> dict[str, str]:
    names = {str(code): str(name) for code, name in Locale("en").currencies.items()}
    return (
        {name.lower(): code for code, name in names.items()}
        | {code.lower(): code for code in names if code not in _WORDS}
        | _PLAIN_NAMES
        | _SIGNS
    )


@cache
def _pattern() -> re.Pattern[str]:
    known = {*_codes(), *_SHARED}
    plural = {f"{name}s" for name in known if name.isalpha() and len(name) > 3}
    names = "|".join(sorted(map(re.escape, known | plural), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w.,])(?:(?P<between>between\s+)|from\s+)?{_ABOUT}"
        rf"(?:(?:(?P<nation_before>[a-z]+)\s)??(?P<before>{names}))?\s?(?P<low>{NUMBER})"
        rf"(?:\s?(?:-|–|to|(?(between)and|to))\s?(?:(?P=before))?\s?(?P<high>{NUMBER}))?"
        rf"(?:[\s-](?:(?P<nation>[a-z]+)\s)??(?P<after>{names}))?(?:,?\s(?P<period>(?:{_PERIOD})(?:\s(?:{_PERIOD}))?))?(?!\w)"
    )
