"""The recipe of the bundled model: from free sound sources to the folder that Tessera ships.

Rooms: `data` renders clips, `captions` writes their words, `vae`, `diffusion`, `vocoder` make the
networks, `judge` listens, `export` writes the model folder, `report` tells the figures.
`recipe` is the table of contents.
"""
