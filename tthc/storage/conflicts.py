"""Constraints a user can run into, by name, and the conflict each one means."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from tthc.domain.errors import ConflictError


class DuplicateError(ConflictError):
    """Something of that name or number exists already."""

    code = "already_exists"


CONFLICTS: dict[str, tuple[str, str, str]] = {
    "uq_users_username": ("username", "Tên đăng nhập đã có người dùng.", "the user name is taken"),
    "uq_role_grants_user_id_role_unit_code": (
        "role",
        "Tài khoản đã có vai trò này.",
        "the user holds that role already",
    ),
    "uq_dossiers_code": ("code", "Mã hồ sơ đã tồn tại.", "the dossier code exists already"),
    "uq_dossiers_foreign_system_foreign_code": (
        "foreign_code",
        "Hồ sơ này đã được nhập từ hệ thống nguồn.",
        "this dossier of the other system was imported already",
    ),
    "uq_dossier_events_dossier_id_version": (
        "version",
        "Hồ sơ vừa được người khác cập nhật.",
        "the dossier was changed by someone else just now",
    ),
    "uq_webhooks_url": (
        "url",
        "Địa chỉ này đã được đăng ký.",
        "there is a webhook of this address already",
    ),
    "uq_period_closings_unit_code_since_on_until_on": (
        "unit_code",
        "Kỳ này của đơn vị đã được chốt hoặc đang chờ duyệt.",
        "this period of the unit is closed already, or waits for approval",
    ),
    "uq_reported_figures_figure_unit_code_since_on_until_on_number": (
        "figure",
        "Số liệu này vừa được người khác nhập hoặc đính chính.",
        "the figure was reported or corrected by someone else just now",
    ),
    "uq_idempotency_answers_user_id_method_route_key": (
        "Idempotency-Key",
        "Yêu cầu có cùng Idempotency-Key vừa được xử lý.",
        "a request with this Idempotency-Key was answered just now",
    ),
}
"""Constraint name to (field, Vietnamese, English). A name not listed here is a bug."""


def as_conflict(error: IntegrityError) -> ConflictError | None:
    """Return the conflict a broken constraint means, or None when no user can cause it."""
    diagnosis = getattr(error.orig, "diag", None)
    told = CONFLICTS.get(getattr(diagnosis, "constraint_name", None) or "")
    if told is None:
        return None
    field, vi, en = told
    return DuplicateError(vi, en, field=field)
