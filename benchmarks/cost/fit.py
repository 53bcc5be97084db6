"""Print defext/plan/usual.toml anew, from recorded answers and from gold.

The embedded model's answers to the invented articles, and to every second one in another language,
tell all but the records of the plan "whole": those are the invented articles' gold.

    python -m benchmarks.cost.fit
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import mean
from typing import Any, TypeVar

from defext.plan.cues import candidates

from benchmarks.cost.recorded import ROOT, documents, replay
from defext import Document
from defext.ask import Answer, Asker, Patience, Question
from defext.evaluate import GoldItem, read_documents, read_gold
from defext.plan import Steps, drafts, find, in_english, plans, screen, without_asides
from defext.prompt import Fill, Translation

T = TypeVar("T")
_Asked = list[tuple[Question[Any], Answer[Any]]]

_PLAN = plans()["narrow"]
_MESSAGE, _OPENING = 5, 3  # what ChatML puts around each message, and before the answer
_EMPTY = 5  # an answer of "whole" without records


def main() -> None:
    """Print the numbers."""
    asked: _Asked = []
    told = {
        "tokens_a_message": _MESSAGE,
        "tokens_of_the_opening": _OPENING,
        "likely": _likely(documents("invented"), asked),
        **_abroad(documents("foreign")[::2], asked),
    }
    told["bytes_a_token"] = _bytes_a_token(asked)
    told |= _records(asked)
    for name, value in told.items():
        print(f"{name} = {value}")
    print("\n[answer]")
    written = defaultdict(list)
    for question, answer in asked:
        written[question.answer.__name__.lower()].append(answer.usage.output_tokens)
    print(f"whole = {_EMPTY}")
    for kind, tokens in written.items():
        print(f"{kind} = {mean(tokens):.1f}")


def _likely(articles: Iterable[Document], asked: _Asked) -> list[float]:
    """The share of the sentences with a cue that reach 0, 0.1 and so on to 1."""
    asker = Asker("local", replay("invented"), Patience())
    everything = _PLAN.model_copy(update={"threshold": 0.0})
    sure = []
    for article in articles:
        read = without_asides(article)
        _put(screen(read, _put(drafts(read, _PLAN), asker, asked), _PLAN), asker, asked)
        likely = _put(find(read.sentences, everything), asker, [])
        sure += [each.confidence or 0.0 for each in likely]
    return [round(mean(confidence >= step / 10 for confidence in sure), 2) for step in range(11)]


def _abroad(articles: Sequence[Document], asked: _Asked) -> dict[str, float]:
    """How many sentences are translated, and how many cues a translated one has."""
    asker = Asker("local", replay("foreign"), Patience())
    english = [_put(in_english(article, _PLAN), asker, asked) for article in articles]
    sentences = sum(len(article.sentences) for article in articles)
    translated = sum(question.answer is Translation for question, _ in asked)
    cues = sum(len(list(candidates(article.sentences))) for article in english)
    return {"telling": round(translated / sentences, 2), "cues": round(cues / translated, 2)}


def _bytes_a_token(asked: _Asked) -> float:
    contents = [[m["content"] for m in question.messages] for question, _ in asked]
    size = sum(len(content.encode()) for told in contents for content in told)
    around = sum(_MESSAGE * len(told) + _OPENING for told in contents)
    return round(size / (sum(answer.usage.input_tokens for _, answer in asked) - around), 2)


def _records(asked: _Asked) -> dict[str, float]:
    """How many records there are for a cue, and the tokens of each as "whole" would tell it."""
    articles = read_documents(ROOT / "seeds/invented/docs.jsonl")
    gold = read_gold(ROOT / "seeds/invented/gold.jsonl")
    told = [_told(item) for article in articles for item in gold[article.id] if not item.optional]
    cues = sum(len(list(candidates(article.sentences))) for article in articles)
    fills = [answer for question, answer in asked if question.answer is Fill]
    size = sum(len(answer.value.model_dump_json().encode()) for answer in fills)
    bytes_a_token = size / sum(answer.usage.output_tokens for answer in fills)
    record = mean(len(each.encode()) for each in told) / bytes_a_token
    return {"record": round(record, 1), "records": round(len(told) / cues, 2)}


def _told(item: GoldItem) -> str:
    by, to = ([actor.partition("|")[0] for actor in side] for side in (item.by, item.to))
    told = {"kind": item.type, "sentences": [1], "by": by, "to": to, "act": item.what}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _put(steps: Steps[T], asker: Asker, asked: _Asked) -> T:
    """What the steps come to; their questions and answers are added to `asked`."""
    try:
        questions = next(steps)
        while True:
            answers = asker.ask(questions)
            asked += zip(questions, answers, strict=True)
            questions = steps.send(answers)
    except StopIteration as done:
        value: T = done.value
        return value


if __name__ == "__main__":
    main()
