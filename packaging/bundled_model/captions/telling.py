"""Words that ask for a concept without naming it: for each concept, parted by commas.

Only words that hardly anybody uses for another sound: what is listed here is never asked about.
"""

import re

_TELLING = {
    "piano": "pianist, pianoforte, steinway, bosendorfer, ivory, upright piano, "
    "beethoven, chopin, liszt, grand pianos, nocturne piano, rachmaninov",
    "electric piano": "rhodes, wurlitzer, wurly, fender rhodes, epiano, keyboardist",
    "harpsichord": "spinet, harpsichordist",
    "music box": "carousel, musicbox",
    "xylophone": "xylophonist",
    "vibraphone": "vibe, vibist, vibraphonist, vibraharp",
    "tubular bells": "church bell, tubular bell, belfry, campanile, steeple, bell tower, "
    "churchbell",
    "church organ": "organ, organist, toccata, fugue",
    "rock organ": "hammond, farfisa, leslie, drawbar, tonewheel, b3 organ",
    "accordion": "accordionist, akkordion, button box",
    "harmonica": "hohner, harmonicist, blues harmonica",
    "acoustic guitar": "guitar, guitarist, strum, fingerpicking, unplugged, spanish guitar, "
    "steel guitar, fingerstyle",
    "distorted guitar": "distortion, distorted, fuzz, hendrix, guitar solo, power chord, shred, "
    "overdriven guitar, overdrive, guitar riff, rock guitar, metal guitar, les paul",
    "bass guitar": "bassist, bassline, bass line, fretless, rickenbacker, ampeg",
    "slap bass": "slapped bass, slapping bass, bass slapping, thumb bass",
    "violin": "violinist, fiddler, strad, paganini, menuhin",
    "cello": "cellist, rostropovich",
    "string orchestra": "string, string ensemble, strings section, symphonic strings",
    "pizzicato strings": "pizz, plucked string",
    "harp": "harpist",
    "timpani": "timpanist, kettle drum, kettledrum, tympani, timpani drum",
    "choir": "choral, chorister, chorale, gospel choir, children choir, children singing, "
    "people singing, church choir, aah, ooh",
    "trumpet": "trumpeter, satchmo",
    "tuba": "sousaphone, euphonium, oompah",
    "brass section": "horn, horns, brass, brass instruments",
    "saxophone": "saxophonist, alto sax, saxo, coltrane",
    "clarinet": "clarinettist, clarinetist, klezmer, licorice stick",
    "flute": "flautist, flutist, shakuhachi",
    "pan flute": "pan pipe, panflute, siku, zamfir",
    "synth lead": "synth, synthesizer, synthesiser, sawtooth, saw wave, sawtooth wave, supersaw, "
    "moog, oscillator, square wave, sine wave, sine tone, sine, analog synth",
    "synth pad": "pad, synthetic pad, string pad, choir pad",
    "sitar": "sitarist, raga, shankar",
    "banjo": "clawhammer, banjoist, hillbilly, bluegrass music",
    "kalimba": "lamellophone, thumb harp",
    "bagpipes": "piper, bag pipe, uilleann pipes, pipe band",
    "steel drum": "steel pan, calypso, steel band, steel drums",
    "woodblock": "clave, wooden block, wood blocks",
    "taiko drum": "taiko, kodo, daiko, japanese drums",
    "ocean waves": "ocean, sea, seaside, seashore, surf, wave, tide, shore, beach waves, shingle",
    "birds": "birdsong, bird singing, birdcall, bird call, singing bird, twitter, tweet, warbler, "
    "warble, dawn chorus",
    "telephone": "phone, phone call, handset, cell phone, mobile phone, smartphone, cellphone",
    "helicopter": "rotor, heli",
    "applause": "applaud, ovation, standing ovation, crowd clapping, audience clapping",
    "gunshot": "gun, shot, shooting, pistol, rifle, revolver, bullet, gun shot, gunfire, "
    "gun shots, shootout",
    "rock drums": "drum, drummer, drum solo, drum roll, drumroll, drumkit, drum set, drumset, "
    "rock beat, rock drummer, acoustic drums",
    "electronic drums": "drumcomputer, kick drum, electronic beat, roland",
    "bongos": "bongo, hand drum",
    "tambourine": "pandeiro, jingle",
    "hand claps": "clap, clap hands, hand clap, handclap, handclapping, palmas",
    "tabla": "zakir hussain, dayan, indian drum",
    "man speaking": "speak, talk, voice, speech, man speech, man talking, male speech, "
    "speaker, voiceover, man voice",
    "woman speaking": "woman talking, female speech, woman voice, girl talking, lady talking",
    "rain": "raindrop, rainfall, raining, rainy, drizzle, downpour, monsoon",
    "wind": "breeze, gale, gust, blizzard, windy",
    "thunder": "thunderstorm, lightning, thunderclap, thunderbolt, thundering, thor, zeus",
    "siren": "sirens wailing, wail",
    "alarm": "alert, warning, alarm clock, beep, car alarm, fire alarm, burglar alarm, "
    "smoke detector, "
    "smoke alarm",
    "clock": "tick, ticking, tick tock, tock, pendulum, timepiece, grandfather clock, clockwork",
    "heartbeat": "heart, stethoscope, ultrasound, cardiologist",
    "engine": "motor, car, rev, vroom, moped, revving",
    "laser": "blaster, raygun, ray gun, laser beam, zap, phaser, pew",
    "vinyl scratch": "vinyl, turntablist, deejay, dj, scratching record, scratch record, scratch",
}
_TELLING_OF_RECORDED = {
    "footsteps": "footstep, step, pacing, high heels, heels, tiptoe, footfall",
    "footsteps on gravel": "gravel, pebbles",
    "footsteps on snow": "trudge",
    "footsteps on wood": "stairs, staircase, floorboard",
    "footsteps on stone": "cobblestones, pavement, sidewalk",
    "running footsteps": "jog, jogging, sprint, runner",
    "horse galloping": "gallop, hoof, hooves, clip clop, trot, cavalry",
    "door opening": "creak, creaking door, creaky door, squeaky door, hinge, door",
    "door closing": "slam, slammed, door slam",
    "dog barking": "bark, woof, puppy, yap, hound",
    "dog growling": "snarl",
    "wolf howling": "wolves",
    "lion roaring": "roar, tiger",
    "cow mooing": "moo, cattle",
    "sheep bleating": "bleat, baa, lamb",
    "pig grunting": "oink",
    "chicken clucking": "cluck, hen",
    "rooster crowing": "cock a doodle doo, crowing",
    "horse neighing": "neigh, whinny",
    "elephant trumpeting": "elephants",
    "crow cawing": "caw, raven",
    "owl hooting": "hoot",
    "eagle screeching": "hawk",
    "crickets": "cricket, chirping crickets, grasshopper",
    "bees buzzing": "bee, swarm, hive",
    "snake hissing": "rattlesnake",
    "harbor": "seagull, gull",
    "traffic": "highway, rush hour",
    "restaurant": "chatter, people talking, crowd talking, murmur",
    "river": "rapids",
    "stream": "brook, trickle, creek",
    "waterfall": "cascade",
    "water dripping": "drip, dripping, leaking",
    "water splash": "splash",
    "bubbles": "boiling, gurgle",
    "running tap": "faucet, sink, pouring water",
    "eating": "chew, munch, crunching an apple",
    "drinking": "gulp, slurp, sip",
    "rustling leaves": "rustle, rustling",
    "fire": "crackle, campfire, fireplace, bonfire, flame",
    "sizzling": "sizzle, frying",
    "lighting a fire": "lighter, matchstick",
    "crowd cheering": "cheer, cheering, hooray",
    "man screaming": "scream, screaming",
    "laughter": "laugh, giggle, hahaha",
    "burp": "belch",
    "machine gun": "automatic fire",
    "explosion": "explode, blast, boom, bang, bomb",
    "fireworks": "firecracker",
    "electric sparks": "short circuit",
    "whoosh": "swoosh, swish",
    "sword clash": "sword, swords, fencing, blade",
    "punch": "boxing, slap, fist",
    "wood hit": "knock, knocking, knock knock",
    "wood breaking": "twig, branch",
    "glass breaking": "shatter, smash, shattered",
    "body fall": "thud",
    "squish": "splat, slime",
    "hammering": "hammer, nail, carpenter",
    "sawing wood": "saw",
    "chopping wood": "axe, lumberjack",
    "blacksmith": "anvil",
    "digging": "dig, shovel",
    "jackhammer": "road works",
    "circular saw": "power tools",
    "button click": "click, keystroke",
    "notification": "message alert, ringtone",
    "error sound": "buzzer",
    "chime": "ding",
    "turning a page": "page",
    "car accelerating": "race car, sports car",
    "car horn": "honk",
    "tires screeching": "skid, screech, squealing",
    "train": "railway",
    "steam train": "locomotive, choo choo",
    "fan": "ventilator",
    "electric hum": "hum, mains hum",
    "steam": "hiss",
    "monster growling": "beast",
    "dark drone": "rumble",
}


def _by_phrase(table: dict[str, str]) -> dict[str, str]:
    """Return the name of the concept by each of its phrases."""
    return {
        phrase: name for name, phrases in table.items() for phrase in re.split(r",\s*", phrases)
    }


TELLING = _by_phrase(_TELLING)
"""Each word or phrase with the name of the concept that it means."""
TELLING_OF_RECORDED = _by_phrase(_TELLING_OF_RECORDED)
"""The same for recorded concepts; they win over what is merely near to another concept."""
