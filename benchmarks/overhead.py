"""Processor time of a document that takes one call: defext, plain Instructor, LangExtract.

All stages of defext run, with the answer that gold has; Instructor gives the same answer as an
object, LangExtract as extractions with their places (of what is longer than its chunks it makes
several calls). All ask the same server, one invented article after the other, by turns.

    python -m benchmarks.overhead
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from statistics import mean, median
from typing import Any

import instructor
import openai

from benchmarks.delayed import delayed_server
from benchmarks.machine import machine
from benchmarks.onecall import OneCall, one_calls
from defext import Document, Extractor
from defext.local import ServerAddress
from defext.plan import plans
from defext.prompt import FullRecords
from defext.values.countries import country_of
from defext.values.people import is_person_name, read_mention, state_party

ROUNDS = 20
RECORDS = {"none": range(1), "1 to 4": range(1, 5), "5 to 8": range(5, 9), "9 to 14": range(9, 15)}

_OF_NAMES = country_of, is_person_name, read_mention, state_party

Reader = Callable[[Document], object]


def main() -> None:
    """Measure, print the table, and the figures as one JSON object in the last line."""
    try:
        from benchmarks.peers import with_langextract
    except ImportError as error:
        sys.exit(f'{error}. Run: pip install ".[benchmark]"')

    cases = one_calls()
    seconds = []
    for case in cases:
        answers = {"/whole": case.whole, "/langextract": case.langextract}
        with delayed_server(answers) as address:
            readers = _readers(case, f"{address}/whole/v1")
            peer = ServerAddress(f"{address}/langextract/v1", "no-key")
            readers["LangExtract"] = with_langextract.reader(peer, "a-model")
            seconds.append(_timed(readers, case))
    figures = {}
    for name, records in (RECORDS | {"all": range(15)}).items():
        chosen = [s for case, s in zip(cases, seconds, strict=True) if case.records in records]
        figures[name] = _figures(chosen)
        _print(name, figures[name])
    versions = {name: version(name) for name in ("defext", "instructor", "langextract", "openai")}
    told = {"name": "overhead", "machine": machine(), "versions": versions}
    print(json.dumps(told | {"records": figures}))


def _figures(seconds: Sequence[dict[str, float]]) -> dict[str, Any]:
    """The mean of the articles, and the ratios of the means."""
    means = {system: mean(each[system] for each in seconds) for system in seconds[0]}
    return {
        "articles": len(seconds),
        "cpu_seconds": {system: round(each, 6) for system, each in means.items()},
        "defext / Instructor": round(means["defext"] / means["Instructor"], 3),
        "defext / LangExtract": round(means["defext"] / means["LangExtract"], 3),
        "defext / Instructor, at most": max(
            round(each["defext"] / each["Instructor"], 3) for each in seconds
        ),
    }


def _print(records: str, figures: dict[str, Any]) -> None:
    means = figures["cpu_seconds"]
    print(f"{figures['articles']} articles, records: {records}")
    for system, each in means.items():
        print(f"  {system:12}{each * 1000:7.2f} ms{each / means['Instructor']:8.2f}")


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
            model="a-model", messages=messages(document), response_model=FullRecords, max_retries=2
        )

    def read(document: Document) -> object:
        extraction = extractor.extract(document)
        assert extraction.run.calls == 1
        return extraction

    return {"raw client": raw, "Instructor": plain, "defext": read}


def _timed(readers: dict[str, Reader], case: OneCall) -> dict[str, float]:
    times: dict[str, list[float]] = {system: [] for system in readers}
    for number in range(-3, ROUNDS):  # the first ones warm up
        for system, read in readers.items():
            document = case.again(number)
            for known in _OF_NAMES:  # another document tells of others
                known.cache_clear()
            began = time.process_time()
            read(document)
            times[system].append(time.process_time() - began)
    return {system: round(median(each[3:]), 6) for system, each in times.items()}


if __name__ == "__main__":
    main()
