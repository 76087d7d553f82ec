"""Sealing (encryption) of model servers' keys: what lies in Redis is of no use without the service's secret."""

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken

from common.secret import Secret
from common.settings import Settings

_KEY_BYTES = 32


class SealBroken(ValueError):
    """The secret is another one than the key was sealed with, or the text is torn."""


def new_server_key() -> Secret:
    """A fresh key of a model server."""
    return Secret(f"sk-{secrets.token_urlsafe(_KEY_BYTES)}")


def seal(settings: Settings, key: Secret) -> str:
    """The key, encrypted and signed with the service's secret."""
    return _fernet(settings).encrypt(key.reveal().encode()).decode()


def unseal(settings: Settings, sealed: str) -> Secret:
    """The key that was sealed. Raises SealBroken."""
    try:
        return Secret(_fernet(settings).decrypt(sealed.encode()).decode())
    except InvalidToken as broken:
        text = "the server's key was sealed with another DEPLOYMENT_SECRET (or API_KEY) than this process has"
        raise SealBroken(text) from broken


def _fernet(settings: Settings) -> Fernet:
    # Without a secret the service answers this machine only, and so do its servers: the seal is then a formality.
    secret = settings.deployment_secret or settings.api_key
    digest = hashlib.sha256(b"swift-trainer deployment keys\n" + secret.reveal().encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
