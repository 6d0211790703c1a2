"""What of a prompt is kept in a file's name."""

import pytest

from app.prompt_slug import prompt_slug


@pytest.mark.parametrize(
    ("prompt", "slug"),
    [
        ("rain", "rain"),
        ("A dog barks, twice!", "a-dog-barks-twice"),
        ("../../etc/passwd", "etc-passwd"),
        ("雨と雷", "雨と雷"),
        ("?!", ""),
        ("हिन्दी में घंटी", "हिन्दी-में-घंटी"),
        ("เสียงระฆังที่วัด", "เสียงระฆังที่วัด"),
        ("தமிழ் மணி", "தமிழ்-மணி"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("cafe\u0301 bell", "cafe\u0301-bell"),
        ("\u0301 \u200d bell", "bell"),
        ("a" * 39 + "ก็" + "b", "a" * 39),
        ("w " * 500, "-".join("w" * 20)),
    ],
)
def test_letters_and_digits_are_kept_with_their_marks(prompt: str, slug: str) -> None:
    assert prompt_slug(prompt, 40) == slug
