"""Figures for Prometheus.

Every process counts its own requests and says which it is by ``process``, so a scrape that
meets another process adds series instead of making counters jump. Figures of the business
are computed from the database at each scrape and are the same from every process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import structlog
from flask import Blueprint, Flask, Response
from flask import request as this_request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from tthc.serving.context import doors, transaction
from tthc.serving.policy import Access, declare
from tthc.serving.trace import route_template, seconds_so_far

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0)
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = structlog.get_logger("tthc.api")


def register_metrics(app: Flask) -> None:
    """Measure every request and show the figures at ``/metrics``."""
    registry = CollectorRegistry()
    seconds = Histogram(
        "tthc_http_request_seconds",
        "How long requests took, by route",
        ("method", "route", "status", "process"),
        buckets=BUCKETS,
        registry=registry,
    )
    registry.register(_Business())
    process = str(os.getpid())
    bp = Blueprint("prometheus", __name__)

    @bp.get("/metrics")
    @declare(Access.PUBLIC)
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    @app.after_request
    def measure(response: Response) -> Response:
        method = this_request.method if this_request.method in KNOWN_METHODS else "OTHER"
        labels = (method, route_template(), str(response.status_code), process)
        seconds.labels(*labels).observe(seconds_so_far())
        return response

    app.register_blueprint(bp)


class _Business(Collector):
    """The figures of the doors' ``gauges``, and whether the database answered."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name nothing in advance, so that registering asks nothing of the database."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask the database now."""
        figures = {"tthc_database_up": 1.0}
        try:
            with transaction() as session:
                session.connection()
                figures |= doors().gauges(session)
        except SQLAlchemyError as error:
            log.warning("gauges_unavailable", kind=type(error).__name__)
            figures = {"tthc_database_up": 0.0}
        for name, value in figures.items():
            yield GaugeMetricFamily(name, name.replace("_", " "), value=value)
