"""The words of the field, in a sentence each, with where the definition comes from."""

from __future__ import annotations

from typing import NamedTuple

from geo.search.letters import words


class Term(NamedTuple):
    """``name``: as written on screens; ``full``: what the letters stand for, ``""`` when none."""

    name: str
    full: str
    definition: str
    source: str


GLOSSARY = (
    Term("AAC", "appel à candidatures",
         "Liste de territoires ouverte par une agence régionale de santé pour financer des postes "
         "de médiateur ; l'écran « Appel » prépare cette liste.",
         "ARS Auvergne-Rhône-Alpes, programme 2024"),
    Term("adulte-relais", "",
         "Poste de médiation sociale aidé par l'État, par convention de trois ans au plus ; ce "
         "n'est pas forcément de la médiation en santé.",
         "préfectures, règles de 2025 ; ANCT"),
    Term("APL", "accessibilité potentielle localisée",
         "Nombre de consultations accessibles par habitant standardisé et par an autour d'une "
         "commune, selon les médecins, leur activité, le temps de route et l'âge des habitants. "
         "L'APL officielle est à la commune ; celle des quartiers est estimée par ce projet.",
         "Drees, méthode en vigueur"),
    Term("ASV", "atelier santé ville",
         "Démarche locale de santé de la politique de la ville, souvent appuyée sur un "
         "coordinateur.", "Fabrique Territoires Santé"),
    Term("bassin de patientèle", "catchment",
         "Les habitants qui peuvent atteindre un lieu de soins, et les lieux qu'un habitant peut "
         "atteindre, dans un temps de trajet donné.", "méthodes 2SFCA publiées"),
    Term("C2S", "complémentaire santé solidaire",
         "Aide au paiement des soins sous condition de ressources. Sa part est celle des "
         "bénéficiaires parmi les assurés du régime général.", "Insee, fichiers des QPV"),
    Term("CLS", "contrat local de santé",
         "Contrat entre une agence régionale de santé et une collectivité sur la santé de ses "
         "habitants.", "fiches de Roannais Agglomération, 2017"),
    Term("CLSM", "conseil local de santé mentale",
         "Instance locale de santé mentale : 192 actifs au 1er janvier 2018, 260 en 2023.",
         "centre national de ressources des CLSM, bilan 2018"),
    Term("COG", "code officiel géographique",
         "Liste des communes et de leurs codes tenue par l'Insee. « En vigueur » : celle du jour "
         "où le fichier a été téléchargé, date donnée dans « Données ».", "Insee ; API géo"),
    Term("CPTS", "communauté professionnelle territoriale de santé",
         "Professionnels de santé d'un territoire réunis autour d'un projet commun.",
         "sens du sigle"),
    Term("désert médical", "",
         "Ici : accès au généraliste parmi les plus faibles des quartiers de la région. La Drees "
         "dit « sous-dense » une commune sous 2,5 consultations par an et par habitant.",
         "choix du projet ; Drees, Dossier 17, 2017"),
    Term("double peine", "",
         "Situation d'un quartier où l'accès au généraliste est parmi les plus faibles et où le "
         "besoin d'accompagnement est parmi les plus forts de sa région. Elle est estimée, jamais "
         "constatée.", "choix du projet, seuils affichés dans « Données »"),
    Term("E2SFCA", "enhanced two-step floating catchment area",
         "Calcul en deux temps : l'offre de chaque cabinet partagée entre les habitants qui "
         "l'atteignent, puis la somme de ce qu'un habitant atteint, les lieux proches comptant "
         "davantage. L'APL en est une forme.", "méthode publiée"),
    Term("EPCI", "établissement public de coopération intercommunale",
         "Groupement de communes : communauté de communes, d'agglomération, urbaine, ou "
         "métropole.", "sens du sigle ; codes d'API géo"),
    Term("ETP", "équivalent temps plein",
         "Temps de travail compté en postes entiers : sept heures par semaine font 0,2 ETP. Une "
         "semaine entière vaut 35 heures, réglage que l'on peut changer.", "choix du projet"),
    Term("FDep", "indice de désavantage social",
         "Indice d'une commune tiré du revenu médian, de la part de bacheliers, de celle "
         "d'ouvriers et du chômage. Cinquième quintile : le plus défavorisé.",
         "Santé publique France, FDep 2020"),
    Term("FTE", "full-time equivalent", "ETP en anglais, dans les fichiers et les commandes.",
         "sens du sigle"),
    Term("habitant standardisé", "",
         "Habitant compté selon son âge : une personne âgée, qui consulte plus, compte pour plus "
         "d'un ; un jeune adulte pour moins d'un.", "Drees, méthode de l'APL"),
    Term("IFN", "indice de fragilité numérique",
         "Deux échelles, jamais mêlées : édition 2020, autour de 100, le niveau de la région (128 "
         "est plus fragile) ; depuis 2023, de 1 à 10, 10 étant le plus fragile. Connu par IRIS, "
         "donc estimé pour un quartier.",
         "La Mednum, indice de fragilité numérique, éditions 2020 et 2023"),
    Term("intervalle à 95 %", "",
         "Les deux bornes entre lesquelles un chiffre tiré d'un comptage ou d'un tirage au sort "
         "tombe 95 fois sur 100, au seul hasard. Étroit : chiffre sûr. Il ne dit rien des "
         "erreurs de la source.", "Wilson, 1927 ; Garwood, 1936"),
    Term("IRIS", "îlots regroupés pour l'information statistique",
         "Découpage des communes pour le recensement, plus fin que la commune.", "Insee et IGN"),
    Term("médiane", "",
         "Chiffre du milieu : la moitié des quartiers connus sont au-dessus, la moitié "
         "au-dessous.", "sens usuel"),
    Term("médiateur en santé", "",
         "Personne qui va vers les habitants, les accompagne vers leurs droits et les soins, et "
         "aide les professionnels à les recevoir. Ce projet compte 118 personnes accompagnées par "
         "ETP et par an.", "ARS Auvergne-Rhône-Alpes, 2024 : 10 000 personnes, 85 postes"),
    Term("modélisé", "",
         "Chiffre calculé à partir d'autres, jamais compté sur place. « Observé » : publié par sa "
         "source. « s » : caché par le secret statistique. Vide : non connu, ce qui n'est pas "
         "zéro.",
         "règles du projet"),
    Term("non-recours", "",
         "Ne pas demander une aide à laquelle on a droit. Pour la C2S, 44 % des personnes "
         "éligibles en 2021 : valeur nationale, appliquée aux quartiers comme estimation.",
         "chiffre national publié, 2021"),
    Term("QPV", "quartier prioritaire de la politique de la ville",
         "Quartier d'au moins 1 000 habitants, dans une unité urbaine d'au moins 10 000, dont le "
         "revenu médian est sous un seuil fixé par décret. Liste de 2024 : 1 362 quartiers dans "
         "l'Hexagone, 1 584 avec l'outre-mer.", "décrets 2014-767, 2023-1314 et 2024-1212 ; Insee"),
    Term("RSA", "revenu de solidarité active", "Revenu minimum versé sous condition de ressources.",
         "sens du sigle ; comptes par QPV de l'Insee"),
    Term("TVS", "territoire de vie-santé",
         "Groupe de communes sur lequel une agence régionale de santé fixe le zonage des "
         "médecins.", "arrêté du 13 novembre 2017"),
    Term("variante", "",
         "Le calcul d'une liste refait avec d'autres réglages défendables (poids, échelle, mesure "
         "de l'accès), tirés au sort. Un quartier retenu dans presque toutes ne doit pas sa place "
         "à un réglage.", "choix du projet ; écran « Appel »"),
    Term("ZIP et ZAC", "zone d'intervention prioritaire, zone d'action complémentaire",
         "Zones où l'installation de médecins est aidée, fixées par arrêté de l'agence régionale "
         "de santé ; un quartier peut y être classé à lui seul.",
         "arrêté du 13 novembre 2017 ; ministère de la Santé, 2018"),
)  # fmt: skip


def find_terms(text: str) -> tuple[Term, ...]:
    """The terms that hold every word begun in ``text``, those so named first; all when empty."""
    asked = words(text)

    def holds(told: str) -> bool:
        return all(any(word.startswith(start) for word in words(told)) for start in asked)

    found = [term for term in GLOSSARY if holds(" ".join(term[:3]))]
    return tuple(sorted(found, key=lambda term: not holds(" ".join(term[:2]))))
