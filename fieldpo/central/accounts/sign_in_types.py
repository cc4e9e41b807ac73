"""What signing in answers, as wire types; the OpenAPI description is made from them."""

from __future__ import annotations

import msgspec


class DeviceAuthorization(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 8628, 3.2. `expires_in` and `interval` in seconds."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """Whose device it is and what it may pull: everything that it needs to make its vault."""

    device_id: str
    device_label: str
    user_id: str
    user_name: str
    user_title: str
    role: str
    training: bool
    granted: list[str]
    epoch: str


class TokenAnswer(Device, frozen=True, kw_only=True):
    """RFC 6749, 5.1, with the device. `expires_in` in seconds."""

    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int


class OAuthError(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 6749, 5.2 and RFC 8628, 3.5."""

    error: str
    error_description: str = ""
