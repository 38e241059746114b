"""Desks that write all day and note every answer: the clients of the fault scenarios.

Usage: python3 -m bench.faults.desks PORT CLIENTS PER_SECOND RUN FOLDER

FOLDER holds ``desks.json``, a list of [unit, token]; each attempt is a line of ``ledger.jsonl``
there. A request that was not answered, or by 503, is sent again under the same key until it is.
SIGTERM ends it once everything begun has been answered, or after half a minute.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from bench.faults.asked import HAND_OVER, OFFICER, Asked
from bench.generator import HEAD_END, length_of
from bench.serving import request_bytes

URL = "/api/v1/dossiers"
PATIENCE_SECONDS = 30.0
MOST_WAIT = 0.5
CREATED, AWAY = 201, 503


class Desk:
    """One client on a kept-alive connection."""

    def __init__(self, port: int, ledger: IO[str]) -> None:
        self._port = port
        self._ledger = ledger
        self._stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def write(self, asked: Asked, unit: str, token: str, give_up: asyncio.Event) -> None:
        """Lodge a dossier, and hand it over if it is one of those."""
        body = asked.body()
        request = request_bytes("POST", URL, token=token, body=body, key=asked.key)
        answer = await self._until_answered(request, asked.key, unit, give_up)
        if answer is None or not asked.is_handed_over:
            return
        path, key = f"{URL}/{answer['code']}/actions/hand_over", asked.key + HAND_OVER
        body = json.dumps({"officer": OFFICER}).encode()
        request = request_bytes("POST", path, token=token, body=body, key=key)
        request = request.replace(b"\r\n", b'\r\nIf-Match: "1"\r\n', 1)
        await self._until_answered(request, key, unit, give_up)

    async def _until_answered(
        self, request: bytes, key: str, unit: str, give_up: asyncio.Event
    ) -> dict | None:
        while not give_up.is_set():
            begun, at = time.perf_counter(), time.time()
            status, head, body = await self._try(request)
            note = {"key": key, "unit": unit, "at": at, "status": status}
            note["ms"] = (time.perf_counter() - begun) * 1000
            note["retry_after"] = b"\r\nretry-after: " in head.lower()
            answer = None
            if 200 <= status < 300:
                answer = json.loads(body)
                note |= {"code": answer["code"], "version": answer["version"]}
            elif status != AWAY:
                note["body"] = body[:300].decode(errors="replace")
            self._ledger.write(json.dumps(note) + "\n")
            if status not in {0, AWAY}:
                return answer
            await asyncio.sleep(MOST_WAIT if status else MOST_WAIT / 5)
        return None

    async def _try(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Send once; status 0 means that no whole answer came."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                if self._stream is None:
                    self._stream = await asyncio.open_connection("127.0.0.1", self._port)
                reader, writer = self._stream
                writer.write(request)
                head = await reader.readuntil(HEAD_END)
                body = await reader.readexactly(length_of(head))
        except (OSError, EOFError, TimeoutError):
            if self._stream is not None:
                self._stream[1].close()
            self._stream = None
            return 0, b"", b""
        return int(head[9:12]), head, body


async def work(
    desk: Desk, turns: Iterator[tuple[Asked, str, str]], period: float, stop: list[asyncio.Event]
) -> None:
    """Write one after another, no faster than one a ``period``."""
    due = time.perf_counter()
    no_more, give_up = stop
    for asked, unit, token in turns:
        if no_more.is_set():
            return
        await desk.write(asked, unit, token, give_up)
        due = max(due + period, time.perf_counter() - period)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))


async def run(port: int, clients: int, per_second: float, *, name: str, folder: Path) -> None:
    places = json.loads((folder / "desks.json").read_text(encoding="utf-8"))
    numbers = itertools.count(1)
    turns = ((Asked(name, n), *places[n % len(places)]) for n in numbers)
    no_more, give_up = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, no_more.set)
    with (folder / "ledger.jsonl").open("w", encoding="utf-8", buffering=1) as ledger:
        desks = [
            asyncio.create_task(
                work(Desk(port, ledger), turns, clients / per_second, [no_more, give_up])
            )
            for _ in range(clients)
        ]
        await no_more.wait()
        _, late = await asyncio.wait(desks, timeout=PATIENCE_SECONDS)
        give_up.set()
        if late:
            await asyncio.wait(late, timeout=PATIENCE_SECONDS + 1)
        for desk in desks:
            if desk.done():
                desk.result()


def main() -> None:
    port, clients, per_second, name, folder = sys.argv[1:]
    asyncio.run(run(int(port), int(clients), float(per_second), name=name, folder=Path(folder)))


if __name__ == "__main__":
    main()
