"""Devices that people own and this machine does not: a stand-in, and the engine on it."""
