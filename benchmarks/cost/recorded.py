"""The documents that were recorded for the tests, and the embedded model's answers to them."""

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import openai

from defext import Document
from defext.cli.evaluation import chosen
from defext.evaluate import read_documents
from defext.plan import plans

ROOT = Path(__file__).parents[2]
CASSETTES = {
    "invented": "test_invented/test_a_part_of_the_articles_is_read_as_well_as_measured",
    "seed": "test_seed/test_the_seed_article",
    "foreign": "test_foreign/test_other_languages_are_read",
    "hostile": "test_hostile/test_no_instruction_is_followed_and_hardly_a_true_record_is_lost",
}


def documents(name: str) -> list[Document]:
    """The documents of a cassette."""
    if name in ("hostile", "seed"):
        sys.path.append(str(ROOT / "tests/support"))  # how they are put together
        from articles import read
        from hostile import attacks, clean_articles

        if name == "seed":
            return [read("000_f594f1167dbfa592").document]
        clean = [article.document for article in clean_articles().values()]
        return clean + [hostile.document for hostile in list(attacks())[::5]]
    told = read_documents(ROOT / f"seeds/{name}/docs.jsonl")
    if name == "invented":
        return chosen(told, 10)
    return [document for document in told if document.language in plans()["taught"].languages]


@cache
def replay(name: str) -> openai.OpenAI:
    """A client that gets the recorded answers, without a server."""
    path = ROOT / "cassettes" / f"{CASSETTES[name]}.json"
    answers = {}
    for conversation in json.loads(path.read_text(encoding="utf-8")):
        start = conversation["request"]["body"]
        for turn in conversation["turns"]:
            body = start | {"messages": [*start["messages"], turn["message"]]}
            answers[_key(body)] = turn["response"]["body"]

    def answer(request: httpx2.Request) -> httpx2.Response:
        told = answers.get(_key(json.loads(request.content)))
        if told is None:
            why = f"{path.name} lacks a question: run make record"
            return httpx2.Response(404, json={"error": {"message": why}})
        return httpx2.Response(200, json=told)

    transport = httpx2.MockTransport(answer)
    client = openai.DefaultHttpxClient(transport=transport)
    return openai.OpenAI(base_url="http://model.invalid/v1", api_key="replay", http_client=client)


def _key(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)
