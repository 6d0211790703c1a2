"""Widgets without knowledge of the program, and the theme they share."""
