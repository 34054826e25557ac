"""What can go wrong while bringing a file in, in words that let somebody carry on without it."""

from __future__ import annotations

from urllib.parse import urlsplit

from datasets.catalogue import Source
from geo.errors import QpvError


class SourceUnreachable(QpvError, OSError):
    """A source could not be brought in; the message names it and says how to do without.

    ``status`` is the HTTP status of an interface that refused the request, None in other cases.
    """

    status: int | None = None

    def __init__(self, entry: Source, url: str, reason: str, file: str = ""):
        self.source_id, self.url, self.reason = entry.id, url, reason
        self.landing_page = entry.landing_page
        self.file = file or entry.file_for("*")
        host = urlsplit(url).hostname or "adresse inconnue"
        if entry.resolver.kind == "service":
            super().__init__(
                f"Le service « {entry.title} » ({entry.publisher}, {host}) n'a pas donné de "
                f"réponse utilisable : {reason}. À faire : vérifiez la connexion à internet, puis "
                f"réessayez plus tard (présentation du service : {entry.landing_page})."
            )
            return
        super().__init__(
            f"La source « {entry.title} » ({entry.id}) n'a pas pu être téléchargée depuis "
            f"{host} : {reason}. Attendu : le fichier {self.file}, présenté sur "
            f"{entry.landing_page}. À faire : réessayez plus tard, ou téléchargez-le depuis cette "
            f"page et déposez-le dans raw/{entry.folder}/ (ou donnez votre dossier avec --from)."
        )


class BadDownload(SourceUnreachable):
    """The server answered, but what it sent is not the file expected; nothing was replaced."""


class CannotWrite(QpvError, OSError):
    """The data folder refuses to be written (full disk, rights)."""


class FetchBusy(QpvError, BlockingIOError):
    """Another run is downloading into the same data folder."""
