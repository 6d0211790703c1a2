"""Tessera as a Python package: the program's folders app, core and resources lie in this one."""
