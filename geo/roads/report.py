"""What became of the ways when the graph was built: counted, and told in French."""

from __future__ import annotations

from dataclasses import dataclass, replace

MODE_FR = {"car": "en voiture", "walk": "à pied"}


@dataclass(frozen=True)
class RoadReport:
    """Counts of one build.

    ``ways_closed``: ways left out, by reason (``class``: not a road of the mode; ``access``:
    forbidden to it). ``limits_unread``: values of ``maxspeed`` that say no number, replaced by
    the speed of the class. ``nodes_absent``: nodes that ways name and the extract lacks; the way
    is cut there. ``parts_dropped``: parts that cannot be both reached from and left for the
    rest. ``loops``: edges that come back to where they began (no arc, yet points lie on them).
    """

    mode: str
    ways_read: int
    ways_closed: dict[str, int]
    limits_unread: dict[str, int]
    nodes_absent: int
    nodes_open: int
    parts_dropped: int
    nodes_dropped: int
    km_open: float
    km_dropped: float
    nodes: int = 0
    edges: int = 0
    loops: int = 0

    @property
    def ways_open(self) -> int:
        return self.ways_read - sum(self.ways_closed.values())

    def finished(self, *, nodes: int, edges: int, loops: int) -> RoadReport:
        """The same report once chains are merged."""
        return replace(self, nodes=nodes, edges=edges, loops=loops)

    def sentences(self) -> list[str]:
        """The report for a reader, in French."""
        said = [
            f"Réseau {MODE_FR[self.mode]} : {self.ways_open} voies ouvertes sur "
            f"{self.ways_read} ; {self.nodes_open} points ramenés à {self.nodes} carrefours ou "
            f"extrémités et {self.edges} tronçons, sans changer ni longueur ni durée."
        ]
        if self.parts_dropped:
            said.append(
                f"{self.parts_dropped} morceaux isolés du reste sont écartés "
                f"({self.nodes_dropped} points, {self.km_dropped:.1f} km sur "
                f"{self.km_open:.1f} km)."
            )
        if self.nodes_absent:
            said.append(
                f"{self.nodes_absent} points manquent dans l'extrait : les voies y sont coupées."
            )
        if self.limits_unread:
            shown = ", ".join(f"« {value} »" for value in list(self.limits_unread)[:5])
            said.append(
                f"{sum(self.limits_unread.values())} vitesses limites illisibles ({shown}) : "
                "vitesse de la catégorie de voie."
            )
        said.append(
            "Ni sens interdits de tourner, ni feux, ni barrières, ni embouteillages ne sont pris "
            "en compte ; les vitesses par catégorie sont des hypothèses, modifiables."
        )
        return said
