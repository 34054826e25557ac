"""Every command: the module it is in, and the line that the help of all shows of it.

A module is imported when its command is asked for, never before: what one command computes with
would make all of them slow to start. The lines are those of the commands' own help (tested).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

import typer

from commands.french_help import FrenchCommand, FrenchGroup, in_french


@dataclass(frozen=True)
class Room:
    """Where a command is: ``register`` of ``module`` adds it, with others, to an application."""

    module: str
    line: str
    register: str = "register"


ROOMS: Mapping[str, Room] = {
    "sources": Room(
        "data", "Le catalogue des sources : éditeur, licence, millésime, accès, lecteur."
    ),
    "fetch": Room(
        "data",
        "Télécharger les fichiers officiels d'un territoire (reprise, vérification, verrou).",
    ),
    "build": Room("data", "Construire les tables d'un territoire à partir des fichiers officiels."),
    "show": Room("look", "Les QPV d'un territoire : accès, besoin, médiation, croisement, score."),
    "map": Room("look", "Une carte en un seul fichier HTML, lisible sans internet."),
    "app": Room("look", "Préparer un territoire puis ouvrir l'application dans le navigateur."),
    "explain": Room(
        "explain", "Un quartier en mots simples, et la case d'où vient chaque chiffre."
    ),
    "need": Room(
        "need",
        "Le besoin de chaque QPV : score, composantes, parts, personnes (estimées, fourchette).",
    ),
    "overlap": Room(
        "overlap",
        "Désert médical et besoin restant croisés : classes, situations, distance aux seuils.",
    ),
    "regimes": Room(
        "regimes",
        "Les QPV d'un territoire sous chaque régime (listes, zonages, décret), et les désaccords.",
    ),
    "coverage": Room(
        "coverage",
        "La couverture par la médiation : présence, intensité, besoin restant, fins de convention.",
    ),
    "network": Room(
        "network",
        "Le réseau de médiation : qui travaille où, avec qui, financé par qui, visible comment.",
    ),
    "schemes": Room(
        "schemes",
        "Démarches territoriales (CLS, ASV, CLSM, CPTS, France services) des quartiers.",
    ),
    "group": Room(
        "group",
        "Un groupement de communes hors QPV : accès, offre à 15 et 20 km, repère de charge.",
    ),
    "monitor": Room(
        "monitoring",
        "Le suivi mensuel des postes, à côté de repères sourcés qui ne sont pas des normes.",
    ),
    "outreach": Room(
        "outreach",
        "Préparer un porte-à-porte : logements, rencontres attendues, calendrier, tournée, fiche.",
    ),
    "practices": Room(
        "practices",
        "La banque de pratiques : chercher, filtrer, comparer, lire les voisines d'un quartier.",
    ),
    "rank": Room(
        "rank",
        "Classer les QPV pour N postes : score, points, rang, robustesse, ce qui ferait changer.",
    ),
    "scenario": Room(
        "scenario",
        "Un scénario : avant et après pour chaque QPV, qui gagne et qui perd.",
    ),
    "pack": Room(
        "pack",
        "Écrire le dossier d'un appel à candidatures : classeur, PDF, carte, CSV, dossier.json.",
    ),
    "allocate": Room(
        "allocate",
        "Où mettre N postes pour servir le plus de monde, avec la preuve ou l'écart.",
    ),
    "access": Room(
        "access",
        "Accessibilité de chaque lieu de demande à une offre, sur vos propres tableaux.",
    ),
    "times": Room(
        "times", "Temps de trajet par les routes entre vos lieux, de la demande vers l'offre."
    ),
    "locate": Room(
        "locate",
        "Le quartier prioritaire de chaque point ou de chaque adresse, et la distance à son "
        "contour.",
    ),
    "template": Room("rooms", "Écrire un fichier modèle à remplir.", "register_templates"),
    "check": Room("rooms", "Vérifier un fichier avant de l'utiliser.", "register_checks"),
    "notes": Room("notes", "Les notes de terrain sur les quartiers."),
    "validate": Room("validate", "Confronter nos chiffres à des chiffres officiels."),
    "workspace": Room("workspace", "L'espace partagé d'une équipe."),
}
# ``qpv template`` and ``qpv check``: each file that a person may fill.
TEMPLATES: Mapping[str, Room] = {
    name: Room(module, line, "register_templates")
    for name, module, line in (
        ("mediation", "mediation",
         "Le modèle des points de médiation, à remplir puis à vérifier."),
        ("zonage", "lists", "Le modèle d'une liste de zonage médical (ZIP, ZAC)."),
        ("fdep", "lists", "Le modèle des quintiles de désavantage social (FDep)."),
        ("practices", "lists", "Le modèle d'une liste de cabinets et de centres à ajouter."),
        ("indicators", "lists",
         "Le modèle de chiffres de quartiers, à prendre à la place de ceux qui sont publiés."),
        ("demarches", "lists",
         "Le modèle d'une liste de démarches territoriales (CLS, ASV, CLSM, CPTS…)."),
        ("monitoring", "monitoring",
         "Le modèle du suivi mensuel des postes (totaux seulement)."),
        ("series", "monitoring",
         "Le modèle des valeurs d'un indicateur dans le temps (avant et après un poste)."),
        ("outreach", "outreach",
         "Le relevé vide d'un porte-à-porte (qpv outreach … --out en écrit un déjà préparé)."),
        ("ilots", "outreach", "Le modèle d'une liste de rues ou d'îlots, avec leurs logements."),
        ("fiches", "practices", "Le modèle des fiches de pratiques à ajouter à la banque."),
        ("overrides", "rank",
         "Le modèle des dérogations : ajouter ou retirer un QPV, avec un motif écrit."),
        ("scenario", "scenario",
         "Le modèle d'un scénario : cabinets, centres de santé, médiateurs."),
    )
}  # fmt: skip
CHECKS: Mapping[str, Room] = {
    name: Room(module, line, "register_checks")
    for name, module, line in (
        ("mediation", "mediation",
         "Vérifier un fichier de points de médiation, ligne par ligne."),
        ("zonage", "lists", "Vérifier une liste de zonage médical, ligne par ligne."),
        ("fdep", "lists", "Vérifier un fichier de quintiles FDep, ligne par ligne."),
        ("practices", "lists", "Vérifier une liste de cabinets et de centres, ligne par ligne."),
        ("indicators", "lists", "Vérifier des chiffres de quartiers, ligne par ligne."),
        ("demarches", "lists",
         "Vérifier une liste de démarches territoriales, ligne par ligne."),
        ("monitoring", "monitoring", "Vérifier un fichier de suivi mensuel, ligne par ligne."),
        ("outreach", "outreach",
         "Vérifier un relevé rempli, et le comparer au plan : taux de rencontre et son "
         "intervalle."),
        ("ilots", "outreach", "Vérifier une liste de rues ou d'îlots, ligne par ligne."),
        ("fiches", "practices",
         "Vérifier un fichier de fiches de pratiques, ligne par ligne."),
    )
}  # fmt: skip


class Promise(FrenchCommand):
    """A command that is known by name and line; ``kept`` is the real one."""

    def __init__(self, name: str, room: Room):
        super().__init__(name, help=room.line)
        self.room = room

    @cached_property
    def kept(self) -> Any:
        """The command itself: its module is imported now."""
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        getattr(import_module(f"commands.{self.room.module}"), self.room.register)(app)
        in_french(app)
        return typer.main.get_group(app).commands[str(self.name)]

    @property
    def commands(self) -> Mapping[str, Any]:
        """Those of a group, for who walks through all."""
        found: Mapping[str, Any] = getattr(self.kept, "commands", {})
        return found

    def make_context(self, *asked: Any, **more: Any) -> Any:
        return self.kept.make_context(*asked, **more)


class _Promising(FrenchGroup):
    """A group of commands none of which is imported yet."""

    rooms: Mapping[str, Room]

    def __init__(self, **about: Any):
        super().__init__(**about)
        self.commands = {name: Promise(name, room) for name, room in self.rooms.items()}


class Root(_Promising):
    """All the commands."""

    rooms = ROOMS


class Templates(_Promising):
    """``qpv template``."""

    rooms = TEMPLATES


class Checks(_Promising):
    """``qpv check``."""

    rooms = CHECKS


def register_templates(app: typer.Typer) -> None:
    _add_group(app, "template", Templates)


def register_checks(app: typer.Typer) -> None:
    _add_group(app, "check", Checks)


def _add_group(app: typer.Typer, name: str, group: type[_Promising]) -> None:
    app.add_typer(typer.Typer(help=ROOMS[name].line, no_args_is_help=True, cls=group), name=name)
