"""What an action may refuse, each with the sentence that the person is shown."""


class Refused(Exception):
    """An action that was not done, and why, in words for the person who asked for it."""

    status = 403


class Invalid(Refused):
    """What was sent cannot be taken as it is."""

    status = 422
