"""Processor time of a document that takes one call: defext, plain Instructor, LangExtract.

All stages of defext run, with the answer that gold has; Instructor gives the same answer as an
object, LangExtract as extractions with their places. All ask the same server, one document after
the other, by turns. The document fits into one chunk of LangExtract's defaults where it is short;
of a longer one LangExtract makes several calls.

    python -m benchmarks.overhead
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import instructor
import openai

from benchmarks.delayed import delayed_server
from benchmarks.machine import machine
from benchmarks.onecall import OneCall, one_call
from defext import Document, Extractor
from defext.local import ServerAddress
from defext.normalize.countries import country_of
from defext.normalize.names import is_person_name, read_mention, state_party
from defext.plan import plans
from defext.prompt import Whole

ROUNDS = 100
SHORT, LONG = 1_100, 2_300  # characters

_OF_NAMES = country_of, is_person_name, read_mention, state_party

Reader = Callable[[Document], object]


def main() -> None:
    """Measure, print the table, and the figures as one JSON object in the last line."""
    try:
        from benchmarks.peers import with_langextract
    except ImportError as error:
        sys.exit(f'{error}. Run: pip install ".[benchmark]"')

    figures = {}
    for characters in (SHORT, LONG):
        case = one_call(characters)
        answers = {"/whole": case.whole, "/langextract": case.langextract}
        with delayed_server(answers) as address:
            readers = _readers(case, f"{address}/whole/v1")
            peer = ServerAddress(f"{address}/langextract/v1", "no-key")
            readers["LangExtract"] = with_langextract.reader(peer, "a-model")
            seconds = _timed(readers, case)
        figures[str(len(case.document.text))] = {
            "cpu_seconds": seconds,
            "defext / Instructor": round(seconds["defext"] / seconds["Instructor"], 3),
            "defext / LangExtract": round(seconds["defext"] / seconds["LangExtract"], 3),
        }
        records = len(json.loads(case.whole)["records"])
        print(f"{len(case.document.text)} characters, {records} records; median of {ROUNDS}")
        for system, median in seconds.items():
            print(f"  {system:12}{median * 1000:7.2f} ms{median / seconds['Instructor']:8.2f}")
    versions = {name: version(name) for name in ("defext", "instructor", "langextract", "openai")}
    told = {"name": "overhead", "machine": machine(), "versions": versions}
    print(json.dumps(told | {"documents": figures}))


def _readers(case: OneCall, url: str) -> dict[str, Reader]:
    client = openai.OpenAI(base_url=url, api_key="no-key", max_retries=0)
    structured = instructor.from_openai(client, mode=instructor.Mode.JSON_SCHEMA)
    extractor = Extractor("a-model", client=client, plan="whole")
    prompt = plans()["whole"].prompts["whole"]

    def messages(document: Document) -> Any:
        return prompt.messages(document=document.text)

    def raw(document: Document) -> object:
        return client.chat.completions.create(model="a-model", messages=messages(document))

    def plain(document: Document) -> object:
        return structured.create(
            model="a-model", messages=messages(document), response_model=Whole, max_retries=2
        )

    def read(document: Document) -> object:
        extraction = extractor.extract(document)
        assert extraction.run.calls == 1
        return extraction

    return {"raw client": raw, "Instructor": plain, "defext": read}


def _timed(readers: dict[str, Reader], case: OneCall) -> dict[str, float]:
    times: dict[str, list[float]] = {system: [] for system in readers}
    for number in range(-5, ROUNDS):  # the first ones warm up
        for system, read in readers.items():
            document = case.again(number)
            for known in _OF_NAMES:  # another document tells of others
                known.cache_clear()
            began = time.process_time()
            read(document)
            times[system].append(time.process_time() - began)
    return {system: round(statistics.median(each[5:]), 6) for system, each in times.items()}


if __name__ == "__main__":
    main()
