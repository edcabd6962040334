"""Private servers for a run of tests: free ports, folders of their own, nothing left behind."""

import os
import pwd
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests import provide

# Both last for as long as the pipe on their standard input stays open, and so end with the process
# that holds the other end, in whatever way that one ends. The first runs a server; the second
# removes a folder, again and again while servers that are ending still write there, and whatever
# is mounted in it.
KEEPER = """
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ cat >/dev/null; kill -0 $$ && kill -INT $server; } <&3 2>/dev/null &
wait $server
"""
SWEEPER = """
cat >/dev/null
until rm -rf "$1" 2>/dev/null; do umount -l "$1"/* 2>/dev/null; sleep 1; done
"""
SECONDS_TO_START = 30.0
ATTEMPTS = 3
# PostgreSQL's settings that only matter after a power cut.
DURABILITY = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass
class Server:
    """Runs until `stop` or the end of this process; `url` is empty where there is none."""

    name: str
    url: str
    process: "subprocess.Popen[bytes]"

    def stop(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait()


def start_sweeper(folder: Path) -> Server:
    """Removes `folder`, once stopped."""
    process = subprocess.Popen(
        ["/bin/sh", "-c", SWEEPER, "sweeper", folder],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    return Server("sweeper", "", process)


def start_redis(folder: Path) -> Server:
    """A Redis that keeps nothing on disk; `folder` is made."""
    program = provide.redis() or sys.exit(provide.advice(["redis-server"]))
    folder.mkdir()

    def command(port: int) -> list[str]:
        options = {"port": str(port), "bind": "127.0.0.1", "save": "", "dir": str(folder)}
        return [str(program), *(word for name in options for word in (f"--{name}", options[name]))]

    process, port = start(command, folder, "Ready to accept connections", identity={})
    return Server(f"Redis {version(program)}", f"redis://127.0.0.1:{port}/0", process)


def start_postgresql(folder: Path, settings: Sequence[str] = ()) -> Server:
    """A PostgreSQL with an empty database `hubbub`; `folder` may be there. `settings` win."""
    programs = provide.postgresql() or sys.exit(provide.advice(["postgresql"]))
    folder.mkdir(exist_ok=True)
    make_cluster(programs / "initdb", folder, identity_for(folder))
    server = run_postgresql(folder, settings)
    at_first = f"{server.url.removesuffix('hubbub')}postgres"
    with psycopg.connect(at_first, autocommit=True) as connection:
        connection.execute("CREATE DATABASE hubbub")
    return server


def run_postgresql(folder: Path, settings: Sequence[str] = ()) -> Server:
    """The PostgreSQL whose cluster is in `folder`, on another port each time.

    It refuses to run as root, and then runs as another user, who must be able to reach `folder`.
    """
    programs = provide.postgresql() or sys.exit(provide.advice(["postgresql"]))

    def command(port: int) -> list[str]:
        chosen = ["listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories="]
        chosen += ["max_connections=300", *(f"{name}=off" for name in DURABILITY), *settings]
        options = [word for setting in chosen for word in ("-c", setting)]
        return [str(programs / "postgres"), "-D", str(folder / "data"), *options]

    ready = "ready to accept connections"
    process, port = start(command, folder, ready, identity_for(folder))
    name = f"PostgreSQL {version(programs / 'postgres')}"
    return Server(name, f"postgres://hubbub@127.0.0.1:{port}/hubbub", process)


def identity_for(folder: Path) -> dict[str, Any]:
    return another_identity(folder) if os.geteuid() == 0 else {}


def another_identity(folder: Path) -> dict[str, Any]:
    """Arguments that make a subprocess run as a user other than root, who then owns `folder`."""
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def make_cluster(initdb: Path, folder: Path, identity: dict[str, Any]) -> Path:
    data = folder / "data"
    options = ["--auth=trust", "--username=hubbub", "--encoding=UTF8", "--locale=C.UTF-8"]
    done = subprocess.run(
        [initdb, f"--pgdata={data}", "--no-sync", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        **identity,
    )
    if done.returncode:
        sys.exit(f"initdb failed:\n{done.stdout}{done.stderr}")
    return data


def start(
    command: Callable[[int], list[str]], folder: Path, ready: str, identity: dict[str, Any]
) -> tuple["subprocess.Popen[bytes]", int]:
    """The process and its port, once its log says `ready`; another port if one was just taken."""
    for attempt in range(ATTEMPTS):
        port, log = free_port(), folder / f"log-{attempt}"
        process = keep(command(port), log, identity)
        if said(log, ready, process):
            return process, port
    sys.exit(f"A server for the tests did not start:\n{log.read_text()}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def keep(command: list[str], log: Path, identity: dict[str, Any]) -> "subprocess.Popen[bytes]":
    """In a session of its own, so that Ctrl-C reaches the tests and not the servers under them."""
    with log.open("wb") as output:
        return subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", *command],
            cwd=log.parent,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **identity,
        )


def said(log: Path, ready: str, process: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        if ready in log.read_text(errors="replace"):
            return True
        time.sleep(0.01)
    return False


def version(program: Path) -> str:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\d+(\.\d+)+", told.stdout)
    return found[0] if found else "of an unknown version"
