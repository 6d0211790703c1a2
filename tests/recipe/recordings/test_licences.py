"""Only what may be learnt from is learnt from."""

import pytest
from bundled_model.data.recordings.catalogue import Recording
from bundled_model.data.recordings.licences import CopyrightFile, LicenceError, chosen_licence

from .conftest import COPYRIGHT


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("CC0", "CC0-1.0"),
        ("CC0-1.0", "CC0-1.0"),
        ("public-domain", "public-domain"),
        ("PD", "public-domain"),
        ("Expat", "MIT"),
        ("BSD-3-clause", "BSD-3-clause"),
        ("CC-BY-3.0", "CC-BY-3.0"),
        ("CC-BY-SA-3.0+", "CC-BY-SA-3.0"),
        ("CC-BY-SA-3.0-us", "CC-BY-SA-3.0-us"),
        ("zlib or GPL-2 or CC-BY-3.0", "CC-BY-3.0"),
        ("CC-BY-3.0 and CC0-1.0", "CC-BY-3.0 and CC0-1.0"),
    ],
)
def test_a_licence_that_allows_training_is_chosen(expression: str, chosen: str) -> None:
    assert chosen_licence(expression) == chosen
    assert chosen_licence(chosen) == chosen


@pytest.mark.parametrize(
    "expression",
    [
        *("GPL-2", "GPL-2+", "GPL-3 with Font exception", "LGPL-2.1+", "AGPL-3", "GPL"),
        *("CC-BY-NC-3.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-3.0", "CC-sampling-plus-1.0"),
        *("GPL-2 and CC-BY-3.0", "CC-BY-SA-1.0", "CC-BY-SA", "unknown", "", "zlib"),
        *("not public-domain", "CC-BY-3.0-NC", "GPL-2+ with CC0 parts"),
    ],
)
def test_any_other_licence_is_refused(expression: str) -> None:
    assert chosen_licence(expression) is None
    with pytest.raises(LicenceError, match="must not learn"):
        Recording("some-game-data", "a.wav", "rain", (), expression, "")


def test_the_last_paragraph_that_matches_a_path_counts() -> None:
    file = CopyrightFile(COPYRIGHT)
    assert file.terms("src/main.c").licence == "GPL-2+"
    sounds = file.terms("data/sounds/a/step.wav")
    assert sounds.licence == "CC-BY-SA-3.0+"
    assert sounds.authors == "2011 Ann Author; 2012 Ben Builder"
    assert file.terms("data/sounds/secret.wav").licence == "GPL-3 or CC-BY-3.0"


def test_a_pattern_with_spaces_matches_its_file() -> None:
    assert CopyrightFile(COPYRIGHT).terms("data/sounds/two words.wav").authors == "Cem"


def test_nothing_is_allowed_where_no_paragraph_matches() -> None:
    assert chosen_licence(CopyrightFile("").terms("a.wav").licence) is None


@pytest.mark.parametrize(
    ("name", "licence", "authors"),
    [
        (
            '"Cow". Original "Cow 2.wav" by "Jo". License: Creative Commons Zero 1.0..wav',
            "CC0-1.0",
            'Original "Cow 2.wav" by "Jo"',
        ),
        (
            '"Mill". By Jo. License: Creative Commons Attribution 3.0 Unported. From a film..wav',
            "CC-BY-3.0",
            "By Jo",
        ),
        ('"Bus". By Jo. License: All rights reserved..wav', "All rights reserved", "By Jo"),
    ],
)
def test_a_name_that_tells_its_own_terms_goes_first(name: str, licence: str, authors: str) -> None:
    terms = CopyrightFile("Files: *\nLicense: GPL-2\n").terms(f"src/wav/{name}")
    assert (terms.licence, terms.authors) == (licence, authors)
