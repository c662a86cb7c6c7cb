"""Stance and flight of the template runner: forces, motion, one step forward in time."""
