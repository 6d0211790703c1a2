"""Whether settings and weights make a network that runs, found before anything is made of it."""
