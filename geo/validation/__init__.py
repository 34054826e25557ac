"""Our commune figures beside the official APL: ``geo.validation.judge`` is the way in."""
