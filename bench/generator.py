"""A closed loop of clients over kept-alive connections, in a process of its own.

Usage: python3 -m bench.generator PORT CONNECTIONS SECONDS FILE    (prints one line of JSON)

FILE holds whole HTTP requests as bytes, parted by NUL; each is sent once, in order, from the
beginning again when they run out and ``CYCLE`` is the first byte of the file.
"""

from __future__ import annotations

import asyncio
import json
import math
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

CYCLE = b"*"
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "


class Clients:
    """What all connections share: the requests left, the clock, what was measured."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self.requests = requests
        self.until = until
        self.took: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.sample = b""

    async def run(self, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in self.requests:
            begun = time.perf_counter()
            if begun >= self.until:
                break
            writer.write(request)
            head = await reader.readuntil(HEAD_END)
            body = await reader.readexactly(length_of(head))
            self.took.append(time.perf_counter() - begun)
            status = int(head[9:12])
            self.statuses[status] += 1
            if status >= 400:
                self.sample = body
        writer.close()


def length_of(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.index(LENGTH) + len(LENGTH)
    return int(head[start : head.index(b"\r", start)])


def read_requests(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    requests = content[1:].split(b"\0")
    return cycle(requests) if content.startswith(CYCLE) else iter(requests)


def percentile(ascending: list[float], share: float) -> float:
    return ascending[min(len(ascending), math.ceil(share * len(ascending))) - 1]


async def run(port: int, connections: int, seconds: float, path: Path) -> dict[str, object]:
    requests = read_requests(path)
    begun = time.perf_counter()
    clients = Clients(requests, begun + seconds)
    await asyncio.gather(*(clients.run(port) for _ in range(connections)))
    wall = time.perf_counter() - begun
    usage = resource.getrusage(resource.RUSAGE_SELF)
    took = sorted(clients.took)
    return {
        "per_second": len(took) / wall,
        "p50_ms": percentile(took, 0.50) * 1000,
        "p95_ms": percentile(took, 0.95) * 1000,
        "p99_ms": percentile(took, 0.99) * 1000,
        "statuses": {str(status): count for status, count in clients.statuses.items()},
        "generator_cpu": (usage.ru_utime + usage.ru_stime) / wall,
        "sample": clients.sample.decode(errors="replace")[:500],
    }


def main() -> None:
    port, connections, seconds, path = sys.argv[1:]
    print(json.dumps(asyncio.run(run(int(port), int(connections), float(seconds), Path(path)))))


if __name__ == "__main__":
    main()
