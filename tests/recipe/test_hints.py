"""What the bundled model's words say to prompts that people write."""

import pytest

from core.api.vocabulary import Vocabulary
from core.models.folder import BUNDLED_FOLDER, open_folder
from core.models.vocabulary_file import read_vocabulary

SILENT = """
piano | Beethoven | guitar | drums | bird | a bird singing | voice | 808 drums | bass guitar
a man and a woman talking | people talking | male voice | church bells ringing | the wind
telephone ringing | a clock ticking | rain falling on a tin roof | gentle breeze | drum solo
thunder and lightning | waves crashing on the shore | beating heart | a truck engine
piano, 4k, masterpiece | rock drums with snare and cymbals | applause and cheers
the cat walks across the piano keys | smoke on the water on electric guitar
sad music | hz | code | style | page | world | sit | taking | text | off | if | different | busy
table | chair | spring | hi, hello piano | piano 钢琴 | a car passing by on a wet road | beep
spanish guitar | harmonica blues | TR-808 drums | smoke detector beeping | sine wave
"""
"""Known sounds, and prompts that ask for none."""

NOTHING_NEAR = """
dog | cat | lion | sheep | cow mooing | barking | meowing | a dog barking | hissing | moo | fish
cake | blood | check | attack | begging | chin | level | michael | squeak | crunch | charge | god
cd | hello | hell | cell | tower | office | turning point | flowing | creaking | boxing | bowling
tearing paper | snoring | sleeping | eating | breathing | man coughing | whale song | wolf howling
paper | zipper | punch | baby crying | pluie | Klavier | Regen | asdfgh
a man speaking followed by a dog barking | 钢琴 | ピアノ | дождь
"""
"""Unknown sounds and words that are near to nothing, however they are spelt."""

NEAREST = {
    "birds": "ocean waves and seagulls | duck | owl | nightingale | parrot | penguin | eagle",
    "engine": "bee | buzz | motorbike | tram | traffic | washing machine | lawn mower | chainsaw",
    "thunder": "bomb | cannon | tornado | hurricane | explosion | boom | rocket | earthquake",
    "telephone": "bicycle bell | doorbell | cash register | ringtone",
    "tubular bells": "bell | gong | wind chimes | tibetan singing bowl | jingle bells",
    "woodblock": "knocking on a door | door slam | footsteps | a horse galloping | bones | walking",
    "clock": "typing on a keyboard | typewriter | metronome | mouse click",
    "man speaking": "man laughing | laughing | whispering | woman screaming | podcast",
    "laser": "video game | spaceship | robot | radio static",
    "rain": "fire | campfire | water | hail | sizzling bacon | a man speaks while food sizzles",
    "wind": "cave | steam | hair dryer | vacuum cleaner",
    "alarm": "ping | cricket chirping | frogs croaking | morse code",
    "brass section": "french horn | big band | a car horn honking | march",
    "string orchestra": "symphony | film score | string quartet | waltz",
    "electronic drums": "techno | hip hop | hiphop | house music | drum and bass | beatboxing",
    "rock drums": "hi-hat | hihat",
    "synth lead": "theremin | violin with theremin",
    "synth pad": "white noise | ambience",
    "distorted guitar": "stratocaster",
    "violin": "viola | stradivarius | violen | viloin",
    "tambourine": "triangle | maracas | coin | tamborine",
    "helicopter": "airplane taking off | helicoptor",
    "vinyl scratch": "rewind | turntable",
    "choir": "hum | girl singing | opera | song",
    "music box": "lullaby | glass shattering",
    "acoustic guitar": "gitar | guitarr | ukulele | guitarr saxaphone",
    "saxophone": "saxaphone",
    "trumpet": "trumpit | bugle",
    "cello": "chello | double bass",
    "piano": "pianno",
    "harpsichord": "harpsicord",
}
"""Unknown sounds, and slips of the finger, by what is reported first."""


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    """The vocabulary as the app reads it from the bundled model."""
    words = read_vocabulary(open_folder(BUNDLED_FOLDER))
    assert words is not None
    return words


def prompts(text: str) -> list[str]:
    return [prompt.strip() for prompt in text.replace("\n", "|").split("|") if prompt.strip()]


@pytest.mark.parametrize("prompt", prompts(SILENT))
def test_a_known_sound_or_no_sound_at_all_is_passed_over(words: Vocabulary, prompt: str) -> None:
    assert words.hint(prompt) is None


@pytest.mark.parametrize("prompt", prompts(NOTHING_NEAR))
def test_what_is_near_to_nothing_is_only_named(words: Vocabulary, prompt: str) -> None:
    hint = words.hint(prompt)
    assert hint is not None
    assert hint.nearest == ()


@pytest.mark.parametrize(
    ("prompt", "nearest"),
    [(prompt, name) for name, text in NEAREST.items() for prompt in prompts(text)],
)
def test_an_unknown_sound_is_reported_with_the_nearest(
    words: Vocabulary, prompt: str, nearest: str
) -> None:
    hint = words.hint(prompt)
    assert hint is not None
    assert hint.nearest[0] == nearest


def test_a_slip_in_an_exact_name_is_near_to_that_alone(words: Vocabulary) -> None:
    hint = words.hint("pianno")
    assert hint is not None
    assert hint.nearest == ("piano",)


def test_one_word_stands_for_a_sound_named_by_several(words: Vocabulary) -> None:
    hint = words.hint("a dog barking loudly, a cat meowing")
    assert hint is not None
    assert hint.unknown == ("dog", "cat")
