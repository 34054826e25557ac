"""Where the services live, and how long a download insists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Endpoints:
    """Where the services live; tests point them at 127.0.0.1."""

    data_gouv: str = "https://www.data.gouv.fr"
    insee: str = "https://www.insee.fr"
    geo_api: str = "https://geo.api.gouv.fr"
    geopf: str = "https://data.geopf.fr"
    drees: str = "https://data.drees.solidarites-sante.gouv.fr"
    gisco: str = "https://gisco-services.ec.europa.eu"


@dataclass(frozen=True)
class Policy:
    """How long to insist. Times in seconds, sizes in bytes; all are choices of this project.

    ``attempts`` counts failures in a row that brought no new byte, so that a long file over a
    bad line ends by arriving; ``all_attempts`` bounds the whole; ``silent_attempts`` is for a host
    that never answered (no network: saying so soon is better than waiting). ``pause_s`` spaces
    the requests to the interfaces (to stay under 10 a second on geo.api.gouv.fr).
    """

    attempts: int = 6
    silent_attempts: int = 3
    all_attempts: int = 60
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 60.0
    first_wait_s: float = 1.0
    longest_wait_s: float = 120.0
    max_file_bytes: int = 4 * 1024**3
    max_answer_bytes: int = 256 * 1024**2
    pause_s: float = 0.11
