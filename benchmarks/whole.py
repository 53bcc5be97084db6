"""What the plan "whole" sends for a document: one call, and how many tokens beyond the document.

Tokens are counted by the embedded model's tokenizer. The prefix stays the same from document
to document; overhead is what is sent beyond prefix, title, source and text.

    python -m benchmarks.whole [DOCS.jsonl]
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import openai

from benchmarks.machine import machine
from defext import Document
from defext.evaluate import read_documents
from defext.local import ServerAddress, shared_server, weights_path
from defext.plan import plans, records

_INVENTED = Path(__file__).parents[1] / "seeds/invented/docs.jsonl"

Messages = Sequence[Mapping[str, str]]


def main() -> None:
    """Count, print, and the figures as one JSON object in the last line."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else _INVENTED
    server = shared_server(weights_path())
    counts = [_count(document, server) for document in read_documents(path)]
    result = {
        "documents": len(counts),
        "calls_a_document": max(count["calls"] for count in counts),
        "prefix_tokens": counts[0]["prefix"],
        "document_tokens": median(count["document"] for count in counts),
        "overhead_of_input": max(count["overhead"] / count["input"] for count in counts),
        "overhead_of_input_median": median(c["overhead"] / c["input"] for c in counts),
        "overhead_of_document_median": median(c["overhead"] / c["document"] for c in counts),
    }
    for name, value in result.items():
        print(f"{name:30}{value:.4g}")
    print(json.dumps({"name": "whole", "machine": machine()} | result))


def _count(document: Document, server: ServerAddress) -> dict[str, int]:
    questions = next(records(document, plans()["whole"]))
    messages = questions[0].messages
    alone = "\n".join(line for line in (document.title, document.source, document.text) if line)
    plain = [*messages[:-1], {"role": "user", "content": alone}]
    empty = [*messages[:-1], {"role": "user", "content": ""}]
    sent, bare, prefix = (_tokens(told, server) for told in (messages, plain, empty))
    return {
        "calls": len(questions),
        "input": sent,
        "prefix": prefix,
        "document": bare - prefix,
        "overhead": sent - bare,
    }


def _tokens(messages: Messages, server: ServerAddress) -> int:
    """The tokens of a conversation, by llama.cpp's own endpoints."""
    told = _post(server, "apply-template", {"messages": [*messages]})
    return len(_post(server, "tokenize", {"content": told["prompt"]})["tokens"])


def _post(server: ServerAddress, name: str, body: dict[str, Any]) -> Any:
    client = openai.OpenAI(base_url=server.base_url.removesuffix("/v1"), api_key=server.api_key)
    return client.post(f"/{name}", body=body, cast_to=object)


if __name__ == "__main__":
    main()
