"""Being away: said by oneself, by a manager of one's unit, or by an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tthc.domain.absences import AbsenceOverlapsError, AbsenceRefusedError, check_days
from tthc.domain.accounts import PERMISSIONS, Account, Permission
from tthc.domain.errors import NotFoundError
from tthc.domain.moment import civil_day
from tthc.storage.queries import absences as queries
from tthc.storage.queries.accounts import find_user, get_account, lock_user
from tthc.storage.tables.absences import Absence

AbsenceEntry = queries.AbsenceRow
"""An absence as it is shown, by user names."""


@dataclass(frozen=True, slots=True)
class NewAbsence:
    """Who is away on ``[since_on, until_on)``, and who hears meanwhile."""

    username: str
    since_on: date
    until_on: date
    deputy: str | None = None


def record_absence(
    session: Session, new: NewAbsence, account: Account, *, now: datetime
) -> AbsenceEntry:
    """Note that somebody is away; from its first day their deputy hears of alerts.

    Without a deputy the next step up hears, as for a vacant post.

    Raises:
        NotFoundError: nobody of that name whose absence ``account`` may record.
        AbsenceRefusedError: the days are over or too many, or the deputy does not see alerts of
            all the units that the person sees them of.
        AbsenceOverlapsError: the person is away on some of these days already.
    """
    check_days(new.since_on, new.until_on, today=civil_day(now))
    person = _person(session, new.username, account)
    deputy_id = None
    if new.deputy is not None:
        deputy_id = _check_deputy(session, person, new.deputy)
    lock_user(session, person.user_id)
    if queries.is_away_between(session, person.user_id, new.since_on, new.until_on):
        raise AbsenceOverlapsError(
            "Đã ghi nhận nghỉ trong những ngày này; hãy hủy trước khi ghi lại.",
            "the person is away on some of these days already; cancel that first",
            field="since_on",
        )
    row = Absence(
        user_id=person.user_id,
        deputy_id=deputy_id,
        since_on=new.since_on,
        until_on=new.until_on,
        recorded_by=account.username,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    told = (new.username, new.deputy, new.since_on, new.until_on, account.username)
    return AbsenceEntry(row.id, *told)


def cancel_absence(session: Session, absence_id: int, account: Account, *, now: datetime) -> None:
    """Take an absence back, from now on; what the deputy was told stays told.

    Raises:
        NotFoundError: none that stands and that ``account`` may cancel.
    """
    row = queries.get_absence(session, absence_id)
    members = _members(session, account)
    if row is None or (members is not None and row.user_id not in members):
        raise NotFoundError("Không tìm thấy kỳ nghỉ.", "there is no such absence")
    row.cancelled_by, row.cancelled_at = account.username, now
    session.flush()


def list_absences(session: Session, account: Account, *, now: datetime) -> Sequence[AbsenceEntry]:
    """Return the absences that are not over, of oneself and of whom one may record them for."""
    members = _members(session, account)
    return queries.list_standing(session, user_ids=members, today=civil_day(now))


def _person(session: Session, username: str, account: Account) -> Account:
    found = find_user(session, username)
    members = _members(session, account)
    if found is None or (members is not None and found.id not in members):
        raise NotFoundError("Không có tài khoản này.", "there is no such user", field="username")
    return get_account(session, username)


def _members(session: Session, account: Account) -> set[int] | None:
    """Return for whom ``account`` may say that they are away; None: for everybody."""
    held = {grant.role for grant in account.grants}
    if any(Permission.USER_ADMIN in PERMISSIONS[role] for role in held):
        return None
    led = [g for g in account.grants if Permission.DOSSIER_SUPERVISE in PERMISSIONS[g.role]]
    units = frozenset[str]().union(*(grant.units for grant in led))
    return {account.user_id} | (queries.list_members(session, units) if units else set())


def _check_deputy(session: Session, person: Account, deputy: str) -> int:
    found = get_account(session, deputy)
    missing = _told_units(person) - _told_units(found)
    if found.user_id == person.user_id or missing:
        raise AbsenceRefusedError(
            "Người thay phải là người khác, có quyền xem cảnh báo của cùng đơn vị.",
            "a deputy is somebody else who sees the alerts of the same units",
            field="deputy",
            rule="deputy",
        )
    return found.user_id


def _told_units(account: Account) -> frozenset[str]:
    sees = [g for g in account.grants if Permission.ALERTS_READ in PERMISSIONS[g.role]]
    return frozenset[str]().union(*(grant.units for grant in sees))
