"""Quotes from generated articles, each mangled in one known way, with the place that is meant."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

from benchmarks.grounding.articles import NUMBERS, PASSIVE, STATES, TONGUES, Clause, english

SEED = 20
EACH = 20  # cases of one mangling
_SENTENCES = 14

Span = tuple[int, int]
# What stands in the text for the quoted part of a clause, and the quote.
Pair = tuple[str, str]


# Quotes that a well-known peer places on a part of themselves, or not at all.
NAMED = (
    ("中国国防部长昨天在北京说，合作将继续。", "国防部长"),
    ("Defence Minister Müller spoke on Monday.", "Minister Muller"),
    ("Ruvane will deliver to Ukraine the ten tanks.", "will deliver ten tanks to Ukraine"),
)


@dataclass(frozen=True)
class Case:
    """A quote and the place in the text that it means; `place` is None where it means none."""

    mangling: str
    text: str
    cited: Span
    quote: str
    place: Span | None


def outcome(case: Case, span: Span | None) -> str:
    """Whether a placement is "right", "wrong", or there is "none" where there ought to be one.

    It is right if nine tenths of the characters of either span are in both, or there is neither.
    """
    if span is None:
        return "none" if case.place else "right"
    if case.place is None:
        return "wrong"
    both = common(case.place, span)
    either = sum(end - start for start, end in (case.place, span)) - both
    return "right" if both >= 0.9 * either else "wrong"


def common(one: Span, other: Span) -> int:
    """How many characters two spans share."""
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def cases(seed: int = SEED, each: int = EACH) -> Iterator[Case]:
    """`each` cases of every mangling, always the same for a seed."""
    rng = Random(seed)
    for mangling, make in (_MEANT | _UNMEANT).items():
        for _ in range(each):
            yield make(rng, mangling)


def long_text(characters: int, seed: int = SEED) -> tuple[str, list[str]]:
    """A text of so many characters, and five mangled quotes from all over it."""
    rng = Random(seed)
    clauses: list[Clause] = []
    while sum(len(clause.told(clause.quoted)) + 1 for clause in clauses) < characters:
        clauses.append(english(rng))
    text = " ".join(clause.told(clause.quoted) for clause in clauses)[:characters]
    manglings: list[Callable[[Random, Clause], Pair]] = [_case, _marks, _typo, _dropped, _ordered]
    chosen = [clauses[len(clauses) * place // 6] for place in range(1, 6)]
    quotes = [mangle(rng, clause) for mangle, clause in zip(manglings, chosen, strict=True)]
    for (told, _), clause in zip(quotes, chosen, strict=True):
        text = text.replace(clause.quoted, told)
    return text, [quote for _, quote in quotes]


def _verbatim(_: Random, clause: Clause) -> Pair:
    return clause.quoted, clause.quoted


def _case(rng: Random, clause: Clause) -> Pair:
    return clause.quoted, rng.choice([str.upper, str.lower, str.title])(clause.quoted)


def _accents(rng: Random, clause: Clause) -> Pair:
    decomposed = unicodedata.normalize("NFD", clause.quoted)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return rng.choice([clause.quoted, decomposed]), plain


def _marks(_: Random, clause: Clause) -> Pair:
    return clause.quoted, clause.quoted.translate(str.maketrans("“”‘’—–", "\"\"''--"))


def _ligatures(_: Random, clause: Clause) -> Pair:
    told = clause.quoted
    for letters, ligature in (("ffi", "ﬃ"), ("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ")):
        told = told.replace(letters, ligature)
    return told, clause.quoted


def _invisible(rng: Random, clause: Clause) -> Pair:
    told = re.sub(r"(\w{4})(\w{4})", "\\1\u00ad\\2", clause.quoted)
    return told.replace(" ", rng.choice([" \u200b", "\u2060 "]), 1), clause.quoted


def _spaces(rng: Random, clause: Clause) -> Pair:
    spaces = ["\u00a0", "  ", "\n", " \t", " \r\n"]
    return re.sub(" ", lambda _: rng.choice(spaces), clause.quoted), clause.quoted


def _line_break(rng: Random, clause: Clause) -> Pair:
    word = rng.choice(re.findall(r"\b[a-z]{5,}\b", clause.quoted))
    return clause.quoted.replace(word, f"{word[:3]}-\n{word[3:]}", 1), clause.quoted


def _typo(rng: Random, clause: Clause) -> Pair:
    quote = clause.quoted
    for word in rng.sample(sorted(set(re.findall(r"\b[a-z]{5,}\b", quote))), rng.randint(1, 2)):
        at = rng.randrange(len(word) - 1)
        mistyped = rng.choice(
            [
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at + 1 :],
                word[: at + 1] + word[at:],
                word[:at] + rng.choice("aeiorstn") + word[at + 1 :],
            ]
        )
        quote = re.sub(rf"\b{word}\b", mistyped, quote, count=1)
    return clause.quoted, quote


def _dropped(rng: Random, clause: Clause, times: int = 1) -> Pair:
    words = clause.quoted.split(" ")
    for _ in range(times):
        plain = [at for at, w in enumerate(words) if at and w.isalpha() and w.islower()]
        del words[rng.choice([at for at in plain if words[at] not in NUMBERS])]
    return clause.quoted, " ".join(words)


def _inserted(rng: Random, clause: Clause) -> Pair:
    words = clause.quoted.split(" ")
    words.insert(rng.randrange(2, len(words)), rng.choice(["also", "the", "that"]))
    return clause.quoted, " ".join(words)


def _ordered(rng: Random, clause: Clause) -> Pair:
    """The sentence has its parts in another order than the quote, or is in the passive voice."""
    _, does, what, to, under, *_ = clause
    orders = [f"{does} {to} {what} {under}", f"{does} {what} {under} {to}"]
    if does in PASSIVE:
        orders.append(f"{what} {PASSIVE[does]} {to} {under}")
    return rng.choice(orders), clause.quoted


def _elided(rng: Random, clause: Clause) -> Pair:
    left_out = rng.choice([clause.what, clause.to])
    return clause.quoted, clause.quoted.replace(left_out, rng.choice(["…", "...", "[…]"]))


def _wide(rng: Random, clause: Clause) -> Pair:
    told = clause.quoted
    if rng.random() < 0.5:  # digits of full width
        told = re.sub(r"\d", lambda digit: chr(ord(digit.group()) + 0xFEE0), told)
    quote = clause.quoted.translate(str.maketrans("“”「」，", '""””,'))
    return told, quote + "。" * (told == quote)


def _pointed(rng: Random, clause: Clause) -> Pair:
    told = clause.quoted
    if "\u0600" <= told[0] <= "\u06ff":
        told = re.sub("([سم])", lambda m: m.group() + rng.choice(["", "\u064e", "\u0640"]), told)
    else:
        told = re.sub("([שמת])", lambda m: m.group() + rng.choice(["", "\u05b8", "\u05b4"]), told)
    return f"\u200f{told}\u200e", clause.quoted


def _plainer(rng: Random, clause: Clause) -> Pair:
    told, quote = _accents(rng, clause) if clause.quoted[0].islower() else _invisible(rng, clause)
    return told, quote.upper() if rng.random() < 0.5 else quote


# Quotes of nothing that the text says, though it holds the clause.
def _absent(rng: Random, clause: Clause) -> str:
    return english(rng).quoted.replace(clause.does, "will scrap")


def _other_number(rng: Random, clause: Clause) -> str:
    number = clause.what.split(" ")[0]
    other = rng.choice([each for each in NUMBERS if each != number])
    return clause.quoted.replace(f" {number} ", f" {other} ")


def _negated(_: Random, clause: Clause) -> str:
    first, rest = clause.quoted.split(" ", 1)
    return f"{first} not {rest}"


def _half(rng: Random, clause: Clause) -> str:
    return f"{clause.does} {clause.what} and escort the grain convoys through the northern strait"


def _other_name(rng: Random, clause: Clause) -> str:
    name = next(state for state in STATES if state in clause.to)
    return clause.quoted.replace(name, rng.choice([s for s in STATES if s not in clause.quoted]))


def _other_verb(rng: Random, clause: Clause) -> str:
    return clause.quoted.replace(clause.does, rng.choice(["will seize", "refused to send"]))


def _swapped(_: Random, clause: Clause) -> str:
    asker, asked = re.findall(r"^(.*) asked (.*) to lend$", clause.does)[0]
    return clause.quoted.replace(clause.does, f"{asked} asked {asker} to lend")


def _asking(rng: Random) -> Clause:
    asker, asked = rng.sample(STATES, 2)
    clause = english(rng)
    return clause._replace(who="It is known that", does=f"{asker} asked {asked} to lend")


def _pieced(rng: Random, clause: Clause) -> str:
    other = english(rng)
    return f"{clause.does} {other.what} {clause.to} {other.under}"


Telling = Callable[[Random], Clause]


def meant(
    mangle: Callable[[Random, Clause], Pair], telling: Telling, times: int, rng: Random, name: str
) -> Case:
    """A quote of a clause that stands in the article so many times; any of them is cited."""
    while True:
        clause = telling(rng)
        told, quote = mangle(rng, clause)
        if quote != clause.quoted or told != clause.quoted or mangle is _verbatim:
            break
    text, spans = _article(rng, telling, [clause.told(told)] * times)
    cited = rng.choice(spans)
    start = text.index(told, *cited)
    return Case(name, text, cited, quote, (start, start + len(told)))


def unmeant(
    mangle: Callable[[Random, Clause], str], telling: Telling, rng: Random, name: str
) -> Case:
    """A quote that the article does not say, with the clause that it is made from cited."""
    clause = telling(rng)
    text, spans = _article(rng, telling, [clause.told(clause.quoted)])
    return Case(name, text, spans[0], mangle(rng, clause), None)


def _article(rng: Random, telling: Telling, sentences: list[str]) -> tuple[str, list[Span]]:
    """The sentences among others like them, in paragraphs, and where they came to stand."""
    others = [telling(rng) for _ in range(_SENTENCES - len(sentences))]
    told = [(clause.told(clause.quoted), False) for clause in others]
    told += [(sentence, True) for sentence in sentences]
    rng.shuffle(told)
    text, spans = "", []
    for number, (sentence, is_meant) in enumerate(told):
        text += "\n\n" * (number % 4 == 0 and number > 0) or others[0].space * (number > 0)
        if is_meant:
            spans.append((len(text), len(text) + len(sentence)))
        text += sentence
    return text, spans


def _in(*tongues: str) -> Telling:
    return lambda rng: TONGUES[rng.choice(tongues)].clause(rng)


Maker = Callable[[Random, str], Case]
_MEANT: dict[str, Maker] = {
    name: partial(meant, mangle, telling, times)
    for name, mangle, telling, times in (
        ("verbatim", _verbatim, english, 1),
        ("case", _case, english, 1),
        ("accents", _accents, english, 1),
        ("quotation marks and dashes", _marks, english, 1),
        ("ligatures", _ligatures, english, 1),
        ("soft hyphens and no width", _invisible, english, 1),
        ("white space", _spaces, english, 1),
        ("hyphen and line break", _line_break, english, 1),
        ("mistyped", _typo, english, 1),
        ("a word left out", _dropped, english, 1),
        ("three words left out", partial(_dropped, times=3), english, 1),
        ("a word put in", _inserted, english, 1),
        ("another order", _ordered, english, 1),
        ("a part elided", _elided, english, 1),
        ("several places", _verbatim, english, 3),
        ("several places, marks", _marks, english, 3),
        ("no spaces", _verbatim, _in("Chinese", "Japanese", "Thai"), 1),
        ("no spaces, width and marks", _wide, _in("Chinese", "Japanese", "Thai"), 1),
        ("right to left", _verbatim, _in("Arabic", "Hebrew"), 1),
        ("right to left, points and controls", _pointed, _in("Arabic", "Hebrew"), 1),
        ("other alphabets, case and accents", _plainer, _in("Russian", "Greek", "Hindi"), 1),
    )
}
_UNMEANT: dict[str, Maker] = {
    name: partial(unmeant, mangle, telling)
    for name, mangle, telling in (
        ("not there: at all", _absent, english),
        ("not there: another number", _other_number, english),
        ("not there: a negation", _negated, english),
        ("not there: the second half", _half, english),
        ("not there: another name", _other_name, english),
        ("not there: another verb", _other_verb, english),
        ("not there: sides swapped", _swapped, _asking),
        ("not there: pieced together", _pieced, english),
    )
}
