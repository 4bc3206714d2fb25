"""Which obligations were met in time: an outage after that moves nothing for them."""

from collections import defaultdict

from sqlalchemy.orm import Session

from common.clock import today
from common.versions import AsOf
from registry.agreements.reading import all_agreements, current_version
from registry.obligations.reading import duties
from registry.obligations.rule import DueState
from registry.participants.participants import list_participants


def met_in_time(session: Session) -> set[int]:
    """Return the numbers of the obligations that were met before they were late, of agreements that are followed.

    Five queries for each agreement.
    """
    found: set[int] = set()
    for agreement in all_agreements(session):
        if not current_version(agreement).followed:
            continue
        asked: dict[tuple[int, int], list[int]] = defaultdict(list)
        for duty in duties(session, agreement_id=agreement.id):
            asked[duty.authority_id, duty.year].append(duty.duty_id)
        for one in list_participants(session, agreement, AsOf(today())):
            standings = {0: one.plan, **{report.edition.year: report.standing for report in one.reports}}
            met = {year for year, stands in standings.items() if stands.state is DueState.MET and not stands.days_late}
            found |= {number for year in met for number in asked.get((one.who.authority_id, year), ())}
    return found
