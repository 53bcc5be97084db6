"""Answers as models really give them: read without another call where they hold what was asked."""

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

import instructor
import openai
import pytest
from pydantic import BaseModel, ConfigDict, Field

from defext.ask import Answer, Asker, Choice, Question, RetryPolicy, Usage
from defext.ask.cache import AnswerCache
from defext.ask.repair import Reading, read
from defext.errors import AnswerInvalid, AnswerRefused, AnswerTruncated

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ask.conftest import Ask, FaultyServer


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Visit(_Strict):
    kind: Literal["visit"]
    sentences: list[int] = Field(min_length=1)
    act: str


class Call(_Strict):
    kind: Literal["call"]
    sentences: list[int] = Field(min_length=1)
    act: str
    lasted: float | None = None


class Told(_Strict):
    records: list[Visit | Call]


QUESTION = Question([{"role": "user", "content": "What happened?"}], Told, max_tokens=64)
VISIT = {"kind": "visit", "sentences": [2], "act": "to “Oslo”"}
PLAIN = json.dumps({"records": [VISIT]}, ensure_ascii=False)
ANOTHER = PLAIN.replace("Oslo", "Rome")

# What was said, each of which tells the visit to Oslo in sentence 2 and no more.
READABLE = {
    "code fence": f"```json\n{PLAIN}\n```",
    "fence without a name": f"```\n{PLAIN}\n```",
    "thinking": f"<think>\nLet me see.\n</think>\n\n{PLAIN}",
    "thinking that begins before the answer": f"Let me see.</think>{PLAIN}",
    "thinking of an object": f"<think>Is it {ANOTHER}? No.</think>{PLAIN}",
    "thinking of half an object": f'<think>I begin with {{"records": [</think>{PLAIN}',
    "introduction": f"Here is the JSON that you asked for:\n\n{PLAIN}",
    "introduction with a brace": f"In the form {{records}}, or {{ for short: {PLAIN}",
    "introduction with an open key": f'The key is {{"records" as you said: {PLAIN}',
    "closing sentence": f"{PLAIN}\n\nLet me know if you need {{more}}!",
    "fence, introduction and closing": f"Sure!\n```json\n{PLAIN}\n```\nThat is all.",
    "trailing commas": '{"records": [{"kind": "visit", "sentences": [2,], "act": "to “Oslo”",},]}',
    "single quotes": "{'records': [{'kind': 'visit', 'sentences': [2], 'act': 'to “Oslo”'}]}",
    "a comment": PLAIN.replace("[2]", "[2] // the second\n"),
    "numbers as strings": PLAIN.replace("[2]", '["2"]'),
    "numbers with a point": PLAIN.replace("[2]", "[2.0]"),
    "unknown key": PLAIN[:-1] + ', "confidence": {"records": 0.9}}',
    "unknown key of a record": PLAIN.replace('"act"', '"lasted": 2, "why": "it says so", "act"'),
    "unknown key with a tag": PLAIN[:-1] + ', "note": "</think>"}',
    "a brace too many": PLAIN + "}",
    "in a list": f"[{PLAIN}]",
    "an example, then the answer": f"Such as {ANOTHER}, so:\n{PLAIN}",
    "the answer, then an invalid one": f'{PLAIN}\n{{"records": [{{"kind": "none"}}]}}',
    "a call as text": f'<tool_call>{{"name": "Told", "arguments": {PLAIN}}}</tool_call>',
    "a call as text in text": json.dumps({"name": "Told", "parameters": PLAIN}),
}

# What cannot be read: the answer that is asked for again.
UNREADABLE = {
    "nothing": "",
    "words": "The minister visited {Oslo}.",
    "an unfinished object": PLAIN[:-2],
    "an unfinished object with a whole one in it": '{"answer": ' + PLAIN,
    "an unfinished object after a whole one": f"{PLAIN}\n{ANOTHER[:-1]}",
    "an unfinished string": PLAIN[:-4],
    "an unfinished fence": f"```json\n{PLAIN[:30]}",
    "an unclosed list": '{"records": [' + json.dumps(VISIT) + "}",
    "unfinished thinking": f"<think>Is it {PLAIN}?",
    "thinking alone": f"<think>It is {PLAIN}.</think>",
    "a field too few": '{"records": [{"kind": "visit", "sentences": [2]}]}',
    "a word of its own": PLAIN.replace('"visit"', '"trip"'),
    "words for a number": PLAIN.replace("[2]", '["second"]'),
    "a part of a number": PLAIN.replace("[2]", "[2.5]"),
    "no list": PLAIN.replace("[2]", "2"),
    "no sentence": PLAIN.replace("[2]", "[]"),
    "a number for words": PLAIN.replace('"to “Oslo”"', "7"),
    "null": PLAIN.replace('"to “Oslo”"', "null"),
    "wrong, with an answer in it": '{"result": ' + PLAIN + "}",
    "braces": "{" * 20_000,
    "brackets": '{"records":' + "[" * 20_000 + "]" * 20_000 + "}",
    "keys": '{"records":' * 20_000,
}


def told(answer: Answer[Told]) -> list[dict[str, Any]]:
    return [record.model_dump(exclude_unset=True) for record in answer.value.records]


@pytest.fixture(params=["local", "openai/some"])
def model(request: pytest.FixtureRequest, remote: "FaultyServer") -> str:
    """A model that is asked for content, and one that is asked for a tool call."""
    return str(request.param)


@pytest.mark.parametrize("text", READABLE.values(), ids=READABLE)
@pytest.mark.parametrize("tool", [False, True], ids=["content", "call"])
async def test_an_answer_in_another_form_is_read_at_once(
    text: str, tool: bool, model: str, ask: "Ask", server: "FaultyServer"
) -> None:
    server.script = [server.reply(text, tool=tool)]
    asker = Asker(model, None, RetryPolicy())
    (answer,) = await ask(asker, [QUESTION])
    assert [record | {"lasted": None} for record in told(answer)] == [VISIT | {"lasted": None}]
    assert len(server.requests) == 1
    assert answer.usage == asker.usage == Usage(1, 10, 0, 2, repaired=1)


@pytest.mark.parametrize("tool", [False, True], ids=["content", "call"])
async def test_a_plain_answer_counts_as_repaired_where_it_was_not_asked_for(
    tool: bool, model: str, ask: "Ask", server: "FaultyServer"
) -> None:
    server.script = [server.reply(PLAIN, tool=tool)]
    (answer,) = await ask(Asker(model, None, RetryPolicy()), [QUESTION])
    assert told(answer) == [VISIT]
    assert answer.usage == Usage(1, 10, 0, 2, repaired=tool is (model == "local"))


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("tool", [False, True], ids=["content", "call"])
async def test_what_holds_no_answer_is_asked_for_again(
    text: str, tool: bool, model: str, ask: "Ask", server: "FaultyServer"
) -> None:
    server.script = [server.reply(text, tool=tool), server.reply(PLAIN, tool=model != "local")]
    (answer,) = await ask(Asker(model, None, RetryPolicy()), [QUESTION])
    assert told(answer) == [VISIT]
    assert answer.usage == Usage(2, 20, 0, 4)
    first, again = server.requests
    assert again["messages"][:1] == first["messages"]
    assert "error" in json.dumps(again["messages"][1:]).lower()


async def test_the_model_is_told_what_was_wrong_in_substance(
    ask: "Ask", server: "FaultyServer"
) -> None:
    wrong = PLAIN.replace('"visit"', '"trip"')
    server.script = [server.reply(wrong), server.reply(f"```json\n{PLAIN}\n```")]
    (answer,) = await ask(Asker("local", None, RetryPolicy()), [QUESTION])
    said, complaint = server.requests[1]["messages"][1:]
    assert said["content"] == wrong
    assert "Input should be 'visit'" in complaint["content"]
    assert answer.usage == Usage(2, 20, 0, 4, repaired=1)


async def test_after_all_re_asks_no_answer_is_still_invalid(
    model: str, ask: "Ask", server: "FaultyServer"
) -> None:
    server.script = [server.reply("I would rather talk about the weather.")]
    asker = Asker(model, None, RetryPolicy())
    with pytest.raises(AnswerInvalid):
        await ask(asker, [QUESTION])
    assert asker.usage == Usage(3, 30, 0, 6)


@pytest.mark.parametrize("text", [PLAIN, f"```json\n{PLAIN}\n```", PLAIN[:-3], f"{PLAIN},"])
@pytest.mark.parametrize("tool", [False, True], ids=["content", "call"])
async def test_an_answer_that_was_cut_off_is_never_repaired(
    text: str, tool: bool, model: str, ask: "Ask", server: "FaultyServer"
) -> None:
    server.script = [server.reply(text, tool=tool, finish="length")]
    asker = Asker(model, None, RetryPolicy())
    with pytest.raises(AnswerTruncated):
        await ask(asker, [QUESTION])
    assert asker.usage == Usage(1, 10, 0, 2)


async def test_what_was_declined_is_never_repaired(
    ask: "Ask", server: "FaultyServer", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("defext.ask.client.usable", lambda completion: completion)
    server.script = [server.reply(f"{PLAIN},", finish="content_filter")]
    with pytest.raises(AnswerRefused):
        await ask(Asker("local", None, RetryPolicy()), [QUESTION])


@pytest.mark.parametrize("mode", ["TOOLS", "JSON", "MD_JSON", "JSON_SCHEMA"])
async def test_an_instructor_client_of_the_callers_own_reads_the_same(
    mode: str, server: "FaultyServer"
) -> None:
    server.script = [server.reply(READABLE["fence, introduction and closing"])]
    with openai.OpenAI(base_url=server.url, api_key=server.key) as client:
        own = instructor.from_openai(client, mode=instructor.Mode[mode])
        (answer,) = Asker("qwen", own, RetryPolicy()).ask([QUESTION])
    assert told(answer) == [VISIT]
    assert len(server.requests) == 1


async def test_a_repaired_answer_is_kept_with_its_count(
    ask: "Ask", server: "FaultyServer", tmp_path: "Path"
) -> None:
    server.script = [server.reply(f"```json\n{PLAIN}\n```")]
    first, later = (Asker("local", None, RetryPolicy(), tmp_path / "answers") for _ in range(2))
    answers = [(await ask(asker, [QUESTION]))[0] for asker in (first, later)]
    assert len(server.requests) == 1
    assert [told(answer) for answer in answers] == [[VISIT]] * 2
    assert [answer.usage.repaired for answer in answers] == [1, 1]
    assert later.usage == Usage()


def test_answers_that_an_earlier_version_kept_were_not_repaired(tmp_path: "Path") -> None:
    kept = AnswerCache(tmp_path / "answers", "m")
    kept.put(QUESTION, Answer(Told(records=[]), None, Usage(1, 10, 0, 2)))
    with kept._file() as file:
        old = '{"calls": 1, "input_tokens": 10, "cached_tokens": 0, "output_tokens": 2}'
        file.execute("UPDATE kept SET usage = ?", [old])
    answer = kept.get(QUESTION)
    assert answer is not None
    assert answer.usage == Usage(1, 10, 0, 2, repaired=0)


def test_counts_of_repaired_answers_are_added() -> None:
    assert Usage(1, 2, 3, 4, 1) + Usage(repaired=2) == Usage(1, 2, 3, 4, 3)


def message(*blocks: dict[str, Any], stop: str = "end_turn") -> SimpleNamespace:
    """As Anthropic's SDK gives one."""
    return SimpleNamespace(content=[SimpleNamespace(**block) for block in blocks], stop_reason=stop)


WRONG = {"records": [VISIT | {"sentences": ["2"], "sure": True}]}


@pytest.mark.parametrize(
    "block", [{"type": "tool_use", "input": WRONG}, {"type": "text", "text": f"So: {PLAIN}"}]
)
def test_a_message_of_anthropic_s_is_read_too(block: dict[str, Any]) -> None:
    said = message({"type": "thinking", "thinking": "Hm."}, block)
    assert (reading := read(said, Told, tool=True))
    assert reading.repaired
    [call] = said.content
    assert (call.type, call.input) == ("tool_use", {"records": [VISIT]})
    said = message(block)
    assert (reading := read(said, Told, tool=False))
    assert reading.repaired
    [text] = said.content
    assert (text.type, json.loads(text.text)) == ("text", {"records": [VISIT]})


def test_a_good_message_of_anthropic_s_stays_as_it_is() -> None:
    said = message({"type": "tool_use", "input": {"records": [VISIT]}})
    before = list(said.content)
    assert read(said, Told, tool=True) == Reading(json.dumps({"records": [VISIT]}), repaired=False)
    assert said.content == before


@pytest.mark.parametrize(
    "completion",
    [
        None,
        "<html>",
        {"choices": []},
        SimpleNamespace(choices=[]),
        SimpleNamespace(choices=[SimpleNamespace(text=PLAIN)]),
        SimpleNamespace(choices=[SimpleNamespace(message=SimpleNamespace(content=None))]),
        message({"type": "tool_use", "input": WRONG}, stop="max_tokens"),
    ],
)
def test_what_is_no_finished_completion_is_not_read(completion: Any) -> None:
    assert read(completion, Told, tool=True) is None


@pytest.mark.parametrize("arguments", [PLAIN, f"{PLAIN},", {"records": [VISIT]}, WRONG])
def test_the_call_of_a_function_is_read_too(arguments: Any) -> None:
    function = SimpleNamespace(name="Told", arguments=arguments)
    said = SimpleNamespace(content=None, function_call=function)
    assert read(SimpleNamespace(choices=[SimpleNamespace(message=said)]), Told, tool=True)


def token(text: str, **likely: float) -> dict[str, Any]:
    top = [{"token": word, "logprob": p, "bytes": None} for word, p in likely.items()]
    return {"token": text, "logprob": -0.1, "bytes": None, "top_logprobs": top}


KINDS = Choice("kind", ("visit", "call"))


def asking(kind: str, **likely: float) -> list[dict[str, Any]]:
    """The tokens of an answer that tells one record of this kind."""
    rest = '","sentences":[2],"act":"to Oslo"}]}'
    return [token('{"records":[{"kind":"'), token(kind, **likely), token(rest)]


@pytest.mark.parametrize("before", ["", "Not "], ids=["alone", "after another"])
async def test_the_probabilities_are_those_of_the_answer_and_not_of_what_is_around_it(
    before: str, ask: "Ask", server: "FaultyServer"
) -> None:
    tokens = asking("visit", visit=-0.1, call=-2.4)
    if before:
        tokens = [token(before), *asking("call", call=-0.1), token(", but\n"), *tokens, token("!")]
    text = "".join(each["token"] for each in tokens)
    server.script = [server.reply(text, logprobs={"content": tokens, "refusal": None})]
    question = Question(QUESTION.messages, Told, choice=KINDS)
    (answer,) = await ask(Asker("local", None, RetryPolicy()), [question])
    assert answer.probabilities is not None
    [kinds] = answer.probabilities
    assert kinds == pytest.approx({"visit": 0.909, "call": 0.091}, abs=0.001)


async def test_probabilities_that_belong_to_no_field_of_the_answer_are_none(
    ask: "Ask", server: "FaultyServer"
) -> None:
    *begun, _ = asking("visit", visit=-0.1, call=-2.4)
    more = token('","sentences":[2],"act":"to Oslo"}],"kind":"')
    tokens = [*begun, more, token("call", call=-0.1), token('"}')]
    text = "".join(each["token"] for each in tokens)
    server.script = [server.reply(text, logprobs={"content": tokens, "refusal": None})]
    question = Question(QUESTION.messages, Told, choice=KINDS)
    (answer,) = await ask(Asker("local", None, RetryPolicy()), [question])
    assert len(answer.value.records) == 1
    assert answer.probabilities is None
