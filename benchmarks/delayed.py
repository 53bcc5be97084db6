"""A chat server with one answer for whatever it is asked, after a delay; its own process."""

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from benchmarks.process import serving


@contextmanager
def delayed_server(answers: Mapping[str, str], seconds: float = 0.0) -> Iterator[str]:
    """The address of a server that runs until the block ends.

    `answers` has the content of the answer for each base path, such as "/whole" for questions to
    ``<address>/whole/v1``; it is sent `seconds` after the question has come.
    """
    with serving("benchmarks.delayed", str(seconds), json.dumps(answers)) as address:
        yield address


async def _serve(seconds: float, answers: Mapping[str, str]) -> None:
    responses = {path: _response(content) for path, content in answers.items()}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().lower().split("\r\n")
                length = next(line for line in lines if line.startswith("content-length:"))
                await reader.readexactly(int(length.partition(":")[2]))
                await asyncio.sleep(seconds)
                writer.write(responses[lines[0].split()[1].partition("/v1")[0]])
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _response(content: str) -> bytes:
    message = {"role": "assistant", "content": content}
    usage = {"prompt_tokens": 2000, "completion_tokens": 200, "total_tokens": 2200}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    told = {"id": "1", "object": "chat.completion", "created": 1, "model": "fixed"}
    body = json.dumps(told | {"choices": [choice], "usage": usage}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]), json.loads(sys.argv[2])))
