"""How likely each word of a closed set was to the model that chose one, by its tokens."""

import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any


def shares(field: str, choices: Iterable[str], tokens: Sequence[Any]) -> dict[str, float] | None:
    """The probability of each of `choices` as the value of `field` in a JSON answer.

    Follows the value token by token. Where one rules out a choice, the likely tokens that lead on
    to any choice still open are weighed against each other; one that leads on to several counts
    for each in equal parts. None where the tokens, given as OpenAI's logprobs, do not tell.
    """
    key = re.search(rf'"{re.escape(field)}"\s*:\s*', "".join(token.token for token in tokens))
    if key is None:
        return None
    rests = {choice: json.dumps(choice, ensure_ascii=False) for choice in choices}
    told = dict.fromkeys(rests, 0.0)
    path, position = 1.0, 0
    for token in tokens:
        skip = max(0, key.end() - position)  # characters of this token that precede the value
        position += len(token.token)
        piece = token.token[skip:].strip()
        if not piece:
            continue
        left = _leads(piece, rests)
        if left.keys() < rests.keys():
            weights = _weights(token, skip, rests)
            total = sum(weights.values())
            if not total:
                return None
            for choice in rests.keys() - left.keys():
                told[choice] = path * weights[choice] / total
            path *= sum(weights[choice] for choice in left) / total
        rests = left
        if len(rests) <= 1:
            return told | dict.fromkeys(rests, path)
    return None


def _weights(token: Any, skip: int, rests: dict[str, str]) -> dict[str, float]:
    weights = dict.fromkeys(rests, 0.0)
    for top in token.top_logprobs:
        if top.token[:skip] == token.token[:skip]:
            leads = _leads(top.token[skip:].strip(), rests)
            for choice in leads:
                weights[choice] += math.exp(top.logprob) / len(leads)
    return weights


def _leads(piece: str, rests: dict[str, str]) -> dict[str, str]:
    """The choices that `piece` can go on to, and what then remains of each."""
    return {
        choice: rest[len(piece) :]
        for choice, rest in rests.items()
        if piece and (rest.startswith(piece) or piece.startswith(rest))
    }
