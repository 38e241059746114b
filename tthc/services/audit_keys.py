"""The keys of the audit log: one to veil free texts, one to sign anchors, both from one secret.

The secret lies in a file outside the database (``tthc.jobs.auditing``) and is not SECRET_KEY, so
that a new SECRET_KEY leaves the log as verifiable as before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tthc.domain.anchors import Anchor


@dataclass(frozen=True, slots=True)
class AuditKeys:
    """What is needed to link (``veil``) and to anchor (``signing``)."""

    veil: bytes = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)

    @property
    def public_key(self) -> bytes:
        """What anchors are checked with; it may be known to everybody."""
        return self.signing.public_key().public_bytes_raw()


def derive_keys(secret: str) -> AuditKeys:
    """Return the keys that belong to a secret."""
    return AuditKeys(
        veil=_derive(secret, b"tthc audit veil"),
        signing=Ed25519PrivateKey.from_private_bytes(_derive(secret, b"tthc audit anchor")),
    )


def _derive(secret: str, about: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=about).derive(secret.encode())


def sign(anchor: Anchor, keys: AuditKeys) -> Anchor:
    """Return the anchor with its signature; its ``public_key`` must be that of ``keys``."""
    return replace(anchor, signature=keys.signing.sign(anchor.spelling()))


def is_signed(anchor: Anchor) -> bool:
    """Tell whether the anchor was signed by the key it names, whoever that is."""
    try:
        key = Ed25519PublicKey.from_public_bytes(anchor.public_key)
        key.verify(anchor.signature, anchor.spelling())
    except (InvalidSignature, ValueError):
        return False
    return True
