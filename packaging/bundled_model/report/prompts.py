"""What the report asks the model for beside its plain concepts."""

FREE_PHRASINGS = {
    "someone strums a guitar by the campfire": "acoustic guitar",
    "a man in a kilt plays the pipes": "bagpipes",
    "trumpets and trombones play a fanfare together": "brass section",
    "carol singers harmonise in the chapel": "choir",
    "the organ fills the cathedral during mass": "church organ",
    "an old wooden clock ticks on the mantelpiece": "clock",
    "a rhodes keyboard in a smoky soul club": "electric piano",
    "a drum machine in a techno club": "electronic drums",
    "a girl practises her flute at school": "flute",
    "kids clap hands in a playground game": "hand claps",
    "a cowboy blows his harmonica on the porch": "harmonica",
    "someone plays the harpsichord in a baroque palace": "harpsichord",
    "listening to my chest through a stethoscope": "heartbeat",
    "a helicopter hovers over the city": "helicopter",
    "a guy reads the news on the radio": "man speaking",
    "a wind up ballerina box plays a lullaby": "music box",
    "waves roll onto the sandy shore": "ocean waves",
    "violinists pluck their strings with their fingers": "pizzicato strings",
    "the rain patters against my bedroom window": "rain",
    "an ambulance races to the hospital": "siren",
    "a sitar player performs a raga in delhi": "sitar",
    "a steel band at the trinidad carnival": "steel drum",
    "lots of violins and cellos bowing together": "string orchestra",
    "a synth plays the melody in trance music": "synth lead",
    "she shakes a tambourine while she dances": "tambourine",
    "the orchestra drummer rolls on the kettledrums": "timpani",
    "bells up in the steeple toll at noon": "tubular bells",
    "vibes solo in a late night jazz bar": "vibraphone",
    "tapping a hollow block of wood": "woodblock",
    "a child hits the wooden bars with mallets": "xylophone",
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
