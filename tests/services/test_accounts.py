"""People, roles and passwords as the services know them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.make import CHEAP, NOW, PASSWORD
from tthc.domain.accounts import Role
from tthc.domain.errors import NotFoundError
from tthc.domain.reference import UnitLevel
from tthc.domain.scope import EVERYTHING, Scope
from tthc.services.accounts import (
    GrantEntry,
    GrantMisplacedError,
    NewUser,
    UsernameMalformedError,
    UsernameTakenError,
    add_user,
    disable_user,
    enable_user,
    grant_role,
    list_users,
    revoke_role,
    set_password,
)
from tthc.services.passwords import HashCost, PasswordWeakError, hash_password, is_right_password
from tthc.services.scope import within
from tthc.services.sign_in import (
    CredentialsWrongError,
    SignInThrottledError,
    begin_sign_in,
    complete_sign_in,
    purge_sign_ins,
)
from tthc.storage.tables.accounts import LoginFailure, RoleGrant, User, UserSession
from tthc.storage.tables.reference import Unit

COMMUNE = "98001"


@pytest.fixture
def an(session):
    session.add(
        Unit(
            code=COMMUNE,
            level=UnitLevel.COMMUNE,
            name="Xã",
            name_search="xa",
            valid_from=date(2025, 7, 1),
            source="test",
        )
    )
    new = NewUser("an.lac", "Nguyễn Văn An", PASSWORD, "an@commune.example")
    add_user(session, new, cost=CHEAP, now=NOW)
    return "an.lac"


def test_a_password_is_kept_as_a_salted_argon2id_hash(session, an):
    kept = session.scalars(select(User)).one().password_hash
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert hash_password(PASSWORD, CHEAP) != kept
    assert is_right_password(kept, PASSWORD, CHEAP)
    assert not is_right_password(kept, PASSWORD + " ", CHEAP)


def test_a_hash_is_read_whatever_it_cost_and_a_broken_one_opens_nothing():
    assert is_right_password(hash_password(PASSWORD, CHEAP), PASSWORD, HashCost(16, 1, 1))
    assert not is_right_password("$argon2id$broken", PASSWORD, CHEAP)
    assert not is_right_password(None, PASSWORD, CHEAP)


def test_the_usual_cost_is_owasps():
    hashed = hash_password(PASSWORD, HashCost())
    assert "$m=47104,t=1,p=1$" in hashed


@pytest.mark.parametrize("username", ["", "ab", "An.Lac", "đức", "a b c", "-abc", "x" * 81, "a/b"])
def test_a_user_name_is_small_plain_letters(session, username):
    with pytest.raises(UsernameMalformedError):
        add_user(session, NewUser(username, "X", PASSWORD), cost=CHEAP, now=NOW)


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 201, "my an.lac password"])
def test_a_weak_password_is_refused(session, password):
    with pytest.raises(PasswordWeakError):
        add_user(session, NewUser("an.lac", "X", password), cost=CHEAP, now=NOW)


def test_a_user_name_is_taken_once(session, an):
    with pytest.raises(UsernameTakenError):
        add_user(session, NewUser(an, "Another", PASSWORD), cost=CHEAP, now=NOW)


def test_granting_twice_is_as_granting_once(session, an):
    grant_role(session, an, Role.OFFICER, COMMUNE, now=NOW)
    grant_role(session, an, Role.OFFICER, COMMUNE, now=NOW)
    grant_role(session, an, Role.INTEGRATOR, now=NOW)
    grant_role(session, an, Role.INTEGRATOR, now=NOW)
    assert session.scalar(select(func.count()).select_from(RoleGrant)) == 2


def test_a_role_is_held_where_it_belongs(session, an):
    for role in set(Role) - {Role.ADMINISTRATOR, Role.INTEGRATOR}:
        with pytest.raises(GrantMisplacedError):
            grant_role(session, an, role, now=NOW)
    with pytest.raises(GrantMisplacedError):
        grant_role(session, an, Role.ADMINISTRATOR, COMMUNE, now=NOW)
    with pytest.raises(NotFoundError):
        grant_role(session, an, Role.OFFICER, "00000", now=NOW)
    with pytest.raises(NotFoundError):
        grant_role(session, "nobody", Role.OFFICER, COMMUNE, now=NOW)


def test_only_a_role_that_is_held_can_be_taken(session, an):
    grant_role(session, an, Role.OFFICER, COMMUNE, now=NOW)
    revoke_role(session, an, Role.OFFICER, COMMUNE, now=NOW)
    with pytest.raises(NotFoundError):
        revoke_role(session, an, Role.OFFICER, COMMUNE, now=NOW)


def test_users_are_listed_by_name_with_their_roles(session, an):
    add_user(session, NewUser("binh", "Bình", PASSWORD), cost=CHEAP, now=NOW)
    grant_role(session, an, Role.OFFICER, COMMUNE, now=NOW)
    disable_user(session, "binh", now=NOW)
    first, second = list_users(session)
    assert (first.username, first.roles) == (an, (GrantEntry(Role.OFFICER, COMMUNE),))
    assert (second.username, second.is_active, second.roles) == ("binh", False, ())
    assert [u.username for u in list_users(session, email_suffix="@commune.example")] == [an]
    assert list_users(session, email_suffix="%") == []


def attempt(session, username="an.lac", at=NOW):
    return begin_sign_in(session, username, "10.0.0.1", secret_key="k", now=at)


def test_an_attempt_counts_before_the_password_is_checked(session, an):
    for _ in range(10):
        attempt(session)
    with pytest.raises(SignInThrottledError) as caught:
        attempt(session)
    assert caught.value.retry_after == 900
    assert attempt(session, at=NOW + timedelta(minutes=15)).user_id is not None


def test_nobody_signs_in_without_an_active_account(session, an):
    disable_user(session, an, now=NOW)
    tried = attempt(session)
    assert tried.password_hash is None
    with pytest.raises(CredentialsWrongError):
        complete_sign_in(session, tried, is_right=True, now=NOW)


def test_another_password_ends_every_session(session, an):
    complete_sign_in(session, attempt(session), is_right=True, now=NOW)
    set_password(session, an, "quite another one", cost=CHEAP, now=NOW)
    assert session.scalar(select(func.count()).select_from(UserSession)) == 0
    kept = attempt(session).password_hash
    assert is_right_password(kept, "quite another one", CHEAP)
    with pytest.raises(PasswordWeakError):
        set_password(session, an, "short", cost=CHEAP, now=NOW)


def test_an_enabled_user_starts_afresh(session, an):
    complete_sign_in(session, attempt(session), is_right=True, now=NOW)
    disable_user(session, an, now=NOW)
    enable_user(session, an, now=NOW)
    assert session.scalar(select(func.count()).select_from(UserSession)) == 0
    assert attempt(session).user_id is not None


def test_old_attempts_and_sessions_are_forgotten(session, an):
    attempt(session, "nobody")
    complete_sign_in(session, attempt(session), is_right=True, now=NOW)
    assert purge_sign_ins(session, now=NOW + timedelta(minutes=15)) == 0
    assert purge_sign_ins(session, now=NOW + timedelta(minutes=16)) == 1
    assert purge_sign_ins(session, now=NOW + timedelta(days=31)) == 1
    for table in (LoginFailure, UserSession):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_scope_is_narrowed_to_a_unit_it_covers():
    assert within(EVERYTHING, COMMUNE) == Scope(units=frozenset({COMMUNE}))
    with pytest.raises(NotFoundError):
        within(Scope(units=frozenset({"98002"})), COMMUNE)
