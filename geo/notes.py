"""What a reader must know before using the figures of an analysis, in French sentences."""

from __future__ import annotations

import pandas as pd

from geo.access.activity import activity_model
from geo.assumptions import changes_sentence
from geo.completeness import user_posts, vague_posts
from geo.mediation import Coverage, active_posts
from geo.parameters import Parameters
from geo.schema import Layers
from geo.words import counted, date_fr, number, percent


def analysis_notes(
    layers: Layers,
    compared: pd.DataFrame,
    kpis: Coverage,
    parameters: Parameters,
    access_notes: tuple[str, ...],
) -> tuple[str, ...]:
    """Sentences in reading order: fiction, assumptions changed, comparison, access, and so on.

    ``compared`` holds the QPV of all scopes; only those of the territory are counted.
    """
    shown = compared[compared["scope"] == "territory"]
    notes = ["Données fictives : aucun chiffre ne décrit un lieu réel."] if layers.fictional else []
    changed = changes_sentence(parameters)
    notes += [changed] if changed else []
    notes += [
        "Chaque quartier est comparé à tous les QPV de sa région ; le rang est celui du "
        "territoire affiché.",
        "L'accès aux généralistes est un indicateur de type APL (calcul du projet) : il ne mesure "
        "ni les délais de rendez-vous ni le refus de nouveaux patients.",
        "Activité supposée, ajustée sur l'APL de quelques départements ; "
        f"{activity_model(parameters).sentence_fr()}.",
        *access_notes,
        *_perimeter_notes(shown),
        *_mediation_notes(layers, compared, kpis, parameters),
    ]
    return tuple(notes)


def _perimeter_notes(shown: pd.DataFrame) -> list[str]:
    notes = []
    carried = int((shown["population_perimeter"] == "2015").sum())
    if carried:
        notes.append(
            f"{counted(carried, 'quartier')} sur {number(len(shown))} : statistiques du périmètre "
            "2015, reprises par la table officielle de passage, à titre indicatif : les taux tels "
            "quels, les effectifs à hauteur de la part du contour de 2015 qui est dans celui de "
            "2024 (entiers si le quartier est inchangé ou le recouvrement non mesuré)."
        )
    unknown = int(shown["population"].isna().sum())
    if unknown:
        notes.append(
            f"{counted(unknown, 'quartier')} sans population publiée : affiché manquant, "
            "jamais zéro."
        )
    unscored = int(shown["score"].isna().sum())
    if unscored:
        notes.append(
            f"{counted(unscored, 'quartier')} sans score : données insuffisantes, non classé."
        )
    return notes


def _mediation_notes(
    layers: Layers, compared: pd.DataFrame, kpis: Coverage, parameters: Parameters
) -> list[str]:
    need = (
        f"Besoin d'accompagnement estimé à {percent(parameters.need_rate_per_year)} des habitants "
        f"par an, et {number(parameters.people_per_fte)} personnes par ETP de médiation "
        "(hypothèses modifiables, ce ne sont pas des normes)."
    )
    posts = layers["mediation"]
    brought = user_posts(posts)
    if brought.empty:
        return [
            need,
            "Médiation non renseignée : apportez votre fichier (modèle dans « Données ») ; d'ici "
            "là, le besoin restant suppose que personne n'y travaille.",
        ]
    when = (
        f"au {date_fr(parameters.as_of)}"
        if parameters.as_of
        else "pendant l'année que décrit chaque ligne, faute de date choisie"
    )
    notes = [need, f"Seules comptent les conventions de médiation en cours {when}."]
    notes += _unknown_notes(layers, brought, compared, kpis, parameters)
    if (posts["origin"] == "packaged").any():
        notes.append(
            "Les démarches connues du projet sont affichées mais n'entrent pas dans les ETP : "
            "seul votre fichier compte."
        )
    return notes


def _unknown_notes(
    layers: Layers,
    brought: pd.DataFrame,
    compared: pd.DataFrame,
    kpis: Coverage,
    parameters: Parameters,
) -> list[str]:
    """What a file leaves unsaid, and what that does to the comparison of QPV."""
    notes = []
    if kpis.qpv_unknown:
        count = counted(kpis.qpv_unknown, "quartier")
        notes.append(
            f"{count} sur {number(kpis.qpv_total)} : votre fichier n'en dit rien. Médiation "
            "inconnue, jamais zéro : besoin restant au maximum, parts de quartiers couverts « au "
            "moins ». Un fichier complet se déclare dans sa colonne « complet_pour »."
        )
    vague = vague_posts(active_posts(brought, parameters.as_of), layers["mediation_qpv"])
    if len(vague):
        notes.append(
            f"{counted(len(vague), 'intervention')} sans quartier nommé ni position précise : les "
            "quartiers de la commune que personne ne nomme restent inconnus."
        )
    regions = compared.loc[compared["scope"] == "territory", "region"].unique()
    told = compared["coverage_state"] != "inconnu"
    mixed = told[compared["region"].isin(regions)].groupby(compared["region"]).nunique() > 1
    if mixed.any():
        notes.append(
            "Comparaison prudente : dans la région, la médiation connue réduit le besoin sans "
            "réponse de certains quartiers ; ceux dont personne n'a rien dit gardent leur besoin "
            "entier et peuvent paraître, à tort, plus à plaindre. Dans le score, l'écart de "
            "médiation n'est comparé qu'entre quartiers renseignés, et compté à partir de trois."
        )
    return notes
