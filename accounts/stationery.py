"""The paper that letters are written on: what they say as HTML besides, as the pages look."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

SIGNED = "\n-- \n"  # what stands behind it is who writes


def on_paper(message: EmailMultiAlternatives, own: str) -> EmailMultiAlternatives:
    """The same message, whose text can be read as HTML too.

    A line that is nothing but an address below `own` (scheme, host and slash) leads there; no
    other does, as some of what stands in a letter is what people wrote.
    """
    said, _dashes, signed = message.body.partition(SIGNED)
    paragraphs = [
        [(line, line.startswith(own) and " " not in line) for line in part.splitlines()]
        for part in said.strip().split("\n\n")
    ]
    context = {"subject": message.subject, "paragraphs": paragraphs, "signed": signed.strip()}
    html = render_to_string("letter.html", context | {"site_name": settings.SITE_NAME})
    message.attach_alternative(html, "text/html")
    return message
