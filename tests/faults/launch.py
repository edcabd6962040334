"""`python -m tests.faults.launch PORT`: the product's own server, with what a test does to it.

The product knows nothing of this: what is patched is patched here, before it serves.
`FAULTS_CONTROL` is the file by which the campaign steers `interference` while the server runs;
`FAULTS_MUTATION` names a mutation; `FAULTS_RELEASE=next` is the release that comes after this one.
At SIGUSR1 it logs where every thread is.
"""

import faulthandler
import os
import signal
import sys
from pathlib import Path
from threading import Thread

import django
from django.core.management import call_command


def main() -> None:
    faulthandler.register(signal.SIGUSR1)
    Thread(target=end_with_the_campaign, daemon=True).start()
    django.setup()
    from tests.faults import interference, upgrade
    from tests.faults.mutations import MUTATIONS

    interference.install(Path(os.environ["FAULTS_CONTROL"]))
    if name := os.environ.get("FAULTS_MUTATION"):
        MUTATIONS[name].apply()
    if os.environ.get("FAULTS_RELEASE") == "next":
        upgrade.become_next_release()
    call_command("serve", port=int(sys.argv[1]))


def end_with_the_campaign() -> None:
    """The other end of this pipe closes in whatever way the campaign ends."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
