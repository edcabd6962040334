"""A fault that may last: logged when it begins and when it is over, not each time it shows."""

import logging

log = logging.getLogger("hubbub.fault")


class Fault:
    """`what` is a sentence for an operator, without its stop."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.lasts = False

    def shows(self) -> None:
        """Call where the exception is handled; the first one is logged whole."""
        if not self.lasts:
            self.lasts = True
            log.exception("%s.", self.what)

    def over(self) -> None:
        if self.lasts:
            self.lasts = False
            log.warning("Over: %s.", self.what)
