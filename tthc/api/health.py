"""Whether the process lives, and whether it is ready for traffic."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from tthc.serving.context import doors, transaction
from tthc.serving.policy import Access, declare

bp = Blueprint("health", __name__, url_prefix="/health")


@bp.get("/live")
@declare(Access.PUBLIC)
def live() -> Response:
    """Say that the process answers; asks nothing of the database."""
    return jsonify(status="live")


@bp.get("/ready")
@declare(Access.PUBLIC)
def ready() -> tuple[Response, int]:
    """Say whether requests would succeed: 503 without a database or with an old schema.

    Requests need neither Redis nor the sweep nor the relay: when one of them is silent the
    answer is "degraded" and still 200.
    """
    checks: dict[str, bool] = {"database": True}
    watchers: dict[str, bool] = {}
    try:
        with transaction() as session:
            session.connection()
            checks |= doors().readiness(session)
            if all(checks.values()):
                watchers |= doors().watchers(session)
    except SQLAlchemyError:
        checks["database"] = False
    is_ready = all(checks.values())
    watchers["redis"] = doors().redis_ping()
    status = "unready" if not is_ready else "ready" if all(watchers.values()) else "degraded"
    return jsonify(status=status, checks=checks | watchers), 200 if is_ready else 503
