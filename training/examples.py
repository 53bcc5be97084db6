"""Training examples: the questions of the plan `taught` about a window, and their answers."""

import json
import random
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from defext.document import Sentence
from defext.plan import plans
from defext.plan.windows import windows, with_metadata
from defext.prompt import KINDS, RecordAnswer
from defext.schema import Kind
from training.documents import Taught

Encode = Callable[[str], list[int]]

# How large the windows of an epoch may be, in tokens.
_WINDOWS = (500, 750, 1000)
# How often the second question names pairs that are no records, so that the model learns to refuse.
_WRONG = 0.5


@dataclass(frozen=True)
class Branch:
    """A question's own tokens and its answer's, of which those from `answer` on are taught."""

    tokens: list[int]
    answer: int


@dataclass(frozen=True)
class Example:
    """A window: the tokens that its questions have in common, and a branch for each question."""

    common: list[int]
    branches: tuple[Branch, ...]

    def __len__(self) -> int:
        return len(self.common) + sum(len(branch.tokens) for branch in self.branches)


def examples(taught: Taught, encode: Encode, rng: random.Random) -> Iterator[Example]:
    """The examples of one epoch from a document. Each epoch draws other windows and wrong pairs."""
    document = taught.document
    for part in windows(document.sentences, rng.choice(_WINDOWS)):
        text = with_metadata(document, part)
        yield _example(list(_turns(text, part, taught.records, rng)), encode)


def _turns(
    text: str, part: Sequence[Sentence], records: Sequence[RecordAnswer], rng: random.Random
) -> Iterator[tuple[list[dict[str, str]], str]]:
    """The messages of each question and the answer to it."""
    prompts = plans()["taught"].prompts
    kinds: dict[int, list[Kind]] = {
        sentence.number: [
            kind
            for kind in KINDS
            if any(r.kind == kind and r.sentences[0] == sentence.number for r in records)
        ]
        for sentence in part
    }
    labels = {str(number): "+".join(found) or "none" for number, found in kinds.items()}
    yield prompts["label"].messages(document=text), _json(labels)

    pairs = {(number, kind) for number, found in kinds.items() for kind in found}
    if rng.random() < _WRONG:
        for _ in range(rng.choice((1, 1, 2))):
            pairs.add((rng.choice(list(kinds)), rng.choice(KINDS)))
    if pairs:
        ordered = sorted(pairs, key=lambda pair: (pair[0], KINDS.index(pair[1])))
        asked = "; ".join(f"{number} {kind}" for number, kind in ordered)
        answer = [_within(r, kinds.keys(), text) for r in records if r.sentences[0] in kinds]
        answer.sort(key=lambda record: record.sentences[0])
        yield (
            prompts["records"].messages(document=text, asked=asked),
            _json({"records": [record.model_dump() for record in answer]}),
        )


def _within(record: RecordAnswer, numbers: Collection[int], text: str) -> RecordAnswer:
    """A record as a window shows it: its sentences there, and names as they stand there."""
    return record.model_copy(
        update={
            "sentences": [number for number in record.sentences if number in numbers],
            "by": [_fitted(name, text) for name in record.by],
            "to": [_fitted(name, text) for name in record.to],
        }
    )


def _fitted(name: str, text: str) -> str:
    """The fullest end of a name that the window holds; the name itself if it holds none."""
    words = name.split()
    for first in range(len(words)):
        rest = " ".join(words[first:])
        if len(words[first]) > 2 and re.search(rf"\b{re.escape(rest)}\b", text):
            return rest
    return name


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _example(turns: Sequence[tuple[list[dict[str, str]], str]], encode: Encode) -> Example:
    encoded = [
        (encode(_chat(messages)), encode(f"{answer}<|im_end|>")) for messages, answer in turns
    ]
    questions = [question for question, _ in encoded]
    # What a single question would share with itself is all of it; leave it something of its own.
    shared = min(map(len, questions)) - 1
    for position, tokens in enumerate(zip(*questions, strict=False)):
        if len(set(tokens)) > 1:
            shared = min(shared, position)
            break
    return Example(
        questions[0][:shared],
        tuple(
            Branch(question[shared:] + answer, len(question) - shared)
            for question, answer in encoded
        ),
    )


def _chat(messages: Sequence[dict[str, str]]) -> str:
    """The ChatML in which the embedded model reads a conversation that it is to go on."""
    turns = (f"<|im_start|>{turn['role']}\n{turn['content']}<|im_end|>\n" for turn in messages)
    return "".join(turns) + "<|im_start|>assistant\n"
