"""Texts that the database keeps and must not tell, sealed with a key derived from SECRET_KEY."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def seal(secret_key: str, about: str, text: str) -> bytes:
    """Return ``text`` encrypted and authenticated, to be opened for the same ``about`` only."""
    return _box(secret_key, about).encrypt(text.encode())


def unseal(secret_key: str, about: str, sealed: bytes) -> str | None:
    """Return the text; None when it was sealed with another key, for something else, or changed."""
    try:
        return _box(secret_key, about).decrypt(sealed).decode()
    except InvalidToken:
        return None


def _box(secret_key: str, about: str) -> Fernet:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"tthc {about}".encode())
    return Fernet(base64.urlsafe_b64encode(derive.derive(secret_key.encode())))
