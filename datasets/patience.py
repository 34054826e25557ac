"""How a download insists: what may pass is tried again, what was refused is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from datasets.endpoints import Policy
from datasets.fetch_errors import SourceUnreachable

T = TypeVar("T")


class Hiccup(Exception):
    """A failure that may pass; ``wait_s`` is None for the ordinary growing wait."""

    def __init__(self, reason: str, wait_s: float | None = None):
        super().__init__(reason)
        self.wait_s = wait_s


class Silence(Hiccup):
    """The host did not answer at all."""


class Refusal(Exception):
    """A failure that insisting will not mend; ``status`` is the HTTP one when there is one."""

    def __init__(self, reason: str, status: int | None = None):
        super().__init__(reason)
        self.status = status


class Patience:
    """Which hosts have answered, which stay silent, and how long to wait for each."""

    def __init__(self, policy: Policy, sleep: Callable[[float], None]) -> None:
        self._policy, self._sleep = policy, sleep
        self._answering_hosts: set[str] = set()
        self._silent_hosts: set[str] = set()

    def heard(self, url: str) -> None:
        """Remember that the host of this address answered."""
        self._answering_hosts.add(urlsplit(url).netloc)

    def insist(
        self,
        url: str,
        once: Callable[[], T],
        give_up: Callable[[str], SourceUnreachable],
        received: Callable[[], int] = lambda: 0,
    ) -> T:
        """Call ``once`` until it succeeds, is refused, or stops bringing new bytes."""
        host = urlsplit(url).netloc
        in_a_row, furthest, reason, wanted_s = 0, received(), "", None
        for count in range(1, self._policy.all_attempts + 1):
            try:
                answer = once()
            except Refusal as refusal:
                refused = give_up(str(refusal))
                refused.status = refusal.status
                raise refused from refusal
            except Hiccup as hiccup:
                reason, wanted_s = f"{hiccup}, après {count} essai(s)", hiccup.wait_s
                silent = isinstance(hiccup, Silence)
            else:
                return answer
            in_a_row = 1 if received() > furthest else in_a_row + 1
            furthest = max(furthest, received())
            if in_a_row >= self._attempts(host, silent=silent):
                break
            self._sleep(self._wait_s(wanted_s, in_a_row))
        if silent:
            self._silent_hosts.add(host)
        raise give_up(reason)

    def _attempts(self, host: str, *, silent: bool) -> int:
        """How long to insist: little on a host that never answered, once when it was given up."""
        if not silent or host in self._answering_hosts:
            return self._policy.attempts
        return 1 if host in self._silent_hosts else self._policy.silent_attempts

    def _wait_s(self, wanted_s: float | None, in_a_row: int) -> float:
        growing = self._policy.first_wait_s * 2.0 ** (in_a_row - 1)
        wanted = growing if wanted_s is None else wanted_s
        return min(max(wanted, 0.0), self._policy.longest_wait_s)
