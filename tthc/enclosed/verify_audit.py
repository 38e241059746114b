"""Check an exported audit log with nothing but Python.

``python3 verify_audit.py EXPORT.jsonl [ANCHORS.jsonl [PUBLIC_KEY_IN_HEX …]]``

Works out every digest, chain, root and signature again from the export, by the definition in
docs/decisions/audit-chain.md and not by the program that made it. Ends with 0, or with 1 and a
line for each thing that does not hold, the first bad link first.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

FORMAT, ALGORITHM = "tthc-audit/1", 1

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def sha256(*parts: str | None) -> str:
    """Return the digest of texts, each spelt behind its length in four bytes (FFFFFFFF: none)."""
    made = hashlib.sha256()
    for part in (FORMAT, *parts):
        raw = b"" if part is None else part.encode()
        made.update(b"\xff" * 4 if part is None else len(raw).to_bytes(4, "big"))
        made.update(raw)
    return made.hexdigest()


def spelt(*parts: str) -> bytes:
    raws = [part.encode() for part in (FORMAT, *parts)]
    return b"".join(len(raw).to_bytes(4, "big") + raw for raw in raws)


def check(links: Iterable[Any], anchors: list[Any], trusted: set[str]) -> Iterator[str]:
    """Yield a line for each thing that does not hold."""
    heads: dict[str, tuple[int, str]] = {}
    position, sound, waiting = 0, 0, sorted(anchors, key=lambda a: (a["position"], a["number"]))
    for link in links:
        while waiting and waiting[0]["position"] < link["position"]:
            line = against(waiting.pop(0), position, heads, sound)
            sound = sound if line else position
            yield from [line] * bool(line)
        if link["position"] != position + 1:
            yield f"#{position + 1} link_missing"
        number, previous = heads.get(link["chain"], (0, ""))
        fault = wrong(link, number, previous)
        if fault:
            yield f"#{link['position']} {fault}: {(link['record'] or ['?'])[:4]}"
        heads[link["chain"]] = (link["number"], link["hash"])
        position = link["position"]
    for anchor in waiting:
        line = against(anchor, position, heads, sound)
        sound = sound if line else position
        yield from [line] * bool(line)
    yield from check_signatures(anchors, trusted)


def wrong(link: Any, number: int, previous: str) -> str:
    """Return what is wrong with a link behind one with this number and hash, or nothing."""
    if link["algorithm"] != ALGORITHM:
        return "algorithm_unknown"
    if link["number"] != number + 1:
        return "number_wrong"
    record = link["record"]
    if record is None or sha256("record", *record) != link["digest"]:
        return "source_missing" if record is None else "source_changed"
    told = (str(link["position"]), link["chain"], str(link["number"]), link["linked_at"])
    is_linked = sha256("link", *told, previous, link["digest"]) == link["hash"]
    return "" if is_linked else "link_changed"


def against(anchor: Any, position: int, heads: dict[str, tuple[int, str]], sound: int) -> str:
    """Return what an anchor says against the heads at a position, or nothing."""
    if anchor["position"] > position:
        return f"#{position + 1} tail_missing: anchor {anchor['number']}"
    parts = [str(part) for chain in sorted(heads) for part in (chain, *heads[chain])]
    if anchor["position"] == position and anchor["root"] == sha256("root", *parts):
        return ""
    return f"#{sound + 1} anchor_differs: anchor {anchor['number']}"


def check_signatures(anchors: list[Any], trusted: set[str]) -> Iterator[str]:
    known, reached = {""}, 0
    for anchor in sorted(anchors, key=lambda a: a["number"]):
        names = ("number", "made_at", "position", "chains", "root", "previous", "public_key")
        message = spelt("anchor", *(str(anchor[name]) for name in names))
        key, signature = (bytes.fromhex(anchor[name]) for name in ("public_key", "signature"))
        is_trusted = not trusted or anchor["public_key"] in trusted
        if not (is_trusted and is_signed(key, message, signature)):
            yield f"anchor_unsigned: anchor {anchor['number']}"
        if anchor["previous"] not in known or anchor["position"] < reached:
            yield f"anchor_odd: anchor {anchor['number']}"
        known.add(hashlib.sha256(message).hexdigest())
        reached = anchor["position"]


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Check an Ed25519 signature as RFC 8032 (5.1.7) says."""
    a, r = (point_of(part) for part in (key, signature[:32]))
    s = int.from_bytes(signature[32:], "little")
    if len(key) != 32 or len(signature) != 64 or a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    left, right = times(s, BASE), plus(r, times(h, a))
    is_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return is_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


def point_of(raw: bytes) -> Point | None:
    number = int.from_bytes(raw, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def plus(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n: int, p: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while n:
        total = plus(total, p) if n & 1 else total
        p, n = plus(p, p), n >> 1
    return total


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


def read(lines: Iterable[str]) -> Iterator[Any]:
    yield from (json.loads(line) for line in lines if line.strip())


def main(export: str, anchors: str = "", *trusted: str) -> int:
    known: list[Any] = []
    if anchors:
        with open(anchors, encoding="utf-8") as file:
            known = list(read(file))
    with open(export, encoding="utf-8") as file:
        links = read(file)
        if next(links)["format"] != FORMAT:
            raise ValueError("another format than " + FORMAT)
        count = 0
        for line in check(links, known, set(trusted)):
            print(line)
            count += 1
    keys = sorted({anchor["public_key"] for anchor in known})
    print(f"{count} flaws" if count else f"OK, {len(known)} anchors signed by {keys}")
    return int(count > 0)


if __name__ == "__main__":
    try:
        status = main(*sys.argv[1:])
    except (LookupError, TypeError, ValueError, OSError, StopIteration) as error:
        print(f"cannot be read: {error!r}")
        status = 1
    sys.exit(status)
