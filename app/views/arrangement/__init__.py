"""The arrangement: tracks of layers over one time axis, and the commands on them."""
