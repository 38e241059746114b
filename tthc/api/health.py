"""Whether the process lives, and whether it is ready for traffic."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from tthc.api.context import doors, transaction
from tthc.api.policy import Access, declare

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

    Redis is only a bell: without it the answer is "degraded" and still 200.
    """
    checks: dict[str, bool] = {"database": True}
    try:
        with transaction() as session:
            session.connection()
            checks |= doors().readiness(session)
    except SQLAlchemyError:
        checks["database"] = False
    is_ready = all(checks.values())
    checks["redis"] = doors().redis_ping()
    status = "unready" if not is_ready else "ready" if checks["redis"] else "degraded"
    return jsonify(status=status, checks=checks), 200 if is_ready else 503
