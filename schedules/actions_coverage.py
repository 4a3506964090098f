"""Planning a visit to a place that waits for one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from schedules.actions import draft_stop
from schedules.models import Place, Stop
from schedules.proposals import Proposal, propose_stop

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def draft_proposed(place: Place, *, by: User, now: dt.datetime) -> tuple[Stop | None, Proposal]:
    """Draft what is proposed for `place`, where everything is known; None with the proposal where a person has to say more.

    Raises NotAllowed or RuleBroken when it was refused after all, another clerk having been faster.
    """
    proposal = propose_stop(place, by=by, now=now)
    if proposal.data is None:
        return None, proposal
    return draft_stop(proposal.data, by=by, now=now), proposal
