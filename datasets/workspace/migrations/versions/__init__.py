"""One step a module; a step that was published is never changed."""
