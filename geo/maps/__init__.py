"""Maps drawn by folium with local scripts: ``geo.maps.draw`` is the way in."""
