"""A clock for tests."""


class Clock:
    """Time that passes when the test says so.

    Attributes:
        now_s: What it shows.
    """

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s
