"""Files that a user brings: one way to read, check, template and give back any of them."""
