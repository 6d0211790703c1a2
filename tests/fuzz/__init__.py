"""Files that a stranger may hand over, spoilt at random: `python3 -m tests.fuzz --cases 40000`."""
