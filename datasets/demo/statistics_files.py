"""INSEE's statistics of the 2015 QPV, in the layout of the 2022 editions, and digital fragility.

All figures of one QPV follow its poverty and its ageing, so that they agree with one another;
a few are left blank, as INSEE does when a figure would reveal persons or is not reliable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from datasets.demo import names
from datasets.demo.files import RawFolder, gzipped, table
from datasets.demo.geography_files import median_income
from datasets.demo.island import generator
from datasets.demo.quarters import Neighbourhood
from datasets.demo.town import Iris

_THOUSANDS = "\u202f"
_EMPTY_COLUMNS = {"REVN": 24, "DEMO": 16, "IPRO": 18}

_REVN = (
    "PMIMP;DECUC_Q2;DECUC_Q1;DECUC_Q3;BREV;DECUC_D1;DECUC_D9;DECUC_D1D9;DISP_Q2;DISP_Q1;DISP_Q3;"
    "TP60;DISP_D1;DISP_D9;DISP_D1D9;PACT;PPEN;PPSOC;PIMPOT;PPAT;NOTE_FILO;C;C_C2SNP;C_C2SP;"
    "NOTE_CNAM;A;APPA;ARSAS;AAAH;NOTE_CNAF"
)
_DEMO = (
    "POP_MUN;POP_COM_QP;POP_COM;LIB_COM;TX_F;TX_TOT_0A24;TX_F_0A24;TX_TOT_60ETPLUS;"
    "TX_F_60ETPLUS;IND_JEUNE;TX_TOT_MEN1;TX_TOT_MEN6;TX_TOT_ET;TX_F_ET;NOTE_RP;A;PERCOU;AM;AI;"
    "ACSSENF;ACAVENF;AC3ENF;A_NETUD_24;A_ETUD;ENF;ENF_2;ENF_3_5;ENF_6_10;ENF_11_14;ENF_15_17;"
    "ENF_18_24;NOTE_CNAF"
)
_IPRO = (
    "TX_TOT_EMPL;TX_F_EMPL;TX_ET_EMPL;TX_TOT_EDLIM;TX_F_EDLIM;TX_ET_EDLIM;CA;NOTE_ASP;"
    "EVOL_CA_N_E ;NOTE_ASP_E;ABCDE;ABCDE_F;ABCDE_H;ABC;ABC_F;ABC_H;ABC_RSA;ABC_RSA_F;ABC_RSA_H;"
    "A;A_F;A_H;ABC_25;ABC_2649;ABC_50;ABC_FR;ABC_E;ABC_INFCAPBEP;ABC_CAPBEP;ABC_BAC;ABC_SUPBAC;"
    "NOTE_PE;EVOL_ABC_T4;NOTE_PE_T"
)
# Blank cells: (edition, column) -> QPV 2015 whose figure is not published.
_BLANK: Mapping[tuple[str, str], Sequence[str]] = {
    ("REVN", "PMIMP"): ("QP099008", "QP099011", "QP099016"),
    ("REVN", "TP60"): ("QP099016",),
    ("REVN", "DISP_Q2"): ("QP099016",),
    ("REVN", "C_C2SP"): ("QP099014",),
    ("DEMO", "TX_TOT_60ETPLUS"): ("QP099004", "QP099008", "QP099012"),
    ("DEMO", "TX_F_60ETPLUS"): ("QP099004", "QP099008", "QP099011", "QP099012"),
    ("DEMO", "TX_TOT_MEN6"): ("QP099005", "QP099011", "QP099013", "QP099014", "QP099016"),
    ("DEMO", "TX_TOT_ET"): ("QP099016",),
    ("IPRO", "TX_ET_EMPL"): ("QP099005", "QP099013", "QP099016"),
    ("IPRO", "TX_TOT_EDLIM"): ("QP099008",),
}
Figures = dict[str, str]


def write_statistics(folder: RawFolder, quarters: list[Neighbourhood], lost: Neighbourhood) -> None:
    """REVN, DEMO and IPRO: the editions 2022, on the 2015 perimeter."""
    old = [quarter for quarter in [*quarters, lost] if quarter.outline_2015 is not None]
    random = generator(500)
    drawn = [_Draw(quarter, random) for quarter in old]
    in_commune: dict[str, int] = {}
    for draw in drawn:
        in_commune[draw.commune] = in_commune.get(draw.commune, 0) + draw.people
    for edition, header, figures in (
        ("REVN", _REVN.split(";"), [_incomes(draw) for draw in drawn]),
        (
            "DEMO",
            _DEMO.split(";"),
            [_inhabitants(draw, in_commune[draw.commune]) for draw in drawn],
        ),
        ("IPRO", _IPRO.split(";"), [_work(draw) for draw in drawn]),
    ):
        rows = []
        for draw, values in zip(drawn, figures, strict=True):
            blank = [draw.code in _BLANK.get((edition, name), ()) for name in header]
            cells = ["" if hide else values[name] for name, hide in zip(header, blank, strict=True)]
            rows.append((draw.code, draw.label, *cells, *[""] * _EMPTY_COLUMNS[edition]))
        titles = ("CODGEO", "LIBGEO", *header, *[""] * _EMPTY_COLUMNS[edition])
        folder.write("insee_qpv", f"{edition}_2022.csv", table(titles, rows, bom=True, end="\r\n"))


class _Draw:
    """What the three editions share for one QPV."""

    def __init__(self, quarter: Neighbourhood, random: np.random.Generator):
        facts = quarter.facts
        self.code, self.label = facts.code_2015, facts.label
        self.commune = quarter.communes[0].name
        self.commune_people = quarter.communes[0].population
        outline, old = quarter.outline, quarter.outline_2015
        ratio = float(old.area / outline.area) if old is not None else 1.0
        self.people = int(facts.population * ratio**0.5)
        self.poverty, self.ageing = facts.poverty, facts.ageing
        self.claimants = int(self.people * (0.24 + 0.2 * self.poverty))
        self.noise = random.normal(0, 1, 40)

    def vary(self, rank: int, value: float, spread: float) -> float:
        """The value moved by this QPV's own draw, the same at each run."""
        return value + spread * float(np.clip(self.noise[rank], -1.8, 1.8))


def _count(value: float) -> str:
    whole = round(value)
    sign = "-" if whole < 0 else ""
    return sign + f"{abs(whole):,}".replace(",", _THOUSANDS)


def _decimal(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def _incomes(draw: _Draw) -> Figures:
    poor = draw.poverty
    median = median_income(poor)
    covered = draw.people * 0.93
    c2s = covered * draw.vary(0, 0.045 + 0.63 * poor, 0.012)
    free = c2s * draw.vary(1, 0.76, 0.02)
    figures = {
        "PMIMP": _decimal(draw.vary(2, 52 - 64 * poor, 1.5)),
        "BREV": _decimal(100 * poor + 17),
        "TP60": _decimal(100 * poor),
        "DECUC_D1D9": _decimal(draw.vary(3, 9 + 20 * poor, 1)),
        "DISP_D1D9": _decimal(draw.vary(4, 2.8, 0.1)),
        "PACT": _decimal(draw.vary(5, 70 - 30 * poor, 1.5)),
        "PPEN": _decimal(8 + 90 * draw.ageing),
        "PPSOC": _decimal(4 + 40 * poor),
        "PIMPOT": _decimal(-13 + 10 * poor),
        "PPAT": _decimal(draw.vary(6, 4, 0.5)),
        "C": _count(covered),
        "C_C2SNP": _count(free),
        "C_C2SP": _count(c2s - free),
        "A": _count(draw.claimants),
        "APPA": _count(draw.claimants * 0.36),
        "ARSAS": _count(draw.claimants * draw.vary(7, 0.05 + 0.42 * poor, 0.01)),
        "AAAH": _count(draw.claimants * 0.12),
        "NOTE_FILO": "0",
        "NOTE_CNAM": "0",
        "NOTE_CNAF": "0",
    }
    declared = (("Q2", 0.78), ("Q1", 0.42), ("Q3", 1.18), ("D1", 0.12), ("D9", 1.6))
    available = (("Q2", 1.0), ("Q1", 0.77), ("Q3", 1.32), ("D1", 0.6), ("D9", 1.68))
    figures |= {f"DECUC_{rank}": _count(round(median * part, -1)) for rank, part in declared}
    figures |= {f"DISP_{rank}": _count(round(median * part, -1)) for rank, part in available}
    return figures


def _inhabitants(draw: _Draw, in_commune: int) -> Figures:
    old, poor = draw.ageing, draw.poverty
    young = draw.vary(10, 0.50 - 0.85 * old + 0.08 * poor, 0.01)
    foreign = draw.vary(11, 0.05 + 0.35 * poor, 0.03)
    alone = draw.vary(12, 0.34 + 0.45 * old, 0.02)
    children = draw.people * young * 0.72
    ages = (("2", 0.14), ("3_5", 0.15), ("6_10", 0.27), ("11_14", 0.21), ("15_17", 0.13))
    figures = {
        "POP_MUN": _count(draw.people),
        "POP_COM_QP": _count(in_commune),
        "POP_COM": _count(draw.commune_people),
        "LIB_COM": draw.commune,
        "TX_F": _decimal(draw.vary(13, 52, 1.2)),
        "TX_TOT_0A24": _decimal(100 * young),
        "TX_F_0A24": _decimal(100 * young - 1.5),
        "TX_TOT_60ETPLUS": _decimal(100 * old),
        "TX_F_60ETPLUS": _decimal(100 * old + 2.4),
        "IND_JEUNE": _decimal(young * 0.8 / old),
        "TX_TOT_MEN1": _decimal(100 * alone),
        "TX_TOT_MEN6": _decimal(draw.vary(14, 2 + 12 * poor, 0.8)),
        "TX_TOT_ET": _decimal(100 * foreign),
        "TX_F_ET": _decimal(100 * foreign - 0.8),
        "NOTE_RP": "0",
        "A": _count(draw.claimants),
        "PERCOU": _count(draw.claimants * 2.2),
        "AM": _count(draw.claimants * draw.vary(15, 0.10 + 0.22 * poor, 0.01)),
        "AI": _count(draw.claimants * draw.vary(16, 0.45, 0.03)),
        "ACSSENF": _count(draw.claimants * 0.06),
        "ACAVENF": _count(draw.claimants * 0.26),
        "AC3ENF": _count(draw.claimants * 0.12),
        "A_NETUD_24": _count(draw.claimants * 0.05),
        "A_ETUD": _count(draw.claimants * 0.04),
        "ENF": _count(children),
        "NOTE_CNAF": "0",
    }
    figures |= {f"ENF_{band}": _count(children * part) for band, part in ages}
    figures["ENF_18_24"] = _count(children * 0.1)
    return figures


def _work(draw: _Draw) -> Figures:
    poor = draw.poverty
    employed = draw.vary(20, 68 - 55 * poor, 1.5)
    short = draw.vary(21, 14 + 24 * poor, 1)
    seekers = draw.people * (0.05 + 0.19 * poor)
    figures = {
        "TX_TOT_EMPL": _decimal(employed),
        "TX_F_EMPL": _decimal(employed - 4.2),
        "TX_ET_EMPL": _decimal(employed - 8.1),
        "TX_TOT_EDLIM": _decimal(short),
        "TX_F_EDLIM": _decimal(short + 1.1),
        "TX_ET_EDLIM": _decimal(short + 4.0),
        "CA": _count(draw.people * 0.003),
        "EVOL_CA_N_E ": _decimal(draw.vary(22, 5, 12)),
        "EVOL_ABC_T4": _decimal(draw.vary(23, -5, 4)),
        "ABC_25": _count(seekers * 0.14),
        "ABC_2649": _count(seekers * 0.60),
        "ABC_50": _count(seekers * 0.26),
        "ABC_FR": _count(seekers * 0.78),
        "ABC_E": _count(seekers * 0.22),
        "ABC_INFCAPBEP": _count(seekers * 0.27),
        "ABC_CAPBEP": _count(seekers * 0.38),
        "ABC_BAC": _count(seekers * 0.19),
        "ABC_SUPBAC": _count(seekers * 0.16),
    }
    for name, part in (("ABCDE", 1.14), ("ABC", 1.0), ("ABC_RSA", 0.34), ("A", 0.66)):
        women = round(seekers * part * 0.49)
        figures[name] = _count(round(seekers * part))
        figures[f"{name}_F"] = _count(women)
        figures[f"{name}_H"] = _count(round(seekers * part) - women)
    figures |= dict.fromkeys(("NOTE_ASP", "NOTE_ASP_E", "NOTE_PE", "NOTE_PE_T"), "0")
    return figures


_IFN_AXES = (
    "ACCES A L'INFORMATION",
    "ACCÈS AUX INTERFACES NUMERIQUES",
    "COMPETENCES ADMINISTATIVES",
    "COMPÉTENCES NUMÉRIQUES / SCOLAIRES",
    "GLOBAL ACCES",
    "GLOBAL COMPETENCES",
)
_IFN_TYPES = {
    "H": "Iris d'habitat",
    "A": "Iris d'activité",
    "D": "Iris divers",
    "Z": "Commune non découpée en IRIS",
}
_LEVELS = ("departement", "epci", "region")


def write_digital_fragility(folder: RawFolder, iris: list[Iris]) -> None:
    """The 2020 index by IRIS: 100 is the reference, higher is more fragile."""
    random = generator(501)
    header = ["Libcom", "Libdep", "Libepci", "Libreg"]
    header += [f"SCORE GLOBAL {level} 1" for level in _LEVELS]
    header += ["Code Iris", "COM", "DEP", "Epci", "Insee Com", "Insee Dep", "Insee Reg", "Iris"]
    header += ["Libiris", "Nom Com", "Nom Dep", "Nom Iris", "Nom Reg", "REG", "Type Iris"]
    for axis in _IFN_AXES:
        # The double space is in the published header.
        gap = "  " if axis == "GLOBAL COMPETENCES" else " "
        header += [f"{axis}{gap if level == 'departement' else ' '}{level} 1" for level in _LEVELS]
    epcis = {siren: name for name, siren, _, _ in names.EPCIS}
    dep, region = f"{names.ISLAND} (fictif)", f"{names.ISLAND} (région fictive)"
    rows = []
    for one in iris:
        # Access weighs on the old and remote, skills on the poor.
        far = {"village": 18, "bourg isolé": 10, "couronne": 4}.get(one.commune.kind, -6)
        access = 66 + 90 * one.ageing + far + random.normal(0, 4)
        skills = 72 + 110 * one.poverty + 25 * one.ageing + random.normal(0, 4)
        total = (access + skills) / 2
        axes = (access + 3, access - 3, skills + 4, skills - 4, access, skills)
        commune = one.commune
        cells = [commune.name, dep, epcis[commune.epci], region, *_three(total)]
        cells += [one.code, commune.code, "99", commune.epci, commune.code, "99", "99", one.code]
        cells += [one.label, commune.name, dep, one.label, region, "99", _IFN_TYPES[one.kind]]
        for axis_value in axes:
            cells += _three(float(axis_value))
        rows.append(cells)
    folder.write("ifn", "ifn2020_iris_demo.csv.gz", gzipped(table(header, rows, separator=",")))


def _three(value: float) -> list[str]:
    """The same score against three references: the island is its own département and region."""
    return [f"{value:.9f}", f"{value * 0.98:.9f}", f"{value:.9f}"]
