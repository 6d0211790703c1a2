"""Sounds as layers on tracks over one time axis: arranged, mixed, saved and exported."""
