"""What the report asks the model for beside its plain concepts."""

FREE_PHRASINGS = {
    "waves crash against the shore": "ocean waves",
    "birds sing in the forest at dawn": "birds",
    "a phone keeps ringing and nobody answers": "telephone",
    "the audience claps after the concert": "applause",
    "a helicopter flies over the city": "helicopter",
    "somebody fires a gun": "gunshot",
    "it rains on the roof": "rain",
    "the wind howls around the tower": "wind",
    "thunder rolls over the hills": "thunder",
    "an ambulance passes with its siren on": "siren",
    "my alarm goes off": "alarm",
    "the clock on the wall ticks": "clock",
    "a heart beats": "heartbeat",
    "the engine of a car is running": "engine",
    "lasers shoot in a battle in space": "laser",
    "a dj scratches vinyl": "vinyl scratch",
    "a man talks": "man speaking",
    "a woman is talking to someone": "woman speaking",
    "the organist plays in the church": "church organ",
    "an accordion on a street in paris": "accordion",
    "bagpipes from the highlands": "bagpipes",
    "a violinist practises": "violin",
    "a trumpeter warms up": "trumpet",
    "jazz on a saxophone": "saxophone",
    "the drummer of a rock band": "rock drums",
    "flamenco on an acoustic guitar": "acoustic guitar",
    "the harpist plucks her strings": "harp",
    "a choir sings a hymn": "choir",
    "children play a xylophone": "xylophone",
    "indian music with a sitar": "sitar",
}
"""Sentences that no template of a caption contains, and what they ask for."""

PAIRS = (
    *(("rain", "thunder"), ("wind", "ocean waves"), ("birds", "church organ")),
    *(("siren", "rain"), ("clock", "heartbeat"), ("engine", "alarm"), ("laser", "wind")),
    *(("flute", "rock drums"), ("piano", "rain"), ("violin", "applause"), ("harp", "birds")),
    *(("trumpet", "hand claps"), ("man speaking", "rain"), ("woman speaking", "piano")),
    *(("acoustic guitar", "ocean waves"), ("choir", "thunder"), ("saxophone", "tambourine")),
    *(("telephone", "man speaking"), ("synth pad", "electronic drums"), ("bagpipes", "wind")),
)
"""Twenty pairs; never two instruments with notes, which would play in two keys."""
