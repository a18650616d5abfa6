"""HTTP requests: credentials, repeated tries, redirects, and errors in one line.

Credentials come from the environment (PFOCR_KG_TOKEN, or PFOCR_KG_USER and PFOCR_KG_PASSWORD),
else from the netrc file. They go to the hosts that the user named and to no other, and no
message shows them.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException
from types import TracebackType
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import HTTPError, InvalidHeader, ReadTimeoutError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from pfocr_kg.errors import StoreError
from pfocr_kg.store import connections

_BUSY: Final = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)
_MOVED: Final = (
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
)
_HOPS: Final = 5
_TRIES: Final = 6
_BACKOFF: Final = 0.5
"""Seconds before the second try; they double with each try, unless a server sends Retry-After."""

_LONGEST_WAIT: Final = 60.0
_TIMEOUT: Final = (10.0, connections.WAIT)
"""Seconds to connect, and between two bytes of an answer."""

UNUSABLE: Final = (requests.RequestException, HTTPError, HTTPException, OSError)
"""What is raised for an answer that is none, beside ValueError and LookupError for its headers."""

_READ: Final = 1 << 13
"""Bytes of a server's message that are read: some have a style sheet before the first word."""
_SHOWN: Final = 200
"""Characters of it that are shown."""


class EndpointError(StoreError):
    """An answer with the HTTP status of an error, `status`."""

    def __init__(self, message: str, status: int, *, hint: str = "") -> None:
        self.status = status
        super().__init__(message, hint=hint)


class _Retry(Retry):
    """Tries again if a server is busy or a connection broke."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Seconds that the server asks to wait, up to a maximum."""
        try:
            asked = super().get_retry_after(response)
        except (InvalidHeader, ValueError, OverflowError):  # no time, or none that a clock has
            return None
        return None if asked is None else min(asked, _LONGEST_WAIT)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> _Retry:
        """Count a failure; after a timeout, there is no other try."""
        if isinstance(error, ReadTimeoutError):
            raise error
        return super().increment(method, url, response, error, _pool, _stacktrace)


def _retry() -> _Retry:
    return _Retry(
        total=_TRIES - 1,
        connect=0,
        redirect=0,
        status_forcelist=_BUSY,
        allowed_methods=None,
        backoff_factor=_BACKOFF,
        backoff_max=_LONGEST_WAIT,
        raise_on_status=False,
        raise_on_redirect=False,
    )


class _Token(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _NoCredentials(AuthBase):
    """Stops `requests` from sending credentials of netrc before the server asks for them."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Http:
    """Requests to the servers of some URLs; close it after use.

    `urls` are those that the user named: credentials go only to their hosts. A request is
    repeated, after longer and longer pauses, if the server is busy or the connection
    breaks. A redirect is followed with the same method and body, within its host: another could
    be one that only this machine can reach.

    Raises:
        StoreError: a URL holds a user or password, or is not one of http or https.

    """

    def __init__(self, *urls: str) -> None:
        self._trusted = {_origin(_checked(url)) for url in urls}
        self._auth: dict[str, AuthBase] = {}
        self._secrets: set[str] = set()
        self._session = connections.Session(connections.Adapter(max_retries=_retry()))
        self._session.auth = _NoCredentials()
        self._session.headers["User-Agent"] = "pfocr-kg"

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        data: bytes | Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request; returns the answer, whose body is still to be read.

        Raises:
            EndpointError: the answer has the status of an error.
            StoreError: there is no answer.

        """
        asked = url
        for _ in range(_HOPS):
            response = self._once(method, url, data, headers)
            if response.status_code not in _MOVED or "Location" not in response.headers:
                break
            url = self._moved(url, response)
        else:
            raise StoreError(f"{asked}: redirects too many times")
        if response.status_code // 100 != HTTPStatus.OK // 100:
            raise self._failure(asked, response)
        return response

    def _moved(self, url: str, response: requests.Response) -> str:
        """The URL that a redirect leads to."""
        response.close()
        try:
            target = urljoin(url, response.headers["Location"])
        except ValueError:
            target = ""
        here, there = urlsplit(url), _parts(target)
        if there is None or "@" in there.netloc:
            raise StoreError(f"{url}: redirects to what is no URL of an endpoint")
        to = self.readable(_origin(there))
        if (here.scheme, there.scheme) == ("https", "http"):
            raise StoreError(f"{url}: redirects to {to} without encryption")
        is_encrypted_now = (here.scheme, there.scheme) == ("http", "https")
        if here.hostname != there.hostname or not (is_encrypted_now or here.port == there.port):
            raise StoreError(
                f"{url}: redirects to another server, {to}",
                hint="If you trust that one, give its URL",
            )
        if _origin(here) in self._trusted:
            self._trusted.add(_origin(there))
        return target

    def _once(
        self,
        method: str,
        url: str,
        data: bytes | Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> requests.Response:
        """Send a request, and again with credentials if the server asks for them."""
        origin = _origin(urlsplit(url))
        for last in (False, True):
            auth = self._auth.get(origin) or self._token(origin)
            try:
                response = self._session.request(
                    method,
                    url,
                    data=data,
                    headers=headers,
                    auth=auth,
                    stream=True,
                    timeout=_TIMEOUT,
                    allow_redirects=False,
                )
            except (*UNUSABLE, ValueError, LookupError) as error:
                raise StoreError(f"{url}: {self.readable(root_cause(error))}") from None
            if last or auth or response.status_code != HTTPStatus.UNAUTHORIZED:
                break
            if (chosen := self._credentials(response, url, origin)) is None:
                break
            self._auth[origin] = chosen
            response.close()
        return response

    def _failure(self, url: str, response: requests.Response) -> EndpointError:
        """The error of an answer, with the message that the server gives."""
        status = f"{response.status_code} {response.reason or ''}".strip()
        said = self.readable(_message(response))
        hint = ""
        if response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            names = "PFOCR_KG_USER and PFOCR_KG_PASSWORD, PFOCR_KG_TOKEN, or netrc"
            hint = f"Credentials come from {names}"
        message = f"{url}: {self.readable(status)}{': ' if said else ''}{said}"
        return EndpointError(message, response.status_code, hint=hint)

    def readable(self, text: str) -> str:
        """The begin of what a server sent, in one line, without the credentials that it was sent.

        Nothing in it can move the cursor of a terminal.
        """
        words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        for secret in sorted(self._secrets, key=len, reverse=True):
            words = words.replace(secret, "…")
        return words if len(words) <= _SHOWN else words[: _SHOWN - 1].rstrip() + "…"

    def _token(self, origin: str) -> AuthBase | None:
        token = os.environ.get("PFOCR_KG_TOKEN")
        if not token or origin not in self._trusted:
            return None
        self._secrets.add(token)
        return _Token(token)

    def _credentials(self, response: requests.Response, url: str, origin: str) -> AuthBase | None:
        """User name and password, by the method that the server asks for."""
        if origin not in self._trusted:
            return None
        user = os.environ.get("PFOCR_KG_USER")
        known = (user, os.environ.get("PFOCR_KG_PASSWORD", "")) if user else None
        if (known := known or requests.utils.get_netrc_auth(url)) is None:
            return None
        self._secrets |= {known[1], b64encode(":".join(known).encode()).decode()} - {""}
        challenge = response.headers.get("WWW-Authenticate", "")
        digest = re.search(r"\bdigest\b", challenge, re.IGNORECASE)
        return HTTPDigestAuth(*known) if digest else HTTPBasicAuth(*known)


def _parts(url: str) -> SplitResult | None:
    """The parts of a URL of http or https; None if it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def _checked(url: str) -> SplitResult:
    if (parts := _parts(url)) is None:
        # Without its parts, nobody knows where a password in it ends.
        raise StoreError(f"{re.sub('^.*@', '', url, flags=re.DOTALL)}: is no URL of an endpoint")
    if "@" in parts.netloc:
        raise StoreError(
            f"{without_user(url)}: credentials do not belong in a URL",
            hint="Set PFOCR_KG_USER and PFOCR_KG_PASSWORD, or use netrc",
        )
    return parts


def without_user(url: str) -> str:
    """A URL without user name and password, to be shown."""
    return re.sub(r"^([a-z]+://)[^/?#]*@", r"\1", url, flags=re.IGNORECASE)


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}".lower()


def root_cause(error: BaseException) -> str:
    """The reason of an error of `requests`, which wraps it several times."""
    while True:
        inner = [getattr(error, "reason", None), *reversed(error.args), error.__cause__]
        causes = [each for each in inner if isinstance(each, BaseException)]
        if not causes:
            break
        error = causes[0]
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return "it took too long" if isinstance(error, TimeoutError) else text


def _message(response: requests.Response) -> str:
    """What the server says of an error, at its begin."""
    try:
        text = connections.read(response, _READ).decode("utf-8", errors="replace")
    except UNUSABLE:
        return ""
    finally:
        response.close()
    if "html" in response.headers.get("Content-Type", ""):
        text = re.sub(r"(?s)<(style|script|head)\b.*?</\1>|<[^<>]*>", " ", text)
    return text
