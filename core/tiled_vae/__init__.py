"""Any length through a VAE, tile by tile, in a stated memory budget."""
