"""Trouble with who may speak to central, and with whose program is older."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldpo.sync.protocol.exchange import OLDEST_PROTOCOL, PROTOCOL

from .laptop import Laptop

if TYPE_CHECKING:
    from .trouble import Trouble


def token_expires(trouble: Trouble, laptop: Laptop) -> bool:
    """In mid-page, perhaps."""
    trouble.sim.office.expire_access(laptop.enrolled.device_id)
    return True


def refresh_refused(trouble: Trouble, laptop: Laptop) -> bool:
    """The sign-in has ended: the officer has to sign in again, and does when healing comes."""
    trouble.sim.office.end_tokens(laptop.enrolled.device_id)
    return True


def revoked(trouble: Trouble, laptop: Laptop) -> bool:
    """A laptop is shut out with whatever waits on it."""
    if any(one.cut_off for one in trouble.sim.laptops) or trouble.rng.random() < 0.6:
        return False
    trouble.sim.office.revoke(laptop.enrolled.device_id)
    for one in trouble.sim.laptops:
        one.cut_off = one.cut_off or one.enrolled.device_id == laptop.enrolled.device_id
    return True


def second_user(trouble: Trouble, laptop: Laptop) -> bool:
    """Another officer's sign-in on this laptop: nothing of this vault may become theirs."""
    other = next(one for one in trouble.sim.laptops if one.user != laptop.user)
    pair = trouble.sim.office.sign_in(other.enrolled.device_id)
    laptop.second_user = True
    trouble.sim.guarded(laptop, lambda: laptop.sign_in(pair))
    return True


def old_client(trouble: Trouble, laptop: Laptop) -> bool:
    """A program too old for this central, until it is brought up to date."""
    laptop.link.protocol = "" if laptop.link.protocol else str(OLDEST_PROTOCOL - 1)
    return True


def new_client(trouble: Trouble, laptop: Laptop) -> bool:
    """A program newer than central, which refuses the exchange as a whole until central is brought up to date."""
    laptop.link.protocol = "" if laptop.link.protocol else str(int(PROTOCOL) + 1)
    return True


def old_central(trouble: Trouble, _: Laptop) -> bool:
    """A central that does not know the question which ops it lacks, until it is brought up to date."""
    trouble.sim.agency.knows_missing = not trouble.sim.agency.knows_missing
    return True


def unknown_kind(trouble: Trouble, _: Laptop) -> bool:
    """A newer central sends a kind of record of which the laptops' program has never heard."""
    return trouble.sim.office.put_unknown(trouble.rng)
