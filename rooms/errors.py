"""What an action may refuse, each with the sentence that the person is shown."""


class Refused(Exception):
    """An action that was not done, and why, in words for the person who asked for it."""

    status = 403


class Invalid(Refused):
    """What was sent cannot be taken as it is."""

    status = 422


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
