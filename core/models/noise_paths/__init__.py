"""How a model was trained to go from noise to sound: the levels of noise, and the samplers."""
