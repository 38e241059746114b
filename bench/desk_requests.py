"""One request of each thing a desk does all day, and its SQL as pgbench sends it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from bench.ground import Ground, token_of, utc_now
from bench.serving import request_bytes
from bench.statements import Caught, catching, script, spelt_out
from tthc.api.app import create_app
from tthc.serving.context import Doors

URL = "/api/v1/dossiers"
TARGETS = 20_000
BODY = {
    "procedure_code": "1.004837",
    "channel": 1,
    "applicant": {
        "name": "Bùi Thị Hoà",
        "identity_kind": 1,
        "identity_number": "017185000123",
        "phone": "0912345678",
    },
    "papers": [
        {"name": "Tờ khai theo mẫu", "originals": 1, "is_digitised": True},
        {"name": "Giấy tờ chứng minh", "photocopies": 1, "is_digitised": True, "is_reused": True},
    ],
    "fees": [{"name": "Lệ phí", "amount": 8000}],
}
BODY_BYTES = json.dumps(BODY, ensure_ascii=False).encode()
KEY = "bench-key-to-replace"


@dataclass(frozen=True, slots=True)
class Target:
    """A dossier, its commune, and the token of that commune's reception."""

    code: str
    unit: str

    @property
    def token(self) -> str:
        return token_of(self.unit)


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing a desk does: its limits, one request of it, and its SQL as pgbench sends it."""

    name: str
    least_per_second: float
    most_p95_ms: float | None
    request: Callable[[Target, str], bytes]
    bare: Callable[[list[Caught], Ground, Target], str]
    is_write: bool = False


def create_request(target: Target, key: str) -> bytes:
    return request_bytes("POST", URL, token=target.token, body=BODY_BYTES, key=key)


def read_request(target: Target, _key: str) -> bytes:
    return request_bytes("GET", f"{URL}/{target.code}", token=target.token)


def list_request(target: Target, _key: str) -> bytes:
    return request_bytes("GET", f"{URL}?limit=20", token=target.token)


def plain_script(caught: list[Caught], ground: Ground, _target: Target) -> str:
    return script(spelt_out(caught, ground.dsn))


def create_script(caught: list[Caught], ground: Ground, target: Target) -> str:
    """Let each run take its own number, key and dossier."""
    with psycopg.connect(ground.dsn) as connection:
        query = "SELECT id, code FROM dossiers WHERE receiving_unit = %s ORDER BY id DESC LIMIT 1"
        dossier_id, code = connection.execute(query, [target.unit]).fetchone() or (0, "")
    head, _, number = code.rpartition("-")
    return script(
        spelt_out(caught, ground.dsn),
        preamble=f"\\set key random(1, {10**15})",
        given_back={
            "last_number": lambda text: "RETURNING code_counters.last_number" in text,
            "id": lambda text: "INSERT INTO dossiers " in text,
        },
        replaced=[
            (rf"'{head}-{number}'", f"'{head}-' || lpad((:last_number)::text, 4, '0')"),
            (KEY, "' || (:key)::text || '"),
            (rf"\b{dossier_id}\b", ":id"),
        ],
    )


MEASURES = (
    Measure("create", 250, 200, create_request, create_script, is_write=True),
    Measure("read", 800, None, read_request, plain_script),
    Measure("list", 300, None, list_request, plain_script),
)


def choose_targets(ground: Ground) -> list[Target]:
    """Return dossiers by chance, the same at each run."""
    rng = random.Random(7)
    ids = rng.sample(range(1, ground.filling.dossiers + 1), TARGETS)
    with psycopg.connect(ground.dsn) as connection:
        query = "SELECT code, receiving_unit FROM dossiers WHERE id = ANY(%s) ORDER BY id"
        found = [Target(*row) for row in connection.execute(query, [ids])]
    rng.shuffle(found)
    return found


def catch(measure: Measure, target: Target, sessions: sessionmaker[Session]) -> list[Caught]:
    """Return the statements of one request, the second of its kind."""
    client = desk_client(sessions)
    with catching(sessions.kw["bind"]) as caught:
        for key in ("bench-warm-up", KEY):
            caught.clear()
            send(client, measure, target, key)
    return caught


def desk_client(sessions: sessionmaker[Session]) -> FlaskClient:
    doors = Doors(sessions=sessions, clock=utc_now, secret_key="a key for measuring")
    return create_app(doors).test_client()


def send(client: FlaskClient, measure: Measure, target: Target, key: str) -> None:
    """Send one request to the application in this process."""
    head, _, body = measure.request(target, key).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _version = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    answer = client.open(path, method=method, headers=headers, data=body or None)
    assert answer.status_code < 400, answer.get_data(as_text=True)


def forget_keys(ground: Ground) -> None:
    with psycopg.connect(ground.dsn) as connection:
        connection.execute("DELETE FROM idempotency_answers WHERE key LIKE 'bench-%'")
