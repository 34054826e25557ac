"""The file of a call for applications: what was chosen, why, from what, ready to be handed over."""
