"""The screens, one file each: they draw what ``geo`` computes and hold no computation."""
