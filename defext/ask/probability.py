"""How sure the model was of a word that it chose from a closed set, by its tokens."""

import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any


def share(field: str, chosen: str, choices: Iterable[str], tokens: Sequence[Any]) -> float | None:
    """The probability of `chosen` among `choices` as the value of `field` in a JSON answer.

    Follows the value token by token. Where one rules out a choice, the likely tokens that lead on
    to `chosen` are compared with those that lead on to any choice still open. None where the
    tokens, given as OpenAI's logprobs, do not tell.
    """
    key = re.search(rf'"{re.escape(field)}"\s*:\s*', "".join(token.token for token in tokens))
    if key is None:
        return None
    rests = {choice: json.dumps(choice, ensure_ascii=False) for choice in choices}
    probability, position = 1.0, 0
    for token in tokens:
        skip = max(0, key.end() - position)  # characters of this token that precede the value
        position += len(token.token)
        piece = token.token[skip:].strip()
        if not piece:
            continue
        left = _leads(piece, rests)
        if left.keys() < rests.keys():
            right = total = 0.0
            for top in token.top_logprobs:
                if top.token[:skip] == token.token[:skip]:
                    leads = _leads(top.token[skip:].strip(), rests)
                    total += math.exp(top.logprob) if leads else 0.0
                    right += math.exp(top.logprob) if chosen in leads else 0.0
            if not total:
                return None
            probability *= right / total
        rests = left
        if rests.keys() <= {chosen}:
            return probability
    return None


def _leads(piece: str, rests: dict[str, str]) -> dict[str, str]:
    """The choices that `piece` can go on to, and what then remains of each."""
    return {
        choice: rest[len(piece) :]
        for choice, rest in rests.items()
        if piece and (rest.startswith(piece) or piece.startswith(rest))
    }
