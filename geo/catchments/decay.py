"""How much a supply counts according to the time to it, with the edge of each band made explicit.

Times are compared as they are stored (float32), limits too: a site at exactly 10 min is exactly on
the edge, and ``edge`` says on which side it falls. What a kernel is can be read and told without
what computes: numpy and the compiled loops come with the first weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from geo.access.settings import DREES_BANDS_MIN, Edge
from geo.errors import BadInput
from geo.words import number

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from geo.measure import Floats

Method = Literal["e2sfca", "3sfca", "m2sfca", "bfca"]
MOST_BANDS = 255  # a band is held in a byte
METHODS: tuple[Method, ...] = ("e2sfca", "3sfca", "m2sfca", "bfca")
Bands = tuple[tuple[float, float], ...]
E2SFCA_BANDS_MIN: Bands = ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))
DREES_2012_BANDS_MIN: Bands = ((5.0, 1.0), (10.0, 0.3), (15.0, 0.1))
DREES_MIDWIFE_BANDS_MIN: Bands = ((10.0, 1.0), (20.0, 2 / 3), (30.0, 1 / 3))
THREE_STEP_BANDS_MIN: Bands = ((10.0, 0.962), (20.0, 0.704), (30.0, 0.377), (60.0, 0.042))


@dataclass(frozen=True)
class Kernel:
    """A decay, its edge and the catchment method it is used in.

    Attributes
    ----------
    bands_min : (limit in minutes, weight) in increasing limits; the last limit is the reach.
    function : weights of an array of minutes, instead of steps; ``bands_min`` then holds one
        band, whose limit is the reach and whose weight (1) multiplies the function.
    edge : ``"lt"``, a time equal to a limit is in the next band; ``"le"``, in this one.
    source, mark : where the numbers come from (see ``geo.parameters.MARKS``).

    Raises
    ------
    BadInput
        Limits that do not increase, weights outside 0 … 1, unknown method or edge.
    """

    name: str
    bands_min: Bands
    edge: Edge
    method: Method = "e2sfca"
    function: Callable[[Floats], Floats] | None = None
    label_fr: str = ""
    source: str = "saisi par l'utilisateur"
    mark: str = "assumption"

    def __post_init__(self) -> None:
        limits = [limit for limit, _ in self.bands_min]
        wrong = []
        if not limits or any(not limit > 0 for limit in limits) or limits != sorted(set(limits)):
            wrong.append("des limites en minutes, positives et croissantes, sont attendues")
        if len(limits) > MOST_BANDS:
            wrong.append(f"au plus {MOST_BANDS} tranches sont attendues")
        if any(not 0 <= weight <= 1 for _, weight in self.bands_min):
            wrong.append("des poids entre 0 et 1 sont attendus")
        if self.function is not None and len(limits) != 1:
            wrong.append("une fonction va avec une seule limite")
        if self.edge not in ("lt", "le"):
            wrong.append(f"bornes « {self.edge} » : lt ou le attendu")
        if self.method not in METHODS:
            wrong.append(f"méthode « {self.method} » : {', '.join(METHODS)} attendu")
        if wrong:
            raise BadInput(f"Noyau « {self.name} » refusé : " + " ; ".join(wrong) + ".")

    @property
    def reach_min(self) -> float:
        """Minutes beyond which no supply counts."""
        return self.bands_min[-1][0]

    @cached_property
    def limits(self) -> npt.NDArray[np.float32]:
        """The largest stored time of each band."""
        import numpy as np

        limits = np.array([limit for limit, _ in self.bands_min], np.float32)
        if self.edge == "lt":  # below the limit is at most the float just under it
            return np.nextafter(limits, np.float32(-np.inf))
        return limits

    def steps(self, power: int = 1) -> Floats:
        """The weight of each band to some power, then 0 for what is beyond the last."""
        import numpy as np

        return np.array([*(weight for _, weight in self.bands_min), 0.0]) ** power

    def weights(self, minutes: npt.NDArray[np.float32], power: int = 1) -> Floats:
        """The weight of each time to some power, float64, same length; 0 beyond the reach."""
        import numpy as np

        from geo.catchments.loops import step_weights

        out = np.empty(len(minutes))
        step_weights(minutes, self.limits, self.steps(), out)
        if self.function is not None:
            out *= self.function(minutes.astype(np.float64))
        return out**power if power != 1 else out

    def statement_fr(self) -> str:
        """The method, bands and edges in one sentence, to be printed with every result."""
        sign = "<" if self.edge == "lt" else "≤"
        if self.function is not None:
            bands = f"fonction {self.name}, {sign} {number(self.reach_min, 0)} min"
        else:
            bands = ", ".join(
                f"{sign} {_plain(limit)} min : {_plain(weight)}" for limit, weight in self.bands_min
            )
        side = "dans la tranche suivante" if self.edge == "lt" else "dans la tranche"
        return f"{self.label_fr or self.name} ; {bands} ; un temps égal à la limite est {side}."


def gaussian(
    sigma_min: float, reach_min: float, edge: Edge = "le", method: Method = "e2sfca"
) -> Kernel:
    """exp(−t²/2σ²) up to ``reach_min``.

    Raises
    ------
    BadInput
        When σ is not positive.
    """
    if not sigma_min > 0:
        raise BadInput(f"Noyau gaussien : σ positif attendu, {sigma_min:g} reçu.")

    def decay(minutes: Floats) -> Floats:
        import numpy as np

        return np.exp(-0.5 * np.square(minutes / sigma_min))

    label = f"Gaussien, σ = {_plain(sigma_min)} min"
    return Kernel("gaussian", ((reach_min, 1.0),), edge, method, decay, label)


def _plain(value: float) -> str:
    return f"{value:.6g}".replace(".", ",")


_PYSAL = "valeurs par défaut de PySAL access"
KERNELS: dict[str, Kernel] = {
    kernel.name: kernel
    for kernel in (
        Kernel(
            "drees",
            DREES_BANDS_MIN,
            "lt",
            label_fr="Type APL, pondération actuelle de la DREES",
            source="DREES, classeurs APL, feuille « Paramètres » (infirmiers, dentistes) ; repris "
            "pour les généralistes ; bornes de 15 et 20 min : notre convention",
            mark="secondary",
        ),
        Kernel(
            "drees_midwives",
            DREES_MIDWIFE_BANDS_MIN,
            "lt",
            label_fr="Type APL, pondération de la DREES pour les sages-femmes",
            source="DREES, classeur APL des sages-femmes ; bornes : notre convention",
            mark="official",
        ),
        Kernel(
            "drees2012",
            DREES_2012_BANDS_MIN,
            "lt",
            label_fr="Type APL, pondération de la DREES en 2012",
            source="texte citant DREES/IRDES 2012 ; bornes : notre convention",
            mark="secondary",
        ),
        Kernel(
            "2sfca",
            ((30.0, 1.0),),
            "le",
            label_fr="2SFCA",
            source="forme publiée (Luo et Wang) ; 30 min : notre choix",
        ),
        Kernel("e2sfca", E2SFCA_BANDS_MIN, "le", "e2sfca", None, "E2SFCA", _PYSAL, "published"),
        Kernel("3sfca", THREE_STEP_BANDS_MIN, "le", "3sfca", None, "3SFCA", _PYSAL, "published"),
        Kernel(
            "m2sfca",
            E2SFCA_BANDS_MIN,
            "le",
            "m2sfca",
            label_fr="M2SFCA (le total n'est pas conservé)",
            source="formule de seconde main, à vérifier ; tranches de l'E2SFCA",
            mark="secondary",
        ),
        Kernel(
            "bfca",
            E2SFCA_BANDS_MIN,
            "le",
            "bfca",
            label_fr="BFCA (accès et niveaux de service ont la même somme)",
            source="Paez et al. 2019 ; tranches de l'E2SFCA : notre choix",
        ),
    )
}


def kernel_named(
    name: str,
    *,
    catchment_min: float | None = None,
    bands_min: Bands | None = None,
    edge: Edge | None = None,
) -> Kernel:
    """A kernel of ``KERNELS``, with other bands, another reach or another edge.

    ``catchment_min`` replaces the limit of a kernel of one band, and cuts the others short.

    Raises
    ------
    BadInput
        Unknown name, or settings the kernel cannot take.
    """
    if name not in KERNELS:
        raise BadInput(f"Noyau « {name} » inconnu : attendu parmi {', '.join(KERNELS)}.")
    chosen = KERNELS[name]
    bands = bands_min or chosen.bands_min
    if catchment_min is not None:
        if len(bands) == 1:
            bands = ((catchment_min, bands[0][1]),)
        else:
            inside = [band for band in bands if band[0] < catchment_min]
            cut = next((weight for limit, weight in bands if limit >= catchment_min), None)
            if cut is None:
                raise BadInput(
                    f"Rayon de {_plain(catchment_min)} min au-delà de la dernière tranche "
                    f"({_plain(bands[-1][0])} min) : donnez aussi les tranches."
                )
            bands = (*inside, (catchment_min, cut))
    changed = (bands, edge or chosen.edge) != (chosen.bands_min, chosen.edge)
    if not changed:
        return chosen
    return replace(
        chosen,
        bands_min=bands,
        edge=edge or chosen.edge,
        source=f"{chosen.source} ; modifié par l'utilisateur",
        mark="assumption",
    )
