"""Sounds that the model does not know, and what it knows that is nearest to each.

Words and phrases are separated by commas. Forms of a word (barks, barking) need not be listed.
"""

import re

_NEAREST: dict[tuple[str, ...], str] = {
    # Instruments.
    ("synth lead", "synth pad"): "stylophone, otamatone, arpeggiator, vocoder, synth bass, "
    "synth pluck",
    ("engine", "synth pad"): "transformer hum, electrical hum, electric hum, mains hum",
    ("synth lead", "violin"): "theremin, ondes, musical saw",
    ("clarinet", "flute"): "oboe, cor anglais, english horn, shawm",
    ("clarinet", "saxophone"): "bassoon, duduk, contrabassoon",
    ("flute", "pan flute"): "recorder, piccolo, tin whistle, penny whistle, fife, bansuri, dizi",
    ("flute", "birds"): "whistle, slide whistle, whistler, tea kettle",
    ("pan flute", "flute"): "ocarina, quena",
    ("tuba", "bagpipes"): "didgeridoo, alphorn, throat singing, vuvuzela",
    ("tuba", "brass section"): "trombone, bass trombone",
    ("brass section", "trumpet"): "french horn, fanfare, brass band, marching band, march, anthem",
    ("trumpet", "brass section"): "cornet, flugelhorn, bugle, reveille",
    ("brass section", "saxophone"): "big band, jazz band, swing band, mariachi",
    ("violin", "flute"): "jig, irish jig, reel",
    ("choir", "accordion"): "shanty, sea shanty",
    ("violin", "cello"): "nyckelharpa, viola, viol, viola da gamba, hurdy gurdy, stradivarius, "
    "guarneri",
    ("cello", "bass guitar"): "contrabass, double bass, upright bass",
    ("violin",): "erhu, rebab, kamancheh, fiddlestick",
    ("string orchestra", "brass section"): "orchestra, orchestral music, symphony, philharmonic, "
    "film score, film music, movie soundtrack, overture, cinematic, trailer",
    ("string orchestra", "synth pad"): "suspense, tension, horror music",
    ("string orchestra", "cello"): "quartet, string quartet, chamber music, string trio",
    ("acoustic guitar", "banjo"): "ukulele, uke, mandolin, bouzouki, dobro, cavaquinho, charango",
    ("acoustic guitar", "harp"): "lute, theorbo, vihuela",
    ("acoustic guitar", "sitar"): "oud, balalaika, saz",
    ("acoustic guitar", "hand claps"): "flamenco",
    ("distorted guitar", "bass guitar"): "stratocaster, strat, telecaster, gibson, fender",
    ("distorted guitar", "rock drums"): "heavy metal, death metal, punk rock, grunge, metal music",
    ("harp", "sitar"): "koto, guzheng, zither, dulcimer, hammered dulcimer, cimbalom, santoor, "
    "autoharp, psaltery, kora",
    ("harp",): "lyre",
    ("banjo", "sitar"): "pipa, shamisen, sarod, veena, tanpura",
    ("electric piano", "piano"): "keyboard, keytar",
    ("harpsichord", "electric piano"): "clavinet, clavichord, clavier",
    ("music box", "vibraphone"): "celesta, glass harmonica, wine glass",
    ("music box", "xylophone"): "glockenspiel, toy piano, sparkle, twinkle, fairy dust, "
    "metallophone, gamelan, lullaby",
    ("accordion", "church organ"): "harmonium, barrel organ, street organ, calliope",
    ("harmonica", "accordion"): "melodica, kazoo",
    ("kalimba", "banjo"): "jaw harp, jew's harp, mouth harp",
    ("accordion",): "bandoneon, concertina, polka, tango",
    ("string orchestra", "accordion"): "waltz",
    ("tubular bells", "music box"): "bell, chime, wind chime, jingle bell, sleigh bell, hand bell, "
    "tibetan singing bowl, singing bowl, crystal bowl",
    ("tubular bells",): "carillon",
    ("tubular bells", "timpani"): "clang, clank, gong, tam tam, tamtam",
    ("xylophone", "kalimba"): "marimba, balafon",
    ("kalimba",): "mbira, sansula",
    ("steel drum",): "handpan, hang drum, tongue drum",
    ("rock drums",): "snare, hi hat, hihat, crash cymbal, ride cymbal, cymbal crash, tom tom",
    ("rock drums", "tambourine"): "cymbal",
    ("taiko drum", "timpani"): "war drum, bass drum, big drum, tribal drum, surdo",
    ("bongos", "rock drums"): "percussion, percussive, samba, bossa nova, salsa, mambo",
    ("woodblock", "bongos"): "cowbell, cajon, guiro, agogo, log drum",
    ("woodblock", "hand claps"): "castanet, finger snap, snapping fingers, snap, whip, slap, "
    "spoons",
    ("tambourine",): "maracas, maraca, shaker, rattle, rainstick, cabasa, finger cymbals, coins, "
    "coin, keys jingling, jangling",
    ("bongos", "tabla"): "djembe, dhol, darbuka, doumbek, udu, frame drum, bodhran, mridangam",
    ("bongos",): "conga, timbales",
    # Kinds of music.
    ("electronic drums", "synth lead"): "techno, edm, trance, dubstep, drum and bass, dnb, "
    "synthwave, rave, disco, electro, eurodance, electronic music, dance music, electronica",
    (
        "electronic drums",
        "synth pad",
    ): "house music, deep house, tech house, lofi, lo fi, chillwave, "
    "trip hop, vaporwave, downtempo",
    ("electronic drums", "vinyl scratch"): "hip hop, hiphop, rap, rapper, boom bap, breakbeat",
    ("electronic drums", "hand claps"): "beatbox, beat box, trap beat, reggaeton",
    ("bass guitar", "rock drums"): "reggae, dub, rock band, rock song, indie rock, rock and roll",
    ("synth pad", "bagpipes"): "drone",
    ("synth pad", "wind"): "ambience, atmosphere, soundscape, ambient music, room tone, "
    "white noise, pink noise, brown noise",
    ("synth pad", "choir"): "mellotron, waterphone, meditation, new age, ethereal music, enya",
    ("saxophone", "piano"): "elevator music, smooth jazz, jazz trio, jazz combo, jazz music",
    ("piano", "string orchestra"): "classical music, concerto, sonata, symphonic, nocturne",
    ("banjo", "violin"): "country music, hoedown, square dance",
    # Voices and people.
    ("choir",): "singing, sing, chant, chanting, monk, gregorian, acapella, a cappella, hymn, "
    "psalm, carol",
    ("choir", "woman speaking"): "singer, vocals, vocal, soprano, opera singer, rap vocals",
    ("choir", "man speaking"): "baritone, tenor singer, yodel, yodeling, hum, humming",
    ("choir", "string orchestra"): "opera, aria, requiem, oratorio",
    ("choir", "piano"): "song, pop song, love song",
    ("man speaking", "woman speaking"): "narrator, narration, podcast, conversation, dialogue, "
    "chatter, babble, whisper, mumble, murmur, shout, yell, scream, shriek, speech synthesizer, "
    "audiobook, news, newsreader, radio show, announcer, announcement, interview, prayer, argue, "
    "laugh, laughter, giggle, chuckle, cackle",
    ("woman speaking",): "child, children, kid, toddler, little girl, witch",
    ("man speaking",): "sermon, preacher, sports commentator, commentator, auctioneer, robot voice",
    (): "baby, infant, cry, sob, weep, moan, groan, sigh, gasp, cough, sneeze, sniff, snore, burp, "
    "belch, fart, hiccup, yawn, breath, breathe, pant, wheeze, gargle, chew, crunch, eat, drink, "
    "swallow, gulp, slurp, kiss, vomit, spit, gurgle, "
    "dog, puppy, bark, woof, growl, whine, whimper, cat, kitten, meow, miaow, purr, hiss, "
    "lion, tiger, bear, roar, wolf, wolf howl, coyote, fox, sheep, goat, lamb, bleat, baa, pig, "
    "oink, snort, cow, moo, cattle, bull, elephant, elephant trumpet, monkey, chimpanzee, "
    "gorilla, mouse, rat, "
    "snake, donkey, bray, whale, whale song, dolphin, seal, walrus, deer, elk, camel, dinosaur, "
    "dragon, monster, zombie, ghost, alien, werewolf, "
    "animal, pet, livestock, screech, crack, crush, crinkle, rocking chair, "
    "paper, tear, tear paper, rip paper, crumple, scissors, zipper, zip, velcro, packing tape, "
    "spray can, pencil, writing, chalk, eraser, page turn, toothbrush, brushing teeth, cutlery, "
    "silverware, dishes, cooking, microwave oven, chopping, scrape, squeak, creak, "
    "squeal, rubbing, swish, whoosh, swoosh, bubble, cork, balloon, burst, splash, splatter, "
    "dripping tap, gavel, pinball, swoop, marble, bouncing ball, basketball, tennis, ping pong, "
    "table tennis, golf, soccer, football, bowling, skateboard, ice skating, skiing, boxing, "
    "car crash, car accident, punch, fight, sword, sword fight, knife, shovel, digging, sawing, "
    "saw, sandpaper, sanding, "
    "plane wood, ratchet, wrench, coffee machine, espresso, dentist, camera, shutter, printer, "
    "photocopier, fax, fax machine",
    ("applause",): "crowd, cheer, crowd cheering, stadium, audience laughter",
    # What people do and use.
    ("woodblock", "clock"): "footsteps, footstep, walk, walking, running feet, running man, tap, "
    "tap dance, high heels, jogging, ping pong ball, dice, domino, chess",
    (
        "woodblock",
    ): "knock, door, door knock, knock on wood, gate, slam, door slam, bang, bump, thud, "
    "thump, hammer, hammering, nail, axe, chop, chopping wood, woodpecker, horse, pony, gallop, "
    "hoof, hooves, hoofbeats, clip clop, wooden fish, temple block, drawer, cupboard, stairs, "
    "bone, bones, skeleton, stomp, stick",
    ("clock", "woodblock"): "type, typing, typewriter, computer keyboard, mouse click, click, "
    "clicking, button, switch, light switch, metronome, keyboard typing, typing keyboard, "
    "typing on keyboard, typing on a keyboard, lock, latch, geiger counter",
    ("clock",): "watch, stopwatch, hourglass, countdown",
    ("music box", "woodblock"): "glass, glass breaking, broken glass, shatter, crash, dish, plate, "
    "cup, clink, chink, bottle, smash",
    ("telephone", "alarm"): "bicycle bell, bike bell, doorbell, door bell, desk bell, school bell, "
    "reception bell, intercom, busy signal, dial tone, modem, dial up, cash register, notification",
    ("telephone", "music box"): "ringtone, ring tone, nokia",
    (
        "alarm",
        "telephone",
    ): "error, sonar ping, ding, ping, bleep, microwave, timer bell, text message",
    ("alarm",): "buzzer, morse code, morse, sonar, truck reversing, reversing, hospital monitor",
    ("hand claps", "woodblock"): "pat, high five, spank",
    ("vinyl scratch",): "turntable, record player, rewind, tape rewind, gramophone, vinyl crackle, "
    "dj set, record scratch",
    ("heartbeat", "electronic drums"): "pulse, throb",
    ("laser", "synth lead"): "video game, computer game, arcade, arcade game, 8 bit, chiptune, "
    "bit music, game over, level up, mario, nintendo, gameboy, power up, pacman, sound effect",
    ("laser", "alarm"): "robot, computer, glitch, static, radio static, interference, teleport, "
    "electric shock, electricity, spark, sci fi, science fiction",
    ("laser", "synth pad"): "spaceship, spacecraft, ufo, flying saucer, lightsaber, light saber, "
    "warp drive, magic spell, magic wand",
    # Animals with something near.
    ("birds", "wind"): "forest, forest ambience, jungle ambience, woodland, rainforest, jungle, "
    "nature, nature sounds",
    ("birds",): "seagull, gull, duck, duckling, quack, goose, geese, honking geese, owl, hoot, "
    "crow, caw, raven, rooster, cock a doodle doo, chicken, hen, chick, cluck, turkey, gobble, "
    "pigeon, dove, coo, parrot, budgie, canary, sparrow, robin, blackbird, nightingale, finch, "
    "lark, swallows, cuckoo, eagle, hawk, falcon, vulture, peacock, penguin, ostrich, flamingo, "
    "swan, fowl, aviary, songbird, bat, squirrel",
    ("alarm", "birds"): "cricket, cicada, grasshopper, insect, frog, toad, croak, ribbit",
    ("engine", "synth lead"): "bee, buzz, fly, mosquito, wasp, hornet, hive, swarm, bug, hum of a, "
    "electric razor, shaver, electric shaver, electric toothbrush, tattoo machine, didge",
    # Weather and water.
    ("rain", "ocean waves"): "liquid, pour, trickle, water, river, brook, waterfall, "
    "fountain, creek, flood, pour water, "
    "pouring water, splashing, swimming, swim, boat rowing, underwater, tap water, water tap, "
    "faucet, bath, bathtub, rapids, pool, aquarium, diving",
    ("rain",): "stream, shower, hail, sleet, drip, dripping, sprinkler, puddle, toilet, flush, "
    "toilet flush, sink, fry, frying, sizzle, frying pan, bacon, boil, boiling water, snow",
    ("rain", "wind"): "fire, campfire, bonfire, fireplace, crackle, crackling, flame, burn, "
    "burning, leaf, leaves, rustle, rustling, candle, wildfire",
    ("wind", "ocean waves"): "steam, cave, waterspout, exhale, air conditioner, air conditioning",
    ("wind", "engine"): "hair dryer, hairdryer, blow dryer, hand dryer, vacuum cleaner, vacuum, "
    "hoover, leaf blower, fan, ventilator, ventilation, sailing, arrow",
    ("thunder", "wind"): "storm, tempest, hurricane, tornado, cyclone, typhoon, avalanche, "
    "stormy, bad weather",
    ("thunder", "gunshot"): "explosion, explode, bomb, bombing, boom, detonate, detonation, blast, "
    "grenade, dynamite, cannon, cannon fire, artillery, mine, missile, torpedo, demolition, "
    "sonic boom",
    ("gunshot", "thunder"): "firework, firecracker, war, battle, battlefield",
    ("gunshot", "laser"): "machine gun, shotgun, sniper rifle, tank gun, weapon, paintball",
    # Machines and traffic.
    ("engine",): "truck, lorry, motorcycle, motorbike, scooter, tractor, bus, lawn mower, "
    "lawnmower, mower, drill, power drill, generator, bulldozer, excavator, forklift, crane, van, "
    "race car, racing car, formula one, formula 1, racing, ferrari, harley davidson, automobile, "
    "vehicle, go kart, quad bike, snowmobile, taxi, accelerating, tank, pump, compressor, "
    "jackhammer, sewing machine, power tool, blender, mixer, food processor, coffee grinder, "
    "grinder, circular saw, steam engine, idling, skid, tire, diesel, piston",
    ("engine", "ocean waves"): "boat, ship, motorboat, speedboat, jet ski, ferry, submarine",
    (
        "engine",
        "siren",
    ): "train, rail, rails, steam train, railway, locomotive, tram, subway, metro, "
    "underground train, "
    "traffic, traffic jam, city, city traffic, street noise, highway, road, busy street, railroad",
    ("engine", "distorted guitar"): "chainsaw, chain saw",
    ("thunder", "engine"): "rocket, rocket launch, space shuttle, rocket engine",
    ("engine", "woodblock"): "construction, construction site, building site",
    ("engine", "helicopter"): "machine, machinery, factory, washing machine, dishwasher, "
    "fridge, refrigerator, washer, dryer, conveyor belt, turbine, wind turbine, windmill, "
    "robot arm, hum of",
    ("helicopter", "engine"): "airplane, aeroplane, plane, jet, jet plane, aircraft, propeller, "
    "drone flying, quadcopter, airport, fighter jet, boeing, zeppelin",
    ("engine", "clock"): "mechanism, bicycle, bike, cycling, wheel, gears, printer head, projector",
    ("brass section", "siren"): "car horn, horn honking, honk, air horn, ship horn, fog horn, "
    "foghorn, train horn, train whistle, truck horn, toot, klaxon horn, boat horn",
    ("siren",): "ambulance, police, police car, fire engine, fire truck, air raid, klaxon, "
    "emergency vehicle, fire brigade",
    ("thunder", "taiko drum"): "rumble, subwoofer, sub bass, impact, earthquake, volcano, lava",
    ("tambourine", "music box"): "triangle, wind bells, chandelier, bell tree",
}
RELATED = {
    phrase: names for names, phrases in _NEAREST.items() for phrase in re.split(r",\s*", phrases)
}
"""Each word or phrase with names of concepts, the nearest first; none where nothing is near."""
