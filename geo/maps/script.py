"""The script that draws the map with Leaflet alone: no jQuery, no tile, no remote file.

It receives the map and the data of ``geo.maps.draw``. Texts reach the page through ``textContent``
only, never as HTML: a name read in a file may hold anything.
"""

from __future__ import annotations

DRAW = r"""
function (map, data) {
  "use strict";
  var box = map.getContainer();
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", data.title);
  box.style.background = "#e9eef2";
  var style = document.createElement("style");
  style.textContent =
    ".leaflet-tooltip.qpv-tip{white-space:normal;width:max-content;max-width:min(300px,46vw);" +
    "font:13px/1.35 sans-serif;color:#1b1b1f;overflow-wrap:anywhere;opacity:1}" +
    ".qpv-name{pointer-events:none}.qpv-name span{position:absolute;white-space:nowrap;" +
    "transform:translate(-50%,6px);font:11px/1.2 sans-serif;color:#1b1b1f;" +
    "text-shadow:0 0 2px #fff,0 0 2px #fff,0 0 3px #fff}" +
    ".qpv-say{background:rgba(255,255,255,.92);color:#1b1b1f;font:12px/1.35 sans-serif;" +
    "padding:2px 7px;border-radius:3px}" +
    "@media(max-width:600px){.leaflet-tooltip.qpv-tip{font-size:11.5px;padding:3px 5px}}" +
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
  function note(text, look) {
    var control = L.control({ position: "bottomleft" });
    var place = L.DomUtil.create("div", look);
    place.textContent = text;
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
  if (data.places_note) { note(data.places_note, "qpv-say"); }
  if (data.fictional) { note("données fictives", "qpv-note"); }
  if (data.base) { L.tileLayer(data.base.url, data.base.options).addTo(map); }

  L.geoJSON(data.ground, {
    pane: "ground", renderer: pane("ground", 350), interactive: false,
    style: { color: "#8a8f98", weight: 1, fillColor: "#f7f6f2", fillOpacity: data.base ? 0 : 1 }
  }).addTo(map);

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
        form(this._point.x, this._point.y, Math.max(this._radius, 1)));
    }
  });

  // Names as text nodes, drawn only near enough to be read.
  var names = L.featureGroup();
  pane("names", 465).options.interactive = false;
  map.getPane("names").style.pointerEvents = "none";
  data.names.forEach(function (town) {
    var words = L.DomUtil.create("span");
    words.textContent = town[2];
    words.setAttribute("aria-hidden", "true");
    L.marker([town[0], town[1]], { pane: "names", interactive: false, keyboard: false,
      icon: L.divIcon({ className: "qpv-name", html: words, iconSize: [0, 0] }) }).addTo(names);
  });
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

  var overlays = {};
  var places = pane("places", 450);
  data.groups.forEach(function (group) {
    var layer = L.featureGroup();
    group.items.forEach(function (item) {
      new Shape([item[0], item[1]], {
        pane: "places", renderer: places, form: group.shape, radius: item[2],
        weight: item[4] ? 2 : 1, color: item[4] ? group.colour : "#ffffff",
        fillColor: item[4] ? "#ffffff" : group.colour, fillOpacity: 1
      }).bindTooltip(function () { return tip(item[3]); }, { className: "qpv-tip" }).addTo(layer);
    });
    overlays[group.words] = layer;
    layer.addTo(map);
  });

  // Quarters: polygons from the zoom where they can be seen, points before it.
  var quarters = L.featureGroup(), near = L.featureGroup(), far = L.featureGroup();
  var byCode = {}, kept = {}, chosen = "", mark = L.featureGroup(), ring = L.featureGroup();
  pane("mark", 470);
  pane("far", 460);
  var farShapes = L.svg({ pane: "far", padding: 0.5 });
  function reachable(layer, about) {
    layer.on("add", function () {
      var shape = layer.getElement && layer.getElement();
      if (!shape) { return; }
      shape.setAttribute("tabindex", "0");
      shape.setAttribute("role", "button");
      shape.setAttribute("aria-label", about.lines.concat(kept[about.code] || []).join(", "));
      shape.addEventListener("focus", function () { layer.openTooltip(about.at); });
      shape.addEventListener("blur", function () { layer.closeTooltip(); });
      shape.addEventListener("keydown", function (event) {
        if (event.key !== "Enter" && event.key !== " ") { return; }
        event.preventDefault();
        layer.fire("click", { latlng: L.latLng(about.at) }, true);
      });
    });
    // A finger hides what it touches: three lines are enough where the card lies just below.
    layer.bindTooltip(function () {
      return tip(about.lines.slice(0, narrow ? 3 : undefined).concat(kept[about.code] || []));
    },
      { className: "qpv-tip", sticky: true, direction: "auto" });
  }
  data.quarters.forEach(function (about) {
    var feature = { type: "Feature", properties: { code_qp: about.code }, geometry: about.shape };
    var unknown = about.key === "unknown";
    var drawn = L.geoJSON(feature, {
      style: {
        color: "#1b1b1f", weight: 1.8, fillOpacity: 1, dashArray: unknown ? "4 3" : null,
        fillColor: "url(#qpv-" + about.key + ")"
      }
    });
    drawn.eachLayer(function (layer) { reachable(layer, about); near.addLayer(layer); });
    var point = L.circleMarker(about.at, {
      pane: "far", renderer: farShapes, radius: about.radius, color: "#1b1b1f", weight: 1.5,
      dashArray: about.scored ? null : "2 2", fillColor: about.colour, fillOpacity: 1
    });
    point.feature = { type: "Feature", properties: { code_qp: about.code }, geometry: null };
    reachable(point, about);
    far.addLayer(point);
    byCode[about.code] = {
      about: about, feature: feature, shapes: drawn.getLayers().concat(point)
    };
  });
  function swap() {
    var close = map.getZoom() >= data.polygons_from_zoom;
    if (reading) { reading.textContent = close ? data.near_words : data.far_words; }
    names[map.getZoom() >= data.names_from_zoom ? "addTo" : "removeFrom"](map);
    spread();
    quarters.removeLayer(close ? far : near);
    if (!quarters.hasLayer(close ? near : far)) { quarters.addLayer(close ? near : far); }
    if (data.show_quarters) { ring[close ? "removeFrom" : "addTo"](map); }
  }
  function select(code, move) {
    if (code === chosen) { return; }
    chosen = code;
    mark.clearLayers();
    ring.clearLayers();
    var found = byCode[code];
    if (!found) { return; }
    var plain = { pane: "mark", interactive: false, fill: false };
    [["#1b1b1f", 7], ["#ffd500", 4]].forEach(function (pen) {
      L.geoJSON(found.feature, { pane: "mark", interactive: false,
        style: { fill: false, color: pen[0], weight: pen[1] } }).addTo(mark);
      L.circleMarker(found.about.at, L.extend({ radius: 15, color: pen[0],
        weight: pen[1] - 2 }, plain)).addTo(ring);
    });
    if (move) {
      map.fitBounds(L.geoJSON(found.feature).getBounds().pad(1.5), { maxZoom: 13, animate: false });
    }
  }
  // Quarters on the list: a ring around each, and the same in words for who does not see it.
  var rings = L.featureGroup().addTo(map);
  window.qpvRetain = function (codes, words) {
    rings.clearLayers();
    kept = {};
    codes.forEach(function (code) { kept[code] = [words]; });
    Object.keys(byCode).forEach(function (code) {
      var found = byCode[code];
      found.shapes.forEach(function (layer) {
        var shape = layer.getElement && layer.getElement();
        if (shape) {
          shape.setAttribute("aria-label",
            found.about.lines.concat(kept[code] || []).join(", "));
        }
      });
      if (!kept[code]) { return; }
      [["#ffffff", 5], ["#1b1b1f", 2.5]].forEach(function (pen) {
        L.circleMarker(found.about.at, { pane: "mark", interactive: false, fill: false, radius: 14,
          color: pen[0], weight: pen[1], className: "qpv-kept" }).addTo(rings);
      });
    });
  };
  quarters.on("click", function (event) {
    select(event.layer.feature.properties.code_qp, false);
  });
  window.qpvSelect = select;
  if (data.show_quarters) {
    quarters.addTo(map);
    mark.addTo(map);
    overlays[data.quarters_words] = quarters;
  }
  if (data.bounds) { map.fitBounds(data.bounds, { padding: [8, 8], animate: false }); }
  swap();
  map.on("zoomend", swap);
  if (Object.keys(overlays).length) {
    L.control.layers(null, overlays, { collapsed: box.clientWidth < 700 }).addTo(map);
    name(box.querySelector(".leaflet-control-layers-toggle"), "Couches de la carte");
  }
  if (data.selected) { select(data.selected, true); }
}
"""
