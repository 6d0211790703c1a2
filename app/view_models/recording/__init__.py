"""Recording as the window sees it: the recorder, its state, its level and what is remembered."""
