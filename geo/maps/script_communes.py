"""Communes that a click puts in a group or takes out of it: part of ``geo.maps.script``.

One of them is a stop of the keyboard; from it the arrows go to the next one in their direction,
Enter and the space bar choose. A chosen one has a pattern, an outline, and says so.

A press shows at once. Those not answered yet (``memory.waiting``) are all told with each new one,
as the page sends only the newest of what waits; and they are done again on top of any older answer.
"""

from __future__ import annotations

COMMUNES = r"""
  var communes = {}, inGroup = {}, held = "", grouped = L.featureGroup().addTo(map), full = null;
  var chosen = [], opened = false;
  var parishes = data.communes ? pane("communes", 400) : null;
  function wordsOf(about) {
    return about.lines.concat(inGroup[about.code] ? ["dans le groupement"] : []);
  }
  function tellCommune(found) {
    var shape = found.layer.getElement();
    if (!shape) { return; }
    shape.setAttribute("aria-label", wordsOf(found.about).join(", "));
    shape.setAttribute("aria-pressed", String(Boolean(inGroup[found.about.code])));
    shape.setAttribute("tabindex", found.about.code === held ? "0" : "-1");
  }
  function hold(code) {
    var before = communes[held];
    held = code;
    [before, communes[held]].forEach(function (found) { if (found) { tellCommune(found); } });
  }
  // A group opened from a link, or a commune added elsewhere than here, comes into view.
  function show(codes) {
    var here = codes.filter(function (code) { return communes[code]; });
    var added = here.some(function (code) { return !inGroup[code]; });
    if (!here.length || (opened && !added)) { return; }
    map.fitBounds(here.reduce(function (all, code) {
      return all.extend(communes[code].layer.getBounds());
    }, L.latLngBounds([])).pad(0.8), { maxZoom: 11, animate: false });
  }
  function after(codes, press) {
    if (press[2] && codes.indexOf(press[1]) >= 0) { return codes; }
    return press[2] ? codes.concat(press[1]) :
      codes.filter(function (code) { return code !== press[1]; });
  }
  // The group as it was after the press numbered ``heard``; later ones are done on top of it.
  function group(codes, heard) {
    memory.heard = Math.max(memory.heard, heard);
    memory.waiting = memory.waiting.filter(function (press) { return press[0] > heard; });
    var now = memory.waiting.reduce(after, codes);
    show(now);
    opened = true;
    hatch(now);
  }
  function hatch(codes) {
    chosen = codes;
    inGroup = {};
    codes.forEach(function (code) { inGroup[code] = true; });
    grouped.clearLayers();
    Object.keys(communes).forEach(function (code) {
      var found = communes[code];
      found.layer.setStyle({ fillColor: inGroup[code] ? "url(#qpv-groupe)" : "#f7f6f2" });
      tellCommune(found);
      // Words are those of the moment it opened: opened again, they are those of now.
      var words = found.layer.getTooltip();
      if (found.layer.isTooltipOpen()) { found.layer.openTooltip(words.getLatLng()); }
      if (!inGroup[code]) { return; }
      L.polygon(rings(found.about), { pane: "mark", interactive: false, fill: false,
        color: "#1b1b1f", weight: 3, className: "qpv-grouped" }).addTo(grouped);
    });
    if (!communes[held]) {
      hold(codes.filter(function (code) { return communes[code]; })[0] ||
        Object.keys(communes)[0] || "");
    }
  }
  function press(code) {
    if (full) { full.remove(); full = null; }
    if (!inGroup[code] && chosen.length >= data.most) {
      full = note(data.most_words, "qpv-note");
      full.setAttribute("role", "status");
      return;
    }
    var last = memory.waiting[memory.waiting.length - 1];
    var wanted = [Math.max(memory.heard, last ? last[0] : 0) + 1, code, !inGroup[code]];
    memory.waiting = memory.waiting.filter(function (one) { return one[1] !== code; });
    memory.waiting.push(wanted);
    hatch(after(chosen, wanted));
    hold(code);
    if (told) { told(memory.waiting); }
  }
  var AHEAD = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  function next(about, way) {
    var from = map.project(about.at), best = null, least = Infinity;
    Object.keys(communes).forEach(function (code) {
      var step = map.project(communes[code].about.at).subtract(from);
      var along = step.x * way[0] + step.y * way[1];
      var aside = Math.abs(step.x * way[1]) + Math.abs(step.y * way[0]);
      if (along <= 0 || aside > along || along + aside >= least) { return; }
      least = along + aside;
      best = communes[code];
    });
    return best;
  }
  function onKey(event, about) {
    var way = AHEAD[event.key];
    if (!way && event.key !== "Enter" && event.key !== " ") { return; }
    event.preventDefault();
    event.stopPropagation();
    if (!way) { press(about.code); return; }
    var found = next(about, way);
    if (found) { found.layer.getElement().focus(); }
  }
  (data.communes || []).forEach(function (about) {
    var layer = L.polygon(rings(about), { pane: "communes", renderer: parishes,
      color: "#767c88", weight: 1, fillColor: "#f7f6f2", fillOpacity: 1 });
    communes[about.code] = { about: about, layer: layer };
    layer.bindTooltip(function () {
      return tip(wordsOf(about).concat(inGroup[about.code] ? "Un clic la retire." :
        "Un clic l'ajoute."));
    }, { className: "qpv-tip", sticky: true, opacity: 1 });
    layer.on("add", function () {
      var shape = layer.getElement();
      shape.setAttribute("role", "button");
      tellCommune(communes[about.code]);
      shape.addEventListener("focus", function () {
        hold(about.code);
        map.panInside(about.at, { padding: [30, 30], animate: false });
        layer.openTooltip(about.at);
      });
      shape.addEventListener("blur", function () { layer.closeTooltip(); });
      shape.addEventListener("keydown", function (event) { onKey(event, about); });
    });
    layer.on("click", function () { press(about.code); });
    layer.addTo(map);
  });
  if (data.communes) {
    nameTowns(data.names);
    hold(Object.keys(communes)[0] || "");
  }
"""
