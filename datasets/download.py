"""The only module that opens connections: one file, brought in whole or not at all.

A download goes to ``F.part`` and is resumed after a cut (Range, If-Range); refusals that pass
(429, 5xx, silence) are tried again with growing waits that obey Retry-After; what arrives is
checked for size and kind before it takes the place of the file already there.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import requests
from requests import exceptions as http

from datasets.answers import (
    announced_by,
    check_content,
    conditions,
    continues,
    is_web_page,
    retry_after_s,
    status_words,
)
from datasets.catalogue import Source
from datasets.endpoints import Policy
from datasets.fetch_errors import BadDownload, CannotWrite, SourceUnreachable
from datasets.fetch_progress import FetchProgress, SilentProgress
from datasets.partial import Announced, Partial
from datasets.patience import Hiccup, Patience, Refusal, Silence
from datasets.provenance import (
    Fetched,
    Provenance,
    cannot_write,
    known_provenance,
    make_provenance,
    publish,
)
from datasets.reading import UnreadableFile

_CHUNK_BYTES = 16 * 1024  # what a cut loses: the HTTP library drops an unfinished chunk
_USER_AGENT = "qpv-acces-sante"
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_MAX_REDIRECTS = 10


@dataclass(frozen=True)
class _Form:
    content: bytes
    fields: tuple[tuple[str, str], ...]


class Client:
    """A polite HTTP client; use it as a context manager.

    ``sleep`` and ``now`` are given by tests so that no test waits.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.policy = policy or Policy()
        self._sleep, self._now = sleep, now
        self._session = requests.Session()
        self._session.max_redirects = _MAX_REDIRECTS
        self._session.headers["User-Agent"] = _USER_AGENT
        self._patience = Patience(self.policy, lambda seconds: self._sleep(seconds))

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()

    def download(
        self,
        url: str,
        destination: Path,
        entry: Source,
        *,
        progress: FetchProgress | None = None,
    ) -> Fetched:
        """Bring ``url`` to ``destination``, unless the server says the file in place is current.

        Raises
        ------
        SourceUnreachable
            The server cannot be reached, refuses, or goes on cutting; the file in place stays.
        BadDownload
            What arrived is not the kind of file expected (a web page, a truncated archive).
        CannotWrite
            The data folder refuses to be written.
        """
        watcher = progress or SilentProgress()
        partial = Partial(destination)
        known = known_provenance(destination)
        current = known if known is not None and known.url == url else None
        try:
            destination.parent.mkdir(parents=True, exist_ok=True)
            return self._patience.insist(
                url,
                lambda: self._bring(url, partial, entry, current, watcher),
                lambda reason: SourceUnreachable(entry, url, reason, destination.name),
                partial.size,
            )
        except (SourceUnreachable, CannotWrite):
            raise
        except OSError as error:
            raise cannot_write(destination, error) from error
        finally:
            watcher.done()

    def get_json(self, url: str, entry: Source, params: Mapping[str, str] | None = None) -> Any:
        """The JSON answer of an interface; ``BadDownload`` when it is something else."""
        body, address = self._get(url, entry, params)
        try:
            return json.loads(body)
        except ValueError as error:
            reason = "la réponse n'est pas du JSON (sans doute une page d'erreur du site)"
            raise BadDownload(entry, address, reason) from error

    def get_text(self, url: str, entry: Source) -> str:
        """A web page as text (UTF-8, what cannot be decoded being replaced)."""
        return self._get(url, entry, None)[0].decode("utf-8", errors="replace")

    def post_file(
        self, url: str, entry: Source, content: bytes, fields: Sequence[tuple[str, str]]
    ) -> bytes:
        """The answer to a file sent as ``data`` of a form; ``SourceUnreachable`` as the others."""
        return self._ask(url, entry, None, _Form(content, tuple(fields)))[0]

    def _get(self, url: str, entry: Source, params: Mapping[str, str] | None) -> tuple[bytes, str]:
        return self._ask(url, entry, params, None)

    def _ask(
        self, url: str, entry: Source, params: Mapping[str, str] | None, form: _Form | None
    ) -> tuple[bytes, str]:
        def once() -> tuple[bytes, str]:
            with self._open(url, {}, params, form) as response:
                if response.status_code != requests.codes.ok:
                    raise Refusal(status_words(response.status_code), response.status_code)
                body = bytearray()
                for chunk in _chunks(response):
                    body += chunk
                    _check_ceiling(len(body), self.policy.max_answer_bytes)
                return bytes(body), response.url

        answer = self._patience.insist(url, once, lambda why: SourceUnreachable(entry, url, why))
        if self.policy.pause_s:
            self._sleep(self.policy.pause_s)
        return answer

    def _open(
        self,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        form: _Form | None = None,
    ) -> requests.Response:
        """Send the request and follow redirections; passing refusals become ``Hiccup``."""
        timeouts = (self.policy.connect_timeout_s, self.policy.read_timeout_s)
        try:
            response = self._session.request(
                "GET" if form is None else "POST",
                url,
                headers=dict(headers),
                params=params,
                data=None if form is None else list(form.fields),
                files=None if form is None else {"data": ("data.csv", form.content, "text/csv")},
                stream=True,
                timeout=timeouts,
            )
        except (http.InvalidSchema, http.InvalidURL, http.MissingSchema) as error:
            raise Refusal("redirection vers une adresse qui n'est pas du web") from error
        except http.TooManyRedirects as error:
            raise Refusal(f"plus de {_MAX_REDIRECTS} redirections") from error
        except http.SSLError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise Refusal("le certificat du site n'est pas reconnu") from error
            raise Silence("la connexion chiffrée a été coupée") from error
        except http.Timeout as error:
            raise Silence("le site ne répond pas à temps") from error
        except http.RequestException as error:
            raise Silence("la connexion est impossible ou a été coupée") from error
        self._patience.heard(url)
        trail = [step.url for step in (*response.history, response)]
        if trail[0].startswith("https:") and not all(at.startswith("https:") for at in trail):
            response.close()
            raise Refusal("redirection d'une adresse chiffrée vers une adresse qui ne l'est pas")
        if response.status_code in _PASSING:
            response.close()
            wait_s = retry_after_s(response.headers.get("Retry-After", ""), self._now())
            raise Hiccup(status_words(response.status_code), wait_s)
        return response

    def _bring(
        self,
        url: str,
        partial: Partial,
        entry: Source,
        current: Provenance | None,
        watcher: FetchProgress,
    ) -> Fetched:
        before = partial.announced(url)
        offset = 0
        headers = {"Accept-Encoding": "identity"}
        if before is not None:
            # A finished .part is asked for its last byte again: that proves it is still current.
            offset = min(partial.size(), (before.total or partial.size() + 1) - 1)
            headers |= {"Range": f"bytes={offset}-", "If-Range": before.validator}
        else:
            headers |= conditions(current)
        with self._open(url, headers) as response:
            status = response.status_code
            if status == requests.codes.not_modified and current is not None:
                if response.url == current.final_url:
                    return Fetched(partial.destination, current, changed=False)
                # The address now leads elsewhere: "unchanged" there says nothing of our file.
                return self._bring(url, partial, entry, None, watcher)
            if status == requests.codes.requested_range_not_satisfiable:
                partial.discard()
                raise Hiccup("le début déjà reçu ne correspond plus au fichier", 0.0)
            if status == requests.codes.partial_content:
                if before is None or not continues(response.headers, before, offset):
                    partial.discard()
                    raise Hiccup("la suite envoyée ne prolonge pas le début déjà reçu", 0.0)
                announced = before
            elif status == requests.codes.ok:
                offset, announced = 0, announced_by(url, response.headers)
            else:
                raise Refusal(status_words(status))
            self._receive(response, partial, announced, offset, entry.title, watcher)
            final_url = response.url
        try:
            check_content(partial.path, entry.content, entry.landing_page)
        except UnreadableFile as error:
            page = is_web_page(partial.path)
            partial.discard()
            reason = f"le contenu reçu n'est pas le fichier attendu ({error.wrong})"
            # Bytes pieced together, or of unknown number, may be a cut that nobody announced.
            if offset or (announced.total is None and not page):
                raise Hiccup(reason) from error
            raise BadDownload(entry, url, reason, partial.destination.name) from error
        noted = make_provenance(
            entry,
            partial.path,
            url,
            final_url=final_url,
            etag=announced.etag,
            last_modified=announced.last_modified,
        )
        partial.forget()
        return publish(partial.path, partial.destination, noted)

    def _receive(
        self,
        response: requests.Response,
        partial: Partial,
        announced: Announced,
        offset: int,
        label: str,
        watcher: FetchProgress,
    ) -> None:
        """Write the body after ``offset`` bytes and check that all that was announced came."""
        _check_ceiling(announced.total or 0, self.policy.max_file_bytes)
        if offset:
            partial.cut_to(offset)
        else:
            partial.discard()
        partial.remember(announced)
        watcher.start(label, announced.total)
        watcher.advance(offset)
        size = offset
        with partial.path.open("ab") as stream:
            try:
                for chunk in _chunks(response):
                    size += len(chunk)
                    _check_ceiling(size, self.policy.max_file_bytes)
                    stream.write(chunk)
                    watcher.advance(len(chunk))
            except Refusal:
                partial.discard()
                raise
            stream.flush()
            os.fsync(stream.fileno())
        if announced.total is not None and size != announced.total:
            if size > announced.total:
                partial.discard()
            raise Hiccup(f"{size} octets reçus au lieu des {announced.total} annoncés")


def _check_ceiling(size: int, ceiling: int) -> None:
    if size > ceiling:
        raise Refusal(f"le fichier dépasse la taille admise de {ceiling} octets")


def _chunks(response: requests.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_content(_CHUNK_BYTES)
    except (http.ConnectionError, http.Timeout) as error:
        raise Hiccup("le site s'est tu au milieu du fichier") from error
    except http.RequestException as error:
        raise Hiccup("la connexion a été coupée au milieu du fichier") from error
