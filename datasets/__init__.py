"""Everything that brings data in: catalogue, download, readers, layers on disk, demo territory."""
