"""How likely each word of a closed set was to the model that chose one, by its tokens."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any


def shares(
    field: str, choices: Iterable[str], tokens: Sequence[Any]
) -> list[dict[str, float]] | None:
    """The probability of each of `choices`, for each value of a field in a JSON answer.

    The fields are those whose name matches the pattern `field`. Follows each value token by token.
    Where one rules out a choice, the likely tokens that lead on to any choice still open are
    weighed against each other; one that leads on to several counts for each in equal parts, but not
    for a choice that goes on after another. None where the tokens, given as OpenAI's logprobs, do
    not tell.
    """
    words = tuple(choices)
    text = "".join(token.token for token in tokens)
    keys = list(_keys(text, field))
    if not tokens:
        return None
    told: list[dict[str, float]] = []
    number, position = 0, 0  # the first token of the value, and where it starts in the text
    for key in keys:
        while position + len(tokens[number].token) <= key.end():
            position += len(tokens[number].token)
            number += 1
        found = _shares(words, tokens[number:], key.end() - position)
        if found is None:
            return None
        told.append(found)
    return told or None


def fields_in(text: str, field: str) -> list[str]:
    """The names of the fields whose probabilities `shares` gives, in their order in a JSON text."""
    return [key[1] for key in _keys(text, field)]


def _keys(text: str, field: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf'"({field})"\s*:\s*(?=")', text)


def _shares(words: Sequence[str], tokens: Sequence[Any], skip: int) -> dict[str, float] | None:
    """Those of the value that starts after `skip` characters of the first token."""
    rests = {word: json.dumps(word, ensure_ascii=False) for word in words}
    told = dict.fromkeys(rests, 0.0)
    path = 1.0
    for token in tokens:
        piece = token.token[skip:].strip()
        if piece:
            left = _leads(piece, rests)
            if left.keys() < rests.keys():
                weights = _weights(token, skip, rests)
                total = sum(weights.values())
                if not total:
                    return None
                for word in rests.keys() - left.keys():
                    told[word] = path * weights[word] / total
                path *= sum(weights[word] for word in left) / total
            rests = left
            if len(rests) <= 1:
                return told | dict.fromkeys(rests, path)
        skip = 0
    return None


def _weights(token: Any, skip: int, rests: dict[str, str]) -> dict[str, float]:
    weights = dict.fromkeys(rests, 0.0)
    for top in token.top_logprobs:
        if top.token[:skip] == token.token[:skip]:
            leads = _leads(top.token[skip:].strip(), rests)
            shortest = [word for word in leads if not _goes_on(word, leads)]
            for word in shortest:
                weights[word] += math.exp(top.logprob) / len(shortest)
    return weights


def _goes_on(word: str, others: Iterable[str]) -> bool:
    """Whether it begins with another word: what follows that one is told by the next token."""
    return any(word != other and word.startswith(other) for other in others)


def _leads(piece: str, rests: dict[str, str]) -> dict[str, str]:
    """The choices that `piece` can go on to, and what then remains of each."""
    return {
        choice: rest[len(piece) :]
        for choice, rest in rests.items()
        if piece and (rest.startswith(piece) or piece.startswith(rest))
    }
