"""Keeping and checking passwords."""

from __future__ import annotations

from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tthc.domain.errors import RuleError

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200


class PasswordWeakError(RuleError):
    """The password is too short, too long, or contains the name of the account."""

    code = "password_weak"


@dataclass(frozen=True, slots=True)
class HashCost:
    """How dear one Argon2id hash is.

    The default is OWASP's first recommendation (46 MiB, one pass, one lane), about 40 ms.
    Source: OWASP Password Storage Cheat Sheet, Argon2id.
    """

    memory_kib: int = 47_104
    passes: int = 1
    lanes: int = 1

    def hasher(self) -> PasswordHasher:
        """Return a hasher of this cost; it reads hashes of every cost."""
        return PasswordHasher(
            time_cost=self.passes, memory_cost=self.memory_kib, parallelism=self.lanes
        )


def hash_password(password: str, cost: HashCost) -> str:
    """Return the salted Argon2id hash to keep."""
    return cost.hasher().hash(password)


def is_right_password(password_hash: str | None, password: str, cost: HashCost) -> bool:
    """Whether ``password`` is the one kept; without a hash, no, after the same time.

    Needs no database: never hold a connection while it runs.
    """
    hasher = cost.hasher()
    if password_hash is None:
        hasher.hash(password)
        return False
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def check_strength(username: str, password: str) -> None:
    """Raise PasswordWeakError for a password that may not be chosen.

    Choice: length alone is demanded (NIST SP 800-63B); docs/decisions/sign-in.md.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise PasswordWeakError(
            f"Mật khẩu phải có từ {SHORTEST_PASSWORD} đến {LONGEST_PASSWORD} ký tự.",
            f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters",
            field="password",
        )
    if username.casefold() in password.casefold():
        raise PasswordWeakError(
            "Mật khẩu không được chứa tên đăng nhập.",
            "a password does not contain the user name",
            field="password",
        )
