"""Where the file of a source is today.

Dated addresses disappear, so none is kept: each source is found through its publisher's own
listing. ``addresses`` gives the addresses to try in order, each looked up only if those before
it failed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote, urljoin

from datasets.catalogue import Source
from datasets.download import Client
from datasets.endpoints import Endpoints
from datasets.fetch_errors import BadDownload

_LINK = re.compile(r"""href\s*=\s*["']([^"'<>]+)["']""", re.IGNORECASE)


def addresses(entry: Source, client: Client, endpoints: Endpoints) -> Iterator[str]:
    """The addresses where the single file of ``entry`` may be, most stable first.

    Raises
    ------
    SourceUnreachable, BadDownload
        While iterating, when a listing cannot be read or names no file that fits.
    ValueError
        For a source that is not one file behind one address (``geo_api``, ``ign_wfs``, ``manual``).
    """
    kind = entry.resolver.kind
    if kind == "datagouv":
        return _data_gouv(entry, client, endpoints)
    if kind == "insee":
        return _insee(entry, client, endpoints)
    if kind == "drees":
        return _drees(entry, client, endpoints)
    if kind == "url":
        return iter([getattr(endpoints, entry.resolver.endpoint) + entry.resolver.path])
    raise ValueError(f"{entry.id} ({kind}) is not one file behind one address")


def _data_gouv(entry: Source, client: Client, endpoints: Endpoints) -> Iterator[str]:
    """The stable resource id, then the newest resource of the dataset that fits."""
    spec, api = entry.resolver, f"{endpoints.data_gouv}/api/1/datasets"
    if spec.resource_id:
        yield f"{api}/r/{spec.resource_id}"
    if not spec.slug:
        return
    listing_url = f"{api}/{spec.slug}/"
    listing = client.get_json(listing_url, entry)
    yield from _fitting_resources(entry, listing, listing_url)


def _fitting_resources(entry: Source, listing: Any, url: str) -> list[str]:
    resources = listing.get("resources") if isinstance(listing, dict) else None
    if not isinstance(resources, list):
        raise BadDownload(entry, url, "la réponse de data.gouv.fr ne liste aucune ressource")
    usable = [each for each in resources if isinstance(each, dict) and _address(each)]
    fitting = [each for each in usable if _fits(each, entry)]
    if not fitting:
        titles = ", ".join(f"« {each.get('title', '')} »" for each in usable[:8]) or "aucune"
        raise BadDownload(
            entry,
            url,
            "aucune ressource du jeu de données ne correspond à "
            f"« {entry.resolver.title_pattern} » (titres trouvés : {titles})",
        )
    newest = max(fitting, key=lambda each: str(each.get("last_modified") or ""))
    return [_address(newest)]


def _fits(resource: dict[str, Any], entry: Source) -> bool:
    """Whether the title, or the name in the address, fits the pattern, in the right format."""
    spec = entry.resolver
    name = " ".join((str(resource.get("title") or ""), str(resource.get("url") or "")))
    if not re.search(spec.title_pattern, _folded(name)):
        return False
    return not spec.format or str(resource.get("format") or "").lower() == spec.format


def _address(resource: dict[str, Any]) -> str:
    found = str(resource.get("latest") or resource.get("url") or "")
    return found if found.startswith(("https://", "http://")) else ""


def _insee(entry: Source, client: Client, endpoints: Endpoints) -> Iterator[str]:
    """The file known by name, then the link of the page that fits."""
    spec, root = entry.resolver, f"{endpoints.insee}/fr/statistiques"
    if spec.remote_file:
        yield f"{root}/fichier/{spec.page_id}/{spec.remote_file}"
    page_url = f"{root}/{spec.page_id}"
    links = [unescape(found) for found in _LINK.findall(client.get_text(page_url, entry))]
    fitting = [
        urljoin(page_url, link)
        for link in links
        if "/fichier/" in link and re.search(spec.link_pattern, link, re.IGNORECASE)
    ]
    if not fitting:
        raise BadDownload(
            entry,
            page_url,
            f"la page Insee {spec.page_id} ne propose aucun fichier qui ressemble à "
            f"« {spec.link_pattern} »",
        )
    yield fitting[0]


def _drees(entry: Source, client: Client, endpoints: Endpoints) -> Iterator[str]:
    """The attachment of the dataset that speaks of the right profession."""
    spec = entry.resolver
    listing_url = f"{endpoints.drees}/api/explore/v2.1/catalog/datasets/{spec.dataset}/attachments"
    listing = client.get_json(listing_url, entry)
    attachments = listing.get("attachments") if isinstance(listing, dict) else None
    if not isinstance(attachments, list):
        raise BadDownload(entry, listing_url, "la réponse de la Drees ne liste aucune pièce jointe")
    described = [_attachment(each) for each in attachments if isinstance(each, dict)]
    for name, kind, href in described:
        if re.search(spec.attachment_pattern, name) and ("xls" in name or "sheet" in kind):
            yield urljoin(listing_url, href) if href else f"{listing_url}/{quote(name)}"
            return
    names = ", ".join(name for name, _, _ in described) or "aucune"
    raise BadDownload(
        entry,
        listing_url,
        f"aucune pièce jointe ne correspond à « {spec.attachment_pattern} » (trouvées : {names})",
    )


def _attachment(entry: dict[str, Any]) -> tuple[str, str, str]:
    """Name (lower case, no accent, ``_``), media type and address; they are nested or not."""
    metas = entry.get("metas")
    told = {**(metas if isinstance(metas, dict) else {}), **entry}
    name = str(told.get("id") or told.get("title") or "")
    kind = str(told.get("mime-type") or told.get("mimetype") or "")
    return re.sub(r"[^a-z0-9]+", "_", _folded(name)), kind, str(told.get("href") or "")


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).lower()
