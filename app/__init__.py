"""Tessera's desktop application: a Qt studio around `core`."""
