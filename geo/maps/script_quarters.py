"""The quarters on the map: points or polygons, chosen, filtered, ringed, a walk around them.

Second half of the script of ``geo.maps.script``: it goes on inside the same function.
"""

from __future__ import annotations

QUARTERS = r"""
  // A tooltip that would be cut by the edge of the map is moved back inside it.
  function inside(tooltip) {
    var element = tooltip && tooltip.getElement && tooltip.getElement();
    if (!element) { return; }
    element.style.marginTop = "0px";
    var edge = box.getBoundingClientRect(), own = element.getBoundingClientRect();
    var down = Math.max(0, edge.top + 2 - own.top), up = Math.max(0, own.bottom + 2 - edge.bottom);
    element.style.marginTop = (down || -up) + "px";
  }
  map.on("tooltipopen", function (event) { inside(event.tooltip); });

  // Quarters: polygons from the zoom where they can be seen, points before it.
  var quarters = L.featureGroup(), near = L.featureGroup(), far = L.featureGroup();
  var byCode = {}, kept = {}, chosen = "", mark = L.featureGroup(), ring = L.featureGroup();
  var wanted = { cell: "", situations: null };
  pane("mark", 470);
  pane("far", 460);
  var farShapes = L.svg({ pane: "far", padding: 0.5 });
  function label(shape, about) {
    shape.setAttribute("aria-label", about.lines.concat(kept[about.code] || []).join(", "));
  }
  // Seen from far, points cover each other: those under this one, in the order of the ranks.
  function piled(about) {
    if (map.getZoom() >= data.polygons_from_zoom) { return []; }
    var at = map.latLngToLayerPoint(about.at);
    return Object.keys(byCode).map(function (code) { return byCode[code].about; })
      .filter(function (other) {
        return other !== about && visible(other) &&
          at.distanceTo(map.latLngToLayerPoint(other.at)) < about.radius + other.radius - 4;
      });
  }
  function others(about) {
    var found = piled(about), most = found.slice(0, 4).map(function (one) { return one.lines[0]; });
    if (found.length > 4) { most.push("et " + (found.length - 4) + " de plus"); }
    return found.length ? ["Au même endroit (agrandir pour les séparer) : " + most.join(", ") +
      ". Un clic ouvre le mieux classé."] : [];
  }
  function reachable(layer, about) {
    layer.on("add", function () {
      var shape = layer.getElement && layer.getElement();
      if (!shape) { return; }
      label(shape, about);
      if (shape.hasAttribute("tabindex")) { return; }
      shape.setAttribute("tabindex", "0");
      shape.setAttribute("role", "button");
      shape.addEventListener("focus", function () {
        map.panInside(about.at, { padding: [30, 30], animate: false });
        layer.openTooltip(about.at);
      });
      shape.addEventListener("blur", function () { layer.closeTooltip(); });
      shape.addEventListener("keydown", function (event) {
        if (event.key !== "Enter" && event.key !== " ") { return; }
        event.preventDefault();
        layer.fire("click", { latlng: L.latLng(about.at) }, true);
      });
    });
    // A finger hides what it touches: three lines are enough where the card lies just below.
    layer.bindTooltip(function () {
      return tip(about.lines.slice(0, narrow ? 3 : undefined).concat(kept[about.code] || [],
        others(about)));
    },
      { className: "qpv-tip", sticky: true, direction: "auto", opacity: 1 });
    layer.on("mousemove", function () { inside(layer.getTooltip()); });
  }
  function rings(about) {
    var depth = about.shape.type === "MultiPolygon" ? 2 : 1;
    return L.GeoJSON.coordsToLatLngs(about.shape.coordinates, depth);
  }
  function polygon(about) {
    var unknown = about.key === "unknown";
    var layer = L.polygon(rings(about), {
      color: "#1b1b1f", weight: 1.8, fillOpacity: 1, dashArray: unknown ? "4 3" : null,
      fillColor: "url(#qpv-" + about.key + ")"
    });
    layer.qpv = about.code;
    reachable(layer, about);
    return layer;
  }
  data.quarters.forEach(function (about) {
    var point = L.circleMarker(about.at, {
      pane: "far", renderer: farShapes, radius: about.radius, color: "#1b1b1f", weight: 1.5,
      dashArray: about.scored ? null : "2 2", fillColor: about.colour, fillOpacity: 1
    });
    point.qpv = about.code;
    reachable(point, about);
    byCode[about.code] = { about: about, point: point, shape: null };
  });
  function visible(about) {
    return (!wanted.cell || about.key === wanted.cell) &&
      (!wanted.situations || wanted.situations.indexOf(about.situation) >= 0);
  }
  function each(act) { Object.keys(byCode).forEach(function (code) { act(byCode[code]); }); }
  function put(group, layer, there) {
    if (there !== group.hasLayer(layer)) { group[there ? "addLayer" : "removeLayer"](layer); }
  }
  // A polygon is made when it first comes near the view: a country has more than a thousand.
  function fill() {
    var close = map.getZoom() >= data.polygons_from_zoom, view = map.getBounds().pad(0.5);
    each(function (found) {
      var there = visible(found.about);
      if (!close) { put(far, found.point, there); return; }
      if (there && !found.shape) {
        found.box = found.box || L.latLngBounds([].concat.apply([], found.about.shape.type ===
          "MultiPolygon" ? [].concat.apply([], rings(found.about)) : rings(found.about)));
        if (view.intersects(found.box)) { found.shape = polygon(found.about); }
      }
      if (found.shape) { put(near, found.shape, there); }
    });
  }
  function swap() {
    var close = map.getZoom() >= data.polygons_from_zoom;
    if (reading) { reading.textContent = close ? data.near_words : data.far_words; }
    names[map.getZoom() >= data.names_from_zoom ? "addTo" : "removeFrom"](map);
    box.classList.toggle("qpv-counts", map.getZoom() >= data.names_from_zoom);
    spread();
    fill();
    quarters.removeLayer(close ? far : near);
    if (!quarters.hasLayer(close ? near : far)) { quarters.addLayer(close ? near : far); }
    if (data.show_quarters) { ring[close ? "removeFrom" : "addTo"](map); }
  }
  function keep(cell, situations) {
    wanted = { cell: cell || "", situations: situations || null };
    fill();
  }
  function select(code, move) {
    if ((code || "") === chosen) { return; }
    chosen = code || "";
    mark.clearLayers();
    ring.clearLayers();
    var found = byCode[chosen];
    if (!found) { return; }
    var plain = { pane: "mark", interactive: false, fill: false };
    [["#1b1b1f", 7], ["#ffd500", 4]].forEach(function (pen) {
      L.polygon(rings(found.about), L.extend({ color: pen[0], weight: pen[1] }, plain)).addTo(mark);
      L.circleMarker(found.about.at, L.extend({ radius: 15, color: pen[0],
        weight: pen[1] - 2 }, plain)).addTo(ring);
    });
    if (move) {
      map.fitBounds(L.polygon(rings(found.about)).getBounds().pad(1.5),
        { maxZoom: 13, animate: false });
    }
  }
  // Quarters on the list: a ring around each, and the same in words for who does not see it.
  var marked = L.featureGroup().addTo(map);
  function retain(codes, words) {
    marked.clearLayers();
    kept = {};
    codes.forEach(function (code) { kept[code] = [words]; });
    each(function (found) {
      [found.point, found.shape].forEach(function (layer) {
        var shape = layer && layer.getElement && layer.getElement();
        if (shape) { label(shape, found.about); }
      });
      if (!kept[found.about.code]) { return; }
      [["#ffffff", 5], ["#1b1b1f", 2.5]].forEach(function (pen) {
        L.circleMarker(found.about.at, { pane: "mark", interactive: false, fill: false, radius: 14,
          color: pen[0], weight: pen[1], className: "qpv-kept" }).addTo(marked);
      });
    });
  }
  // What is within a walk of the chosen quarter, said in words: crow-fly or along the streets.
  var walking = L.featureGroup().addTo(map), walkWords = null;
  function walk(given) {
    walking.clearLayers();
    if (walkWords) { walkWords.remove(); walkWords = null; }
    if (!given) { return; }
    [["#ffffff", 5, null], ["#1b1b1f", 2.5, "8 6"]].forEach(function (pen) {
      L.geoJSON(given.shape, { pane: "mark", interactive: false, style: { fill: false,
        color: pen[0], weight: pen[1], dashArray: pen[2], className: "qpv-walk" } }).addTo(walking);
    });
    given.reached.forEach(function (at) {
      L.circleMarker(at, { pane: "mark", interactive: false, fill: false, radius: 11,
        color: "#1b1b1f", weight: 2, className: "qpv-walk" }).addTo(walking);
    });
    walkWords = note("- - - " + given.words, "qpv-say");
    sayWalk();
  }
  // Far away the walk is smaller than its own line: its words would be about nothing seen.
  function sayWalk() {
    if (walkWords) {
      walkWords.style.display = map.getZoom() >= data.polygons_from_zoom ? "" : "none";
    }
  }
  map.on("zoomend", sayWalk);
  // The commune asked for: its outline, and the map upon it unless a quarter is chosen.
  var commune = L.featureGroup().addTo(map), communeWords = null;
  function town(given, move) {
    commune.clearLayers();
    if (communeWords) { communeWords.remove(); communeWords = null; }
    if (!given) { return; }
    [["#ffffff", 6], ["#1f4e8c", 3]].forEach(function (pen) {
      L.geoJSON(given.shape, { pane: "mark", interactive: false, style: { fill: false,
        color: pen[0], weight: pen[1], className: "qpv-walk qpv-town" } }).addTo(commune);
    });
    communeWords = note("Trait bleu : commune de " + given.words, "qpv-say");
    if (move) { map.fitBounds(commune.getBounds().pad(0.1), { maxZoom: 13, animate: false }); }
  }
  // On a phone the card of the chosen quarter is out of sight: the map says where it is.
  var lower = null;
  function below(words, address) {
    if (lower) { lower.remove(); lower = null; }
    if (!words || !narrow) { return; }
    lower = L.DomUtil.create("a", "qpv-below");
    lower.href = address;
    lower.textContent = words;
    box.parentNode.insertBefore(lower, box.nextSibling);
  }

  quarters.on("click", function (event) {
    var code = event.layer ? event.layer.qpv : event.propagatedFrom.qpv;
    // By mouse or finger, of points that cover each other: the best rank (they come in its order).
    if (event.originalEvent && piled(byCode[code].about).length) {
      code = Object.keys(byCode).filter(function (one) {
        return one === code || piled(byCode[code].about).indexOf(byCode[one].about) >= 0;
      })[0];
    }
    select(code, false);
    if (told) { told(code); }
  });
  if (data.show_quarters) {
    quarters.addTo(map);
    mark.addTo(map);
    if (!told) { overlays[data.quarters_words] = quarters; }
  }
  if (data.groups) { places(data); }
  // Above the scale and the sources, which take a line at the foot of the map.
  if (data.bounds) {
    map.fitBounds(data.bounds, { paddingTopLeft: [8, 8], paddingBottomRight: [8, 28],
      animate: false });
  }
  swap();
  map.on("zoomend", swap);
  map.on("moveend", fill);
  if (!told && Object.keys(overlays).length) {
    L.control.layers(null, overlays, { collapsed: box.clientWidth < 700 }).addTo(map);
    name(box.querySelector(".leaflet-control-layers-toggle"), "Couches de la carte");
  }
  if (data.base) { base(data.base); }
  if (data.selected) { select(data.selected, true); }
  // A page of its own: the cells of its legend filter here, with nobody to tell.
  var cells = told ? [] : document.querySelectorAll("button[data-case]");
  cells.forEach(function (cell) {
    cell.addEventListener("click", function () {
      var key = cell.getAttribute("data-case");
      keep(wanted.cell === key ? "" : key, null);
      cells.forEach(function (one) {
        one.setAttribute("aria-pressed", String(one.getAttribute("data-case") === wanted.cell));
      });
    });
  });
  function ready() {
    window.requestAnimationFrame(function () {
      window.requestAnimationFrame(function () { box.setAttribute("data-ready", "1"); });
    });
  }
  if (data.groups) { ready(); }
  return { map: map, places: places, select: select, retain: retain, keep: keep, base: base,
    walk: walk, town: town, below: below, group: group, ready: ready };
}
"""
