"""Every log line is one JSON object, whoever wrote it."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from config.logging import configure


@pytest.fixture(autouse=True)
def _restored():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_our_own_events_are_json_with_their_values():
    stream = io.StringIO()
    configure("INFO", stream)
    structlog.get_logger("tthc.x").info("dossier_received", code="H44-1", name="Nguyễn")
    [line] = lines(stream)
    assert line["message"] == "dossier_received"
    assert (line["code"], line["name"], line["level"]) == ("H44-1", "Nguyễn", "info")
    assert line["logger"] == "tthc.x"
    assert str(line["timestamp"]).endswith("Z")
    assert "Nguyễn" in stream.getvalue()


def test_lines_of_libraries_look_the_same():
    stream = io.StringIO()
    configure("INFO", stream)
    logging.getLogger("celery").warning("lost %s", "connection", extra={"broker": "b"})
    [line] = lines(stream)
    assert (line["message"], line["broker"], line["level"]) == ("lost connection", "b", "warning")


def test_an_exception_stays_on_its_line():
    stream = io.StringIO()
    configure("INFO", stream)
    try:
        int("bad\nvalue")
    except ValueError:
        logging.getLogger("x").exception("failed")
    [line] = lines(stream)
    assert "ValueError: invalid" in str(line["exception"])


def test_levels_below_the_chosen_one_are_silent():
    stream = io.StringIO()
    configure("warning", stream)
    structlog.get_logger("x").info("quiet")
    logging.getLogger("x").info("quiet")
    assert stream.getvalue() == ""


def test_configuring_twice_writes_no_line_double():
    stream = io.StringIO()
    configure("INFO", stream)
    configure("INFO", stream)
    logging.getLogger("x").info("once")
    assert len(lines(stream)) == 1
