"""The way of a document, with a model that says what it is told to."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from scripted import PLAIN, Script, act, labels

from defext import (
    Document,
    DocumentError,
    Extraction,
    Extractor,
    RetryPolicy,
    aextract,
    extract,
    extractor,
)
from defext.ask import Answer, Question
from defext.extractor import pipeline

TEXT = (
    "Chilean Defence Minister Elena Aldana met Norwegian Foreign Minister Jonas Brekke in Lima on "
    "Tuesday. Aldana urged Norway to return the vessels. Brekke said Norway will send two frigates "
    "to Kenya. The sea was calm."
)
SCRIPT = {
    "met": (
        0.9,
        act("talk", ["Elena Aldana", "Jonas Brekke"], "", label="in_person", when="on Tuesday"),
    ),
    "urged": (0.8, act("request", ["Aldana"], "return the vessels", ["Norway"], label="urge")),
    "two frigates": (0.7, act("commitment", ["Sweden"], "send two frigates", ["Kenya"])),
}


class FakeAsker:
    """Takes the place of what reaches a model."""

    made: list["FakeAsker"]

    def __init__(
        self, model: str | None, client: object, retry_policy: RetryPolicy, cache: Path | None
    ) -> None:
        self.model = model or "the usual"
        self.client = client
        self.server = None
        self.script = Script(SCRIPT)
        FakeAsker.made.append(self)

    def ask(self, questions: Sequence[Question[Any]]) -> list[Answer[Any]]:
        return self.script.answers(questions)

    async def aask(self, questions: Sequence[Question[Any]]) -> list[Answer[Any]]:
        return self.script.answers(questions)


@pytest.fixture(autouse=True)
def askers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FakeAsker]]:
    """Those that the test has made; `extract` forgets them after it."""
    monkeypatch.setattr(extractor, "Asker", FakeAsker)
    monkeypatch.setattr(extractor, "plan_for", lambda model, plan, threshold: PLAIN)
    FakeAsker.made = []
    extractor._shared.cache_clear()
    yield FakeAsker.made
    extractor._shared.cache_clear()


def without_time(extraction: Extraction) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(extraction.model_dump_json())
    assert told["run"].pop("seconds") >= 0
    return told


def test_records_of_all_stages_arrive() -> None:
    document = Document(TEXT, published="2025-07-01", title="A meeting", source="Wire", id="w7")
    extraction = Extractor("a model").extract(document)
    assert extraction.document.model_dump() == {
        "id": "w7",
        "title": "A meeting",
        "source": "Wire",
        "published": date(2025, 7, 1),
        "language": "en",
        "characters": len(TEXT),
    }
    [talk], [request] = extraction.talks, extraction.requests
    assert [party.name for party in talk.parties] == ["Elena Aldana", "Jonas Brekke"]
    assert talk.when is not None
    assert talk.when.start == date(2025, 7, 1)
    assert [party.name for party in request.requester] == ["Elena Aldana"]
    assert request.talk == talk.id == "t1"
    assert request.confidence == pytest.approx(0.8)
    for record in (talk, request):
        assert all(TEXT[e.start : e.end] == e.quote for e in record.evidence)


def test_what_the_text_does_not_bear_out_is_kept_with_its_reason() -> None:
    extraction = Extractor("a model").extract(TEXT)
    assert extraction.commitments == []
    [rejected] = extraction.rejected
    assert rejected.type == "commitment"
    assert rejected.draft.by == ["Sweden"]
    assert rejected.reason == "names nobody of the text: Sweden"


def test_a_run_tells_the_model_the_prompts_and_what_all_answers_took(
    askers: list[FakeAsker],
) -> None:
    run = Extractor("a model").extract(TEXT).run
    [asker] = askers
    calls = len(asker.script.asked)
    assert calls == 2
    assert run.model == "a model"
    assert run.prompt_version == PLAIN.version
    assert run.calls == calls
    assert run.input_tokens == 100 * calls
    assert run.cached_tokens == 90 * calls
    assert run.output_tokens == 5 * calls
    assert run.cost_usd is None


def test_a_document_without_acts_takes_one_answer() -> None:
    extraction = Extractor("a model").extract("The sea was calm.")
    assert (extraction.talks, extraction.requests, extraction.commitments) == ([], [], [])
    assert (extraction.run.calls, extraction.run.input_tokens) == (1, 100)


def test_the_pipeline_asks_in_rounds_and_does_nothing_else() -> None:
    stages = pipeline(Document("Norway will send ships. Chile will wait."), PLAIN, "a model")
    assert len(next(stages)) == 1
    with pytest.raises(StopIteration) as done:
        stages.send([labels({1: {}, 2: {}})])
    assert done.value.value.run.calls == 1


async def test_without_blocking_the_same_comes_out() -> None:
    document = Document(TEXT, published="2025-07-01")
    one = Extractor("a model")
    assert without_time(await one.aextract(document)) == without_time(one.extract(document))


async def test_the_same_comes_out_of_the_functions() -> None:
    expected = without_time(Extractor("a model").extract(TEXT, "2025-07-01"))
    assert without_time(extract(TEXT, "2025-07-01", model="a model")) == expected
    assert without_time(await aextract(TEXT, "2025-07-01", model="a model")) == expected


@pytest.mark.parametrize("text", ["", b"Norway will send ships.", None])
async def test_what_is_no_document_is_refused_before_anything_is_asked(
    text: Any, askers: list[FakeAsker]
) -> None:
    one = Extractor("a model")
    with pytest.raises(DocumentError):
        one.extract(text)
    with pytest.raises(DocumentError):
        await one.aextract(text)
    with pytest.raises(DocumentError, match="2025-07-01"):
        one.extract(TEXT, published="soon")
    assert [asker.script.asked for asker in askers] == [[]]


def test_an_extractor_knows_its_model() -> None:
    assert Extractor("a model").model == "a model"
    assert Extractor().model == "the usual"


def test_the_functions_share_one_extractor_a_model(askers: list[FakeAsker]) -> None:
    for model in ("one", "one", "other"):
        extract(TEXT, model=model)
    asked = [asker.model for asker in askers if asker.script.asked]
    assert asked == ["one", "other"]


def test_a_client_of_the_caller_s_own_is_asked_and_not_kept(askers: list[FakeAsker]) -> None:
    clients = [object(), object()]
    for client in clients:
        extract(TEXT, model="one", client=client)
    assert [asker.client for asker in askers if asker.script.asked] == clients
