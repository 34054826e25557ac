"""The pure core: frames and arrays in, frames and arrays out. No network, no disk, no screen."""
