"""On a touch screen, one finger scrolls the page and two move the map.

Part of the script of ``geo.maps.script``: a map as wide as a phone would hold every finger else.
"""

from __future__ import annotations

TOUCH = r"""
  var hint = null, hintEnds = 0, from = null;
  function sayTwoFingers() {
    if (!hint) {
      hint = L.DomUtil.create("div", "qpv-fingers", box);
      hint.setAttribute("role", "status");
    }
    hint.textContent = "Deux doigts pour déplacer la carte";
    hint.style.display = "";
    window.clearTimeout(hintEnds);
    hintEnds = window.setTimeout(function () { hint.style.display = "none"; }, 1500);
  }
  if (window.matchMedia("(pointer: coarse)").matches) {
    // Leaflet then leaves one finger to the page; its own zoom of two fingers also moves the map.
    map.dragging.disable();
    box.style.touchAction = "pan-x pan-y";
    box.addEventListener("touchstart", function (event) {
      var one = event.touches.length === 1;
      from = one ? [event.touches[0].clientX, event.touches[0].clientY] : null;
      if (!one && hint) { hint.style.display = "none"; }
    }, { passive: true });
    box.addEventListener("touchmove", function (event) {
      var at = event.touches[0];
      if (!from || event.touches.length > 1) { return; }
      if (Math.abs(at.clientX - from[0]) + Math.abs(at.clientY - from[1]) > 12) {
        from = null;
        sayTwoFingers();
      }
    }, { passive: true });
  }
"""
