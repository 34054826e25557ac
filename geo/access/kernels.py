"""How much a place of care counts according to the time to it, profession by profession."""

from __future__ import annotations

from dataclasses import replace

from geo.catchments.decay import KERNELS, Kernel
from geo.parameters import Parameters
from geo.times.model import softened

GP = "medecin_generaliste"
_OFFICIAL = ("infirmier", "chirurgien_dentiste")


def kernel_of(profession: str, parameters: Parameters) -> Kernel:
    """The kernel of a profession of ``SUPPLY_PROFESSIONS``.

    General practitioners have that of the settings; midwives the official one of theirs; nurses
    and dentists the official 10, 15 and 20 minutes, borrowed for all the others [assumption].
    ``parameters.edge`` and ``parameters.time_spread`` hold for all (uncertain times have no edge).
    """
    if profession == "sage_femme":
        chosen = KERNELS["drees_midwives"]
    elif profession in _OFFICIAL:
        chosen = replace(KERNELS["drees"], mark="official")
    elif profession == GP:
        chosen = replace(KERNELS["drees"], bands_min=parameters.bands_min)
    else:
        chosen = replace(
            KERNELS["drees"],
            label_fr="Type APL, pondération des infirmiers et des dentistes, reprise",
            source="DREES, infirmiers et dentistes ; reprise pour cette profession : notre choix",
            mark="assumption",
        )
    if parameters.time_spread:
        return softened(parameters.time_spread, chosen.bands_min)
    return replace(chosen, edge=parameters.edge)


def reach_of(profession: str, parameters: Parameters) -> float:
    """Minutes that travel times to a profession must cover."""
    return kernel_of(profession, parameters).reach_min
