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
TELLING = {
    phrase: name for name, phrases in _TELLING.items() for phrase in re.split(r",\s*", phrases)
}
"""Each word or phrase with the name of the concept that it means."""
