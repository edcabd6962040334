"""What an action may refuse, each with the sentence that the person is shown."""

from accounts.errors import Invalid, Refused

__all__ = ["Invalid", "Refused", "TooFast"]


class Conflict(Refused):
    """Something else was done in the meantime, and this was not."""

    status = 409


class TooFast(Refused):
    """Asked too often; `seconds` until the next try is heeded."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"That was a lot at once. Try again in {seconds} second{'s'[: seconds != 1]}."
        )
        self.seconds = seconds
