"""Words that name no sound: a prompt made of them alone asks for nothing."""

COLOURS = """
acoustic african afternoon aggressive ambient american ancient angry arabic artificial asian
audience average awesome bach bad bamboo baroque basic beach beautiful best better big black blue
bluegrass blues boring brahms brass brassy bright brilliant broken bronze brown busy calm caribbean
cathedral celtic cheap cheerful chill chinese christmas church cinema classic classical clean clear
close cold concert cool copper cosy country crazy creepy crisp cute dark dead deep delicate
detailed different dirty distant dramatic dreamy dry dull dusty eerie eight eighties elderly
electric electronic elegant empty epic eternal european evil excited faint false famous fancy far
fast fat female festive few fine first five flat folk four french fresh full fun funk funky funny
futuristic fuzzy gentle german giant gloomy golden good gospel grand great green gypsy handel happy
hard harmonic harsh hawaiian heartbreak heavy hidden high holy horror hot huge hundred icy indian
indie indoor industrial inner intense irish iron italian japanese jazz jazzy jolly joyful kind
known large last latin lazy light little lively lone lonely long loud lovely low lush mad magic
magical major male many massive medieval medium melancholic melancholy mellow melodic merry metal
mexican mild military minor modern mono monotonous mozart muffled multiple musette mysterious
mystic natural near neat new nice nine nineties noisy nordic nostalgic nylon odd old one open
orchestral ordinary oriental peaceful perfect pink pitched plain playful pleasant plucked
polyphonic pop powerful pretty psychedelic punk pure quick quiet rapid raw rb real realistic red
relaxing renaissance retro rich rock rolling romantic rough royal russian rusty sacred sad scary
scottish seven seventies several shaken sharp short silent silly silver similar simple single six
sixteen sixties slapped sleepy slight slow small smooth soft solo soothing soul spanish special
spooky steady steel stereo strange strong sunny super surreal sustained sweet swing tall ten tender
tenor terrible thick thin thirty three tin tiny toy traditional transverse tribal tropical tuned
turkish twenty two typical ugly unhurried unison upbeat urban various vast viennese vintage
virtuoso vivid warm weak weird wet white wicked wide wild winter wonderful wood wooden woodwind
worn yellow young
"""
"""Words that colour a sound, so that beside them a sound is still missing."""

GLUE = """
a about above accent across adult africa after again against ai air all almost alone along also
always am amateur america among an and another any anyone anything app approach approaching april
are area arm army around arpeggio arrive art artist as at audio august aunt autumn away b back
backbeat background balcony ballad band bar barn baseline bathroom bay be beat beating bed bedroom
been before begin beginner begins behind being below bend berlin beside between bit blend blow
blowing blown book both bottom bow bowing box boy boys bpm break breaking breaks bridge bring
brings brother brought bush busker but by c call came camp can case ceiling center centre chair
chapel chicago china chirp chord chorus clamp class classroom clip closing coast code color colour
combination combined come comes composer constant constantly continue continuous continuously
corner couch could court cousin create created crescendo d dad dance dancer dancing daughter dawn
day daytime db de decay december delay demo description desert desk detect did diminuendo dinner
distance do dock documentary does doing done door down downbeat dream drop during dusk e each ear
earth echo echoes echoing edge effect eg either else encore end ending ends environment etc europe
evening ever every everyone everything example eye f face fade fading fall falling falls family
farm father february feel feeling feels felt festival few field file film finale find finger
fingers floor fly flying followed following foot for foreground forest form format forth found
frame friday friend from front funeral g garage garden generate generated generator genre gentleman
gently get gets gig girl give gives glissando go goes going gone got grandma grandpa grass groove
group guest guy h had hair hall hand hands harbour harmony has have having hd he head hear heard
hearing hears held her here hertz hey hill him hippie his hit hits hitting hold holding holds home
hope hour hours house how howl howling howls hq human hz i idea ie if image in india input inside
instrument instrumental instruments intermittent internet into intro invent is island it its j jam
james january japan john july june just k keep keeps key keys khz kindergarten king kitchen know l
la lady lake later lay layer layered le least leave leaving left leg legato less lesson let lets
letter lie lies lifelike lights like line lip listen listener listening live living ll location
london look looking loop lot lots loudly loudness love loves lying m made make makes making man
march martin mary mass masterpiece may me melody member memory men middle midnight might minute
minutes mix mixed model mom monday monitor mood moon more morning most mother mountain mouth move
moves movie moving mp ms much mum music musical musician must my n name nature nearly neck need
needs neighbour neither net never new next night nighttime no nobody noise noises none noon not
note nothing november now nowhere number o occasional occasionally octave october of off often oh
ok okay on once online only onto opening or orleans other our out output outro outside over own p
page pair palm paris park part party pass passing paul pedal people per perform performance
performing performs person peter photo picture piece pier pit pitch place planet platform play
played player players playing plays please plink pluck plucking port pounding power practice
practise practising press professional prompt pull push put puts q quality queen quickly quietly
quite r radio re really recorded recording reed release remix repeat repeated repeatedly repeating
result reverb reverberant reverberation rhythm rhythmic ride riff right ring ringing rings rise
rising rome roof room round run running s said saint same sample sampled sat saturday say says
scale scenario scene scenery season second seconds see seen september session set sets setting
shake shakes shaking shall she should show shows shuffle side since sister sit sits sitting sky
slowly so sofa softly some somebody someone something sometimes somewhere son soon sort sound
sounds soundtrack space sporadic spring square staccato stage stand standing stands star stare
staring start started starting starts station stay stays steve stick sticks still stop stopped
stops story street strike striking struck student studio style such suddenly suite summer sun
sunday sunrise sunset sustain synthesis t table take taken takes taking tape teacher television
temple tempo tent test text texture than thank thanks that the theater theatre their them theme
then there these they thing think this those through throw thumb thursday till timbre time times
title to together tokyo tone too took top toward towards town tr track tree tremolo trick tricks
tries try tube tuesday tune turn turned turning turns tv twice u ultra uncle under until up upon us
use used using v valley ve venice verse version very vibrato video vienna village volume von vs w
wait waiting walk wall want wants was watch wav way we weather wedding wednesday were west what
when where which while who whom whose why will window wire wish with within without woman women
word work working works world would wrote x y yard yes yet york you your z
"""
"""Words that hold a sentence together, and tell where, when and how."""
