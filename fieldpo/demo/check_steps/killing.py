"""With no network entries are saved by a program that is killed in mid-write; what it called saved is there."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from typing import IO

import msgspec

from fieldpo.demo.check_steps.day import TURNS
from fieldpo.demo.check_steps.trial import Failed, Trial, Typed, require
from fieldpo.demo.laptop import open_laptop
from fieldpo.store.acting.outbox import counts
from fieldpo.store.records import find_record
from fieldpo.store.search import search
from fieldpo.store.vault import Vault

_SAVES = (7, 15)
"""At least so many entries are saved before a kill, so that every kind of entry is among them, and at most so many."""
_MOMENT = 0.006
"""A kill falls at most so many seconds after a write began; a write takes about 4 ms."""


class _Said(msgspec.Struct):
    writing: Typed | None = None
    saved: Typed | None = None


def write_and_kill(trial: Trial) -> str:
    """Save entries in another process and kill it at a random moment, some times over."""
    trial.laptop.close()
    trial.vault = None
    halfway = 0
    for turn in range(TURNS):
        saved, unsure = _round(trial, turn)
        trial.saved += saved
        trial.unsure += unsure
        halfway += len(unsure)
    kinds = sorted({one.what for one in trial.saved})
    return f"{len(trial.saved)} entries saved ({', '.join(kinds)}); killed {TURNS} times, {halfway} in mid-write"


def reopen(trial: Trial) -> str:
    """Open the vault again: every entry called saved is there, readable, found by search, and waits to be sent."""
    trial.vault = open_laptop(trial.ground.vault)
    problems = trial.vault.integrity_problems()
    require(not problems, f"the database does not check out: {problems[:1]}")
    for typed in trial.saved:
        require(_stands(trial.vault, typed), f"a {typed.what} that was called saved is not there")
    there = [typed for typed in trial.unsure if _stands(trial.vault, typed)]
    with trial.vault.reading() as connection:
        waiting = counts(connection).not_sent
        contact = next(typed for typed in trial.saved if typed.kind == "contact")
        found = [hit.record_id for hit in search(connection, _last_word(contact))]
    require(found == [contact.record_id], "search does not find a case note by its words")
    made = sum(max(1, len(typed.made)) for typed in (*trial.saved, *there))
    require(waiting == made, f"{waiting} ops wait in the outbox where the entries made {made}")
    return f"all {len(trial.saved)} are there, {len(there)} of {len(trial.unsure)} others too; {waiting} ops wait"


def _round(trial: Trial, turn: int) -> tuple[list[Typed], list[Typed]]:
    rng = random.SystemRandom()
    command = [sys.executable, "-m", "fieldpo.demo.check_steps.writing", str(trial.ground.vault), str(turn)]
    with tempfile.TemporaryFile() as said_wrong:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said_wrong) as program:
            try:
                lines = _lines_until(program, rng.randint(*_SAVES))
                time.sleep(rng.uniform(0, _MOMENT))
            finally:
                program.kill()
            lines += [line for line in _rest(program) if line.endswith(b"\n")]
        if program.returncode == 1:
            said_wrong.seek(0)
            raise Failed(f"the program that saves ended by itself: {said_wrong.read().decode(errors='replace')[-300:]}")
    said = [msgspec.json.decode(line, type=_Said) for line in lines]
    saved = [one.saved for one in said if one.saved is not None]
    begun = [one.writing for one in said if one.writing is not None]
    return saved, begun[len(saved) :]


def _lines_until(program: subprocess.Popen[bytes], saves: int) -> list[bytes]:
    """Read until one more entry is being written than were to be saved."""
    lines: list[bytes] = []
    for line in _stdout(program):
        lines.append(line)
        if len(lines) > 2 * saves:
            break
    return lines


def _rest(program: subprocess.Popen[bytes]) -> list[bytes]:
    return list(_stdout(program))


def _stdout(program: subprocess.Popen[bytes]) -> IO[bytes]:
    if program.stdout is None:
        raise Failed("the program that saves cannot be heard")
    return program.stdout


def _stands(vault: Vault, typed: Typed) -> bool:
    """Whether the record has the text and the op too; `Failed` where only one of them has."""
    with vault.reading() as connection:
        record = find_record(connection, typed.record_id)
        op = connection.exec_driver_sql(
            "SELECT count(*) FROM op_text WHERE instr(text, ?)", (_last_word(typed),)
        ).scalar()
    shown = record is not None and typed.text in record.body.values()
    require(shown == bool(op), f"a {typed.what} is half there")
    return shown


def _last_word(typed: Typed) -> str:
    """The part of the text that no other has."""
    return typed.text.rpartition("(")[2].rstrip(")")
