"""Answers as models really give them: in a code fence, after some thinking, with a key too many.

They are read here where they hold what was asked for, before Instructor sees them, so that nothing
is asked again for its form alone. What is wrong in substance, cut off or declined stays as it is.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel, ValidationError

from defext.ask.faults import is_declined

# Objects that are looked for in one answer, and how deep they go: a text of braces alone must not
# take for ever.
_MOST_OBJECTS, _DEEPEST = 100, 100

_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning|reflection)>", re.IGNORECASE)
_THINKING = re.compile(r"<(?:think|thinking|thought|reasoning|reflection)>", re.IGNORECASE)
# Strings are skipped whole, an unclosed one to the end; brackets are counted.
_MARK = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[{}\[\]]', re.DOTALL)
# A brace of JSON, unlike one in a sentence, is followed by a key and the beginning of a value.
_OBJECT = re.compile(r"""\{\s*(?:\}|(["'])[^"'\n]*\1\s*:\s*["'\[{\-\dtfnTFN])""")
_PAIRS = {"{": "}", "[": "]"}


@dataclass(frozen=True)
class Reading:
    """The words of a completion in which the answer stands, and whether they had to be repaired."""

    words: str
    repaired: bool


def read(completion: Any, answer: type[BaseModel], *, tool: bool) -> Reading | None:
    """Read an answer, and put it into the completion as plain JSON, where it was asked for.

    `tool` tells that a tool call was asked for, not content. None, and an unchanged completion,
    where there is nothing to read.
    """
    places = _places(completion)
    if places is None or is_declined(completion) or places.cut_off:
        return None
    texts = [*places.calls, *places.contents] if tool else [*places.contents, *places.calls]
    asked = places.calls if tool else places.contents
    if asked and _is_plain(asked[0], answer):
        return Reading(asked[0], repaired=False)
    for text in texts:
        if found := _found(text, answer):
            value, words = found
            places.put(value.model_dump_json(by_alias=True, exclude_unset=True), tool)
            return Reading(words, repaired=True)
    return None


@dataclass(frozen=True)
class _Places:
    """Where answers stand in a completion: arguments of tool calls, and contents.

    `put` makes a text the only answer: as a call if the second argument is true, else as content.
    """

    calls: Sequence[str]
    contents: Sequence[str]
    cut_off: bool
    put: Callable[[str, bool], None]


def _places(completion: Any) -> _Places | None:
    if choices := getattr(completion, "choices", None):
        return _of_choice(choices[0])
    if isinstance(getattr(completion, "content", None), list):
        return _of_blocks(completion)
    return None


def _of_choice(choice: Any) -> _Places | None:
    """Of a completion as OpenAI and most others have it."""
    if (message := getattr(choice, "message", None)) is None:
        return None
    functions = [call.function for call in getattr(message, "tool_calls", None) or []]
    functions += [call] if (call := getattr(message, "function_call", None)) else []
    content = getattr(message, "content", None)

    def put(plain: str, tool: bool) -> None:
        if tool:
            function = SimpleNamespace(name="", arguments=plain)
            message.tool_calls = [SimpleNamespace(id="", type="function", function=function)]
        else:
            message.content = plain

    return _Places(
        calls=[_text(function.arguments) for function in functions],
        contents=[content] if isinstance(content, str) else [],
        cut_off=getattr(choice, "finish_reason", None) == "length",
        put=put,
    )


def _of_blocks(message: Any) -> _Places:
    """Of a message as Anthropic has it."""

    def put(plain: str, tool: bool) -> None:
        call = SimpleNamespace(type="tool_use", id="", name="", input=json.loads(plain))
        message.content[:] = [call if tool else SimpleNamespace(type="text", text=plain)]

    blocks = [(getattr(block, "type", None), block) for block in message.content]
    return _Places(
        calls=[_text(block.input) for kind, block in blocks if kind == "tool_use"],
        contents=[block.text for kind, block in blocks if kind == "text"],
        cut_off=getattr(message, "stop_reason", None) == "max_tokens",
        put=put,
    )


def _text(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def _is_plain(text: str, answer: type[BaseModel]) -> bool:
    try:
        answer.model_validate_json(text, strict=True)
    except ValidationError:
        return False
    return True


def _found(text: str, answer: type[BaseModel]) -> tuple[BaseModel, str] | None:
    """The last object in a text that is an answer, and its words; None where the text ends in one.

    An object in the text is one that ends: of one that does not, nobody knows what is missing.
    """
    try:
        if _loaded(text.strip()) is None:
            text = _THINKING.split(_THOUGHT.split(text)[-1])[0]
        found, start = None, text.find("{")
        for _ in range(_MOST_OBJECTS):
            if start < 0:
                return found
            end = _end(text, start)
            is_object = _OBJECT.match(text, start) is not None
            if end is None:
                if is_object:
                    return None
                start = text.find("{", start + 1)
                continue
            words = text[start:end]
            value = _validated(words, answer)
            if value is not None:
                found = value, words
            start = text.find("{", end if value is not None or is_object else start + 1)
    except RecursionError:
        pass
    return None


def _end(text: str, start: int) -> int | None:
    """Where the object that starts there ends, if its brackets close."""
    closing: list[str] = []
    for mark in _MARK.finditer(text, start):
        bracket = mark[0]
        if bracket in _PAIRS:
            closing.append(_PAIRS[bracket])
            if len(closing) > _DEEPEST:
                return None
        elif bracket in ("}", "]"):
            if closing.pop() != bracket:
                return None
            if not closing:
                return mark.end()
        elif len(bracket) < 2 or not bracket.endswith('"'):
            return None
    return None


def _validated(words: str, answer: type[BaseModel]) -> BaseModel | None:
    """The answer that these words hold: keys of no field are dropped, "2" is a number."""
    for value in _forms(_loaded(words) or _repaired(words)):
        try:
            return answer.model_validate(value, strict=False, extra="ignore")
        except ValidationError:
            continue
    return None


def _forms(value: Any) -> Iterator[Any]:
    """The object, and where it is a tool call written as text, what the tool is called with."""
    if isinstance(value, dict):
        yield value
        for key in ("arguments", "parameters"):
            if "name" in value and key in value:
                inner = value[key]
                yield _loaded(inner) if isinstance(inner, str) else inner


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return None


def _repaired(text: str) -> Any:
    import json_repair  # most runs never need it

    return json_repair.loads(text, skip_json_loads=True)
