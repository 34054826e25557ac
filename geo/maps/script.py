"""The script that draws the map with Leaflet alone: no jQuery, no tile, no remote file.

``DRAW`` is a function of the map, of the data of ``geo.maps.data`` and, where a click is to be told
to somebody, of a function of the code of the quarter (for communes, of the presses not answered
yet, each ``[number, code, inside]``) and of what outlives a map drawn again (``waiting``: those
presses; ``heard``: the number of the last one answered). It returns what can be done to a map
already drawn: ``places`` (those of another département), ``select``, ``retain``, ``keep`` (filter),
``base`` (IGN's tiles), ``walk``, ``town``, ``below``, ``group`` (communes chosen).

Texts reach the page through ``textContent`` only, never as HTML: a name read in a file may hold
anything.
"""

from __future__ import annotations

from geo.maps.script_communes import COMMUNES
from geo.maps.script_quarters import QUARTERS
from geo.maps.script_touch import TOUCH

_GROUND = r"""
function (map, data, told, memory) {
  "use strict";
  memory = memory || { waiting: [], heard: 0 };
  var box = map.getContainer();
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", data.title);
  box.style.background = "#e9eef2";
  // Leaflet takes the focus when pressed: where the map is partly out of sight the page would
  // scroll between the press and its release, and the click be lost.
  box.focus = function () { HTMLElement.prototype.focus.call(box, { preventScroll: true }); };
  var style = document.createElement("style");
  style.textContent =
    ".leaflet-tooltip.qpv-tip{white-space:normal;width:max-content;max-width:" +
    Math.min(300, Math.round(box.clientWidth * 0.44)) + "px;" +
    "font:13px/1.35 sans-serif;color:#1b1b1f;overflow-wrap:anywhere;opacity:1}" +
    ".qpv-name{pointer-events:none}.qpv-name span{position:absolute;white-space:nowrap;" +
    "transform:translate(-50%,6px);font:11px/1.2 sans-serif;color:#1b1b1f;" +
    "text-shadow:0 0 2px #fff,0 0 2px #fff,0 0 3px #fff}" +
    ".qpv-count{display:none}.qpv-counts .qpv-count{display:block}" +
    ".qpv-count span{position:absolute;white-space:nowrap;transform:translateY(-50%);" +
    "font:700 12px/1 sans-serif;text-shadow:0 0 2px #fff,0 0 2px #fff,0 0 3px #fff}" +
    ".qpv-say{background:rgba(255,255,255,.92);color:#1b1b1f;font:12px/1.35 sans-serif;" +
    "padding:2px 7px;border-radius:3px}" +
    ".qpv-said{display:flex;flex-wrap:wrap;align-items:center;gap:2px 10px;min-height:26px;" +
    "padding:2px 4px;box-sizing:border-box;border-top:1px solid #8a8f98;background:#fff}" +
    ".qpv-said:empty{display:none}.qpv-said .qpv-say{padding:1px 4px}" +
    "@media(max-width:600px){.leaflet-tooltip.qpv-tip{font-size:11.5px;padding:3px 5px}}" +
    "a.qpv-below{display:block;background:#1f4e8c;color:#fff!important;padding:7px 10px;" +
    "font:600 14px sans-serif;text-decoration:underline}.qpv-gone{display:none}" +
    ".qpv-walk{pointer-events:none}" +
    ".qpv-fingers{position:absolute;z-index:900;left:50%;top:40%;transform:translate(-50%,-50%);" +
    "width:max-content;max-width:90%;box-sizing:border-box;background:rgba(27,27,31,.88);" +
    "color:#fff;font:600 15px/1.3 sans-serif;padding:10px 14px;border-radius:4px;" +
    "text-align:center;pointer-events:none}" +
    ".qpv-note{background:#fff;color:#1b1b1f;font:600 13px sans-serif;padding:3px 8px;" +
    "border:2px solid #8a1c1c;border-radius:3px}" +
    ".leaflet-container,.leaflet-control-layers{font:13px/1.4 sans-serif}" +
    ".leaflet-container .leaflet-control-attribution{font-size:11px;" +
    "max-width:75vw;white-space:normal;" +
    "color:#1b1b1f;background:rgba(255,255,255,.9)}" +
    ".leaflet-container path:focus{outline:none}" +
    ".leaflet-container path:focus-visible{stroke:#ffd500;stroke-width:5}";
  document.head.appendChild(style);
  var definitions = document.createElement("div");
  definitions.innerHTML = data.patterns;
  box.appendChild(definitions);

  function pane(name, level) {
    map.createPane(name).style.zIndex = level;
    return L.svg({ pane: name, padding: 0.5 });
  }
  function tip(texts) {
    var all = L.DomUtil.create("div");
    texts.forEach(function (text, index) {
      L.DomUtil.create(index ? "div" : "strong", "", all).textContent = text;
    });
    return all;
  }
  // What tells how to read the map stands below it: upon it, a quarter could be covered. A page
  // that gave the whole of its height to the map has no room there.
  var said = null;
  if (told || box.closest(".carte")) {
    said = L.DomUtil.create("div", "qpv-said");
    box.parentNode.insertBefore(said, box.nextSibling);
    map.invalidateSize({ pan: false });
  }
  function note(text, look) {
    var place = L.DomUtil.create("div", look);
    place.textContent = text;
    if (said && look.indexOf("qpv-say") >= 0) {
      said.appendChild(place);
      return place;
    }
    var control = L.control({ position: "bottomleft" });
    control.onAdd = function () { return place; };
    control.addTo(map);
    return place;
  }
  function name(element, words) {
    if (!element) { return; }
    element.title = words;
    element.setAttribute("aria-label", words);
  }

  var narrow = box.clientWidth < 600;
  // A phone has no room for the list, which stands below the map.
  map.attributionControl.setPrefix(false).addAttribution(
    narrow && data.attribution ? "Sources : sous la carte" : data.attribution);
  L.control.scale({ imperial: false }).addTo(map);
  name(box.querySelector(".leaflet-control-zoom-in"), "Agrandir");
  name(box.querySelector(".leaflet-control-zoom-out"), "Réduire");
  var reading = data.quarters.length && data.show_quarters ? note("", "qpv-say") : null;
  if (data.fictional) { note("données fictives", "qpv-say qpv-note"); }

  var look = {
    pane: "ground", renderer: pane("ground", 350), interactive: false,
    style: { color: "#8a8f98", weight: 1, fillColor: "#f7f6f2", fillOpacity: 1 }
  };
  var ground = L.geoJSON(data.ground, look).addTo(map);
  var nearGround = L.geoJSON(null, look).addTo(map), bare = false;
  function fillGround() {
    [ground, nearGround].forEach(function (all) { all.setStyle({ fillOpacity: bare ? 0 : 1 }); });
  }
  // IGN's tiles are the only thing asked outside, and only when the reader wants them.
  var tiles = null, silent = null;
  function base(given) {
    if (silent) { silent.remove(); silent = null; }
    if (tiles) { tiles.remove(); tiles = null; }
    bare = Boolean(given);
    fillGround();
    if (!given) { return; }
    tiles = L.tileLayer(given.url, given.options).addTo(map);
    tiles.on("tileerror", function () {
      if (silent) { return; }
      silent = note("Le fond de carte IGN ne répond pas (pas d'internet ?).",
        "qpv-say qpv-note");
      silent.setAttribute("role", "status");
      bare = false;
      fillGround();
    });
  }

  // Shapes that differ by form as well as by colour, drawn as one SVG path each.
  var FORMS = {
    diamond: function (x, y, r) {
      return "M" + x + " " + (y - r) + "L" + (x + r) + " " + y + "L" + x + " " + (y + r) +
        "L" + (x - r) + " " + y + "Z";
    },
    triangle: function (x, y, r) {
      return "M" + x + " " + (y - r) + "L" + (x + r) + " " + (y + r) + "L" + (x - r) + " " +
        (y + r) + "Z";
    },
    cross: function (x, y, r) {
      var t = r / 3;
      return "M" + (x - t) + " " + (y - r) + "h" + 2 * t + "v" + (r - t) + "h" + (r - t) +
        "v" + 2 * t + "h" + (t - r) + "v" + (r - t) + "h" + -2 * t + "v" + (t - r) +
        "h" + (t - r) + "v" + -2 * t + "h" + (r - t) + "Z";
    }
  };
  var Shape = L.CircleMarker.extend({
    _updatePath: function () {
      var form = FORMS[this.options.form];
      if (!form) { L.CircleMarker.prototype._updatePath.call(this); return; }
      this._renderer._setPath(this, this._empty() ? "M0 0" :
        form(this._point.x - this.options.aside, this._point.y, Math.max(this._radius, 1)));
    }
  });

  // Names as text nodes, drawn only near enough to be read.
  var names = L.featureGroup();
  pane("names", 465).options.interactive = false;
  map.getPane("names").style.pointerEvents = "none";
  function nameTowns(towns) {
    names.clearLayers();
    towns.forEach(function (town) {
      var words = L.DomUtil.create("span");
      words.textContent = town[2];
      words.setAttribute("aria-hidden", "true");
      L.marker([town[0], town[1]], { pane: "names", interactive: false, keyboard: false,
        icon: L.divIcon({ className: "qpv-name", html: words, iconSize: [0, 0] }) }).addTo(names);
    });
  }
  // The largest communes come first; a name that would cover one already there is left out.
  function spread() {
    var taken = [];
    names.eachLayer(function (label) {
      var at = map.project(label.getLatLng()), words = label.options.icon.options.html;
      var half = words.textContent.length * 3.2 + 3;
      var free = taken.every(function (other) {
        return Math.abs(other[0] - at.x) > other[2] + half || Math.abs(other[1] - at.y) > 15;
      });
      words.style.display = free ? "" : "none";
      if (free) { taken.push([at.x, at.y, half]); }
    });
  }

  var overlays = {}, groups = [], placesNote = null;
  var drawing = pane("places", 450);
  // Chromium stops Tab on every shape that listens to the focus, as Leaflet's tooltips do: a
  // keyboard would cross hundreds of practices before the table.
  function skipped() { this.getElement().setAttribute("tabindex", "-1"); }
  function several(all) {
    var words = L.DomUtil.create("div");
    all.forEach(function (lines, index) {
      var part = tip(lines);
      if (index) { part.style.cssText = "border-top:1px solid #767c88;margin-top:4px"; }
      words.appendChild(part);
    });
    return words;
  }
  // A symbol that stands for several practices says how many, from where names are read.
  function number(item, colour) {
    var words = L.DomUtil.create("span");
    // Beside a cross, a bare number would read as « plus two ».
    words.textContent = "×" + item[5];
    words.style.cssText = "color:" + colour + ";left:" + Math.ceil(item[2] + 2) + "px";
    words.setAttribute("aria-hidden", "true");
    return L.marker([item[0], item[1]], { pane: "names", interactive: false, keyboard: false,
      icon: L.divIcon({ className: "qpv-count", html: words, iconSize: [0, 0] }) });
  }
  // The places of one département, in the stead of those of another.
  function places(given) {
    groups.forEach(function (layer) { layer.remove(); });
    if (placesNote) { placesNote.remove(); }
    placesNote = given.places_note ? note(given.places_note, "qpv-say") : null;
    nearGround.clearLayers();
    nearGround.addData(given.near_ground);
    fillGround();
    nameTowns(given.names);
    spread();
    // What lies at one place is told together: the shape on top would hide the others.
    var lying = {};
    given.groups.forEach(function (group) {
      group.items.forEach(function (item) {
        var at = item.slice(0, 2).join();
        (lying[at] = lying[at] || []).push(item[3]);
      });
    });
    groups = given.groups.map(function (group) {
      var layer = L.featureGroup();
      group.items.forEach(function (item) {
        // Beside the practices that stand there: on their symbol, it would take their number.
        var aside = item[5] === undefined && lying[item.slice(0, 2).join()].length > 1 ? 17 : 0;
        new Shape([item[0], item[1]], {
          pane: "places", renderer: drawing, form: group.shape, radius: item[2], aside: aside,
          weight: item[4] ? 2 : 1, color: item[4] ? group.colour : "#ffffff",
          fillColor: item[4] ? "#ffffff" : group.colour, fillOpacity: 1
        }).bindTooltip(function () { return several(lying[item.slice(0, 2).join()]); },
          { className: "qpv-tip", opacity: 1 }).on("add", skipped).addTo(layer);
        if (item[5] > 1) { number(item, group.colour).addTo(layer); }
      });
      overlays[group.words] = layer;
      return layer.addTo(map);
    });
  }
"""

DRAW = _GROUND + TOUCH + COMMUNES + QUARTERS
