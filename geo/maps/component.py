"""The map inside a page that is already there: scripts of four small components, nothing else.

The map draws once the quarters that ``geo.maps.packing`` packed; the places bring those of one
département; the view carries what a click changes (the quarter chosen, the filter, the base map),
so that the map is never sent again for it; the legend is that whose cells filter. Each is a
JavaScript module whose default function receives ``{data, parentElement, setTriggerValue}``; a map
is known to the page by its name.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from geo.maps.packing import UNPACK
from geo.maps.script import DRAW

if TYPE_CHECKING:
    from geo.maps.draw import LeafletAssets

MAP_HTML = '<div class="qpv-map"></div>\n'
MAP_CSS = (
    # Room for the words under the map from the start, so that what follows does not jump.
    ".qpv-map{width:100%;min-height:calc(var(--qpv-map-height,480px) + 28px);"
    "border:1px solid #8a8f98;box-sizing:border-box;isolation:isolate;color:#1b1b1f}\n"
    ".qpv-map:has(.qpv-said:empty){min-height:var(--qpv-map-height,480px)}\n"
    ".qpv-map p{padding:12px}\n"
)
LEGEND_CSS = (
    # In the letters of the page that it stands in.
    '.qpv-legend>*{font-family:"Source Sans",sans-serif!important}.qpv-legend *{font-size:14px}\n'
    ".qpv-legend button{background:none;border:0;padding:1px;margin:0;cursor:pointer;display:block;"
    "font:inherit;color:inherit;text-align:left;border-radius:2px}\n"
    ".qpv-legend button[aria-pressed=true]{outline:3px solid #1b1b1f;outline-offset:1px}\n"
    ".qpv-legend button:focus-visible{outline:3px solid #1f4e8c;outline-offset:2px}\n"
)

_SHARED = r"""
const maps = (window.qpvMaps = window.qpvMaps || {});
function place(name) {
  return (maps[name] = maps[name] || { api: null, view: null, local: null });
}
// Drawn whole when the quarters, and the places if any are coming, are there.
function complete(mine) {
  if (!mine.api || (mine.waits && !mine.local)) { return; }
  if (mine.local) { mine.api.places(mine.local); }
  mine.api.ready();
}
// Streamlit may call again before it lets go of the call before: only the last call leaves.
function only(mine, part, leave) {
  const turn = {};
  mine[part + "Turn"] = turn;
  return () => { if (mine[part + "Turn"] === turn) { leave(); } };
}
function same(one, other) {
  return one && one.length === other.length && one.every((byte, at) => byte === other[at]);
}
function show(api, view, before) {
  const changed = (name) => JSON.stringify(view[name] || null) !==
    JSON.stringify(before[name] || null);
  api.keep(view.cell, view.situations);
  if (changed("base")) { api.base(view.base || null); }
  // The map moves to a quarter chosen elsewhere, not to the one just clicked on it.
  // A map that shows a list stays whole.
  api.select(view.selected,
    !view.whole && changed("selected") && view.selected !== api.clicked);
  api.clicked = "";
  if (changed("retained")) { api.retain(view.retained || [], view.retained_words || ""); }
  if (view.group) { api.group(view.group, view.heard || 0); }
  if (changed("walk")) { api.walk(view.walk || null); }
  if (changed("town")) { api.town(view.town || null, !view.selected); }
  api.below(view.below || "", view.below_at || "");
}
"""


def map_script(assets: LeafletAssets, name: str) -> str:
    """The module that draws the map known to the page as ``name``, with Leaflet from ``assets``."""
    files = {"js": assets.js[0][1], "css": assets.css[0][1]}
    return (
        f"const FILES = {json.dumps(files)};\nconst NAME = {json.dumps(name)};\n"
        f"const draw = {DRAW.strip()};\n{UNPACK}{_SHARED}{_MAP}"
    )


def places_script(name: str) -> str:
    """The module that draws the places of one département on the map known as ``name``."""
    return f"const NAME = {json.dumps(name)};\n{UNPACK}{_SHARED}{_PLACES}"


def view_script(name: str) -> str:
    """The module that changes what is shown on the map known to the page as ``name``."""
    return f"const NAME = {json.dumps(name)};\n{_SHARED}{_VIEW}"


_MAP = r"""
function fetched(kind, about) {
  return new Promise((done, failed) => {
    const file = Object.assign(document.createElement(kind), about);
    file.onload = done;
    file.onerror = () => failed(new Error("Leaflet"));
    document.head.appendChild(file);
  });
}
function leaflet() {
  window.qpvLeaflet = window.qpvLeaflet || Promise.all([
    fetched("link", { rel: "stylesheet", href: FILES.css }), fetched("script", { src: FILES.js })
  ]);
  return window.qpvLeaflet;
}
function say(box, text) {
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  words.textContent = text;
  box.replaceChildren(words);
}
function close(mine) {
  if (mine.api) {
    mine.api.below("", "");
    mine.watch.disconnect();
    mine.api.map.remove();
    mine.api = null;
  }
}
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const mine = place(NAME), host = parentElement.querySelector(".qpv-map");
  mine.tell = (what) => {
    if (mine.api) { mine.api.clicked = what; }
    setTriggerValue("clicked", what);
  };
  mine.memory = mine.memory || { waiting: [], heard: 0 };
  const leave = only(mine, "map", () => {
    mine.bytes = null;
    mine.host = null;
    mine.memory.waiting = [];
    close(mine);
  });
  if (!data || !data.length || (mine.host === host && same(mine.bytes, data))) { return leave; }
  mine.bytes = data;
  mine.host = host;
  if (!window.DecompressionStream) {
    say(host, "Ce navigateur est trop ancien pour la carte. Le tableau plus bas dit la même " +
      "chose.");
    return leave;
  }
  Promise.all([unpack(data), leaflet()]).then(([drawn]) => {
    if (mine.bytes !== data || !host.isConnected) { return; }
    const view = mine.api && mine.drawnTitle === drawn.title
      ? [mine.api.map.getCenter(), mine.api.map.getZoom()] : null;
    close(mine);
    const box = document.createElement("div");
    // What the map says below itself adds to the height: it must not cover what follows.
    box.style.cssText = "width:100%;height:var(--qpv-map-height,480px)";
    host.replaceChildren(box);
    const map = L.map(box, { maxZoom: 18, zoomSnap: 0.5, center: [46.6, 2.5], zoom: 6 });
    box.qpvMap = map;
    box.setAttribute("aria-describedby", NAME + "-resume");
    mine.api = draw(map, drawn, (what) => mine.tell(what), mine.memory);
    mine.api.bounds = drawn.bounds;
    mine.drawnTitle = drawn.title;
    if (view) { map.setView(view[0], view[1], { animate: false }); }
    // A map drawn in a box that had no size yet (a closed tab) is measured again when it gets one.
    mine.watch = new ResizeObserver(() => map.invalidateSize({ pan: false }));
    mine.watch.observe(box);
    complete(mine);
    if (mine.view) {
      show(mine.api, mine.view, view ? { selected: mine.view.selected } : {});
    }
  }).catch((error) => {
    say(host, "La carte n'a pas pu être dessinée (" + error.message + "). Le tableau plus bas " +
      "dit la même chose ; rechargez la page pour réessayer.");
  });
  return leave;
}
"""

_PLACES = r"""
export default function (component) {
  const mine = place(NAME), data = component.data;
  const leave = only(mine, "places", () => {
    mine.localBytes = null;
    mine.local = null;
    mine.waits = false;
  });
  mine.waits = true;
  if (!data || same(mine.localBytes, data)) { return leave; }
  mine.localBytes = data;
  if (!window.DecompressionStream) { return leave; }
  unpack(data).then((local) => {
    if (mine.localBytes !== data) { return; }
    mine.local = local;
    complete(mine);
  });
  return leave;
}
"""

_VIEW = r"""
export default function (component) {
  const mine = place(NAME), before = mine.view || {};
  mine.view = component.data;
  if (mine.api && mine.view) { show(mine.api, mine.view, before); }
  return only(mine, "view", () => { mine.view = null; });
}
"""

LEGEND_HTML = '<div class="qpv-legend"></div>\n'
# The legend is our own text (geo.legend), never words of a file: it may be set as HTML.
LEGEND = r"""
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const box = parentElement.querySelector(".qpv-legend");
  if (box.qpvHtml !== data.html) {
    box.innerHTML = data.html;
    box.qpvHtml = data.html;
  }
  box.querySelectorAll("button[data-case]").forEach((button) => {
    const key = button.getAttribute("data-case");
    button.setAttribute("aria-pressed", String(key === data.pressed));
    button.onclick = () => setTriggerValue("cell", key === data.pressed ? "" : key);
  });
}
"""
