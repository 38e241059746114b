"""Where a person is reached besides mail: a channel, and their own address in it."""

from __future__ import annotations

import re
from collections.abc import Collection

from tthc.domain.errors import ConflictError, RuleError

TARGET = r"[@+]?[A-Za-z0-9-][A-Za-z0-9@._:-]{0,99}"
"""A chat id, phone number or name. Nothing that ends a part of a URL, so none can add to one."""

_TARGET = re.compile(TARGET, re.ASCII)


class ChannelUnknownError(RuleError):
    """The installation has no such channel; ``details`` name those there are."""

    code = "channel_unknown"


class TargetMalformedError(RuleError):
    """The person's address has characters that no channel uses."""

    code = "target_malformed"


class ContactPointTakenError(ConflictError):
    """The person has an address in that channel; it is taken away first."""

    code = "contact_point_taken"


def is_target(text: str) -> bool:
    """Whether a person's address has the form of one."""
    return _TARGET.fullmatch(text) is not None


def check_contact_point(channel: str, target: str, channels: Collection[str]) -> None:
    """Let a person's address in one of the installation's ``channels`` pass.

    Whether somebody is there is shown by the first message only.

    Raises:
        ChannelUnknownError, TargetMalformedError: as they say.
    """
    if channel not in channels:
        raise ChannelUnknownError(
            "Hệ thống chưa được cấu hình kênh này.",
            "there is no such channel here",
            field="channel",
            channels=", ".join(sorted(channels)),
        )
    if not is_target(target):
        raise TargetMalformedError(
            "Địa chỉ nhận tin gồm chữ không dấu, chữ số và @ + . _ : -",
            "an address has ASCII letters, digits and @ + . _ : -",
            field="target",
        )
