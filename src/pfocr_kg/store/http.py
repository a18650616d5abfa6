"""HTTP requests: credentials, repeated tries, redirects, and errors in one line.

Credentials come from the environment (PFOCR_KG_TOKEN, or PFOCR_KG_USER and PFOCR_KG_PASSWORD),
else from the netrc file. They go to the hosts that the user named and to no other, and no
message shows them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import ReadTimeoutError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from pfocr_kg.errors import StoreError

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
_TIMEOUT: Final = (10.0, 900.0)
"""Seconds to connect, and between two bytes of an answer: large counts take minutes."""

_MESSAGE: Final = 200
"""Characters of a server's message that are shown."""


class EndpointError(StoreError):
    """An answer with the HTTP status of an error, `status`."""

    def __init__(self, message: str, status: int, *, hint: str = "") -> None:
        self.status = status
        super().__init__(message, hint=hint)


class _Retry(Retry):
    """Tries again if a server is busy or a connection broke."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Seconds that the server asks to wait, up to a maximum."""
        asked = super().get_retry_after(response)
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
    breaks. A redirect is followed with the same method and body, but not from https to http.

    Raises:
        StoreError: a URL holds a user or password, or is not one of http or https.

    """

    def __init__(self, *urls: str) -> None:
        self._trusted = {_origin(_checked(url)) for url in urls}
        self._auth: dict[str, AuthBase] = {}
        self._session = requests.Session()
        self._session.auth = _NoCredentials()
        self._session.headers["User-Agent"] = "pfocr-kg"
        retry = _Retry(
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
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))

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
        if not response.ok:
            raise _failure(asked, response)
        return response

    def _moved(self, url: str, response: requests.Response) -> str:
        response.close()
        try:
            target = urljoin(url, response.headers["Location"])
        except ValueError as error:
            raise StoreError(f"{url}: redirects to an invalid URL: {error}") from None
        here, there = urlsplit(url), _checked(target)
        if (here.scheme, there.scheme) == ("https", "http"):
            raise StoreError(f"{url}: redirects to {there.netloc} without encryption")
        if here.hostname == there.hostname and there.scheme == "https":
            self._trusted |= {_origin(there)} if _origin(here) in self._trusted else set()
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
            except requests.RequestException as error:
                raise StoreError(f"{url}: {root_cause(error)}") from None
            if last or auth or response.status_code != HTTPStatus.UNAUTHORIZED:
                break
            if (chosen := self._credentials(response, url, origin)) is None:
                break
            self._auth[origin] = chosen
            response.close()
        return response

    def _token(self, origin: str) -> AuthBase | None:
        token = os.environ.get("PFOCR_KG_TOKEN")
        return _Token(token) if token and origin in self._trusted else None

    def _credentials(self, response: requests.Response, url: str, origin: str) -> AuthBase | None:
        """User name and password, by the method that the server asks for."""
        if origin not in self._trusted:
            return None
        user = os.environ.get("PFOCR_KG_USER")
        known = (user, os.environ.get("PFOCR_KG_PASSWORD", "")) if user else None
        if (known := known or requests.utils.get_netrc_auth(url)) is None:
            return None
        challenge = response.headers.get("WWW-Authenticate", "")
        digest = re.search(r"\bdigest\b", challenge, re.IGNORECASE)
        return HTTPDigestAuth(*known) if digest else HTTPBasicAuth(*known)


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise StoreError(f"{without_user(url)}: is no URL: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreError(f"{without_user(url)}: is no URL of an endpoint")
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
        inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
        if not isinstance(inner, BaseException):
            inner = error.__cause__
        if inner is None:
            break
        error = inner
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return "it took too long" if isinstance(error, TimeoutError) else _short(text)


def _failure(url: str, response: requests.Response) -> EndpointError:
    """The error of an answer, with the message that the server gives."""
    try:
        raw = next(response.iter_content(64 * 1024), b"")
    except requests.RequestException:
        raw = b""
    finally:
        response.close()
    try:
        text = raw.decode(response.encoding or "utf-8", errors="replace")
    except LookupError:  # no encoding that anybody knows
        text = raw.decode("utf-8", errors="replace")
    if "html" in response.headers.get("Content-Type", ""):
        text = re.sub(r"(?s)<(style|script|head)\b.*?</\1>|<[^>]*>", " ", text)
    status = f"{response.status_code} {response.reason or ''}".strip()
    hint = ""
    if response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        hint = "Credentials come from PFOCR_KG_USER and PFOCR_KG_PASSWORD, PFOCR_KG_TOKEN, or netrc"
    short = _short(text)
    message = f"{url}: {status}{': ' if short else ''}{short}"
    return EndpointError(message, response.status_code, hint=hint)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _MESSAGE else words[: _MESSAGE - 1].rstrip() + "…"
