"""Where a report stands between the authority and the public: agreement, what was handed in, what the public reads."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts.models import User
from registry.editions.questionnaire import of_edition
from registry.reports.approving import newest_approval
from registry.reports.models import PUBLIC, Approval, ApprovalState, Report, Submission
from registry.reports.published import submission_shown
from registry.reports.remarks import newest_submission
from registry.reports.transitions import Event, may_move


@dataclass(frozen=True)
class Standing:
    """What the pages of one report must know beside its answers."""

    report: Report
    needs_agreement: bool
    """The edition asks that a bestuurder agrees before the report is handed in."""
    approval: Approval | None
    """The last question to the bestuurder, whatever became of it."""
    decider: User | None
    """Who answered that question."""
    newest: Submission | None
    """As it was last handed in."""
    shown: Submission | None
    """What the public reads now."""

    @property
    def agreed(self) -> bool:
        """Whether a bestuurder agreed with the report as it stands."""
        return self._is(ApprovalState.AGREED)

    @property
    def waits(self) -> bool:
        """Whether the report waits for the bestuurder."""
        return self._is(ApprovalState.ASKED) and may_move(self.report.state, Event.AGREE)

    @property
    def returned(self) -> bool:
        """Whether the bestuurder returned it, and nobody asked again."""
        return self.approval is not None and self.approval.state is ApprovalState.RETURNED

    @property
    def sent_back(self) -> bool:
        """Whether the bestuurder returned it, and nothing changed since: somebody has to do something about it."""
        return self._is(ApprovalState.RETURNED) and may_move(self.report.state, Event.AGREE)

    @property
    def lapsed(self) -> bool:
        """Whether a question or an agreement lapsed because an answer changed."""
        return self.approval is not None and self.approval.state is ApprovalState.LAPSED

    @property
    def is_public(self) -> bool:
        """Whether the public reads the report as it stands: nothing newer is being written or reviewed."""
        return self.report.state in PUBLIC

    def _is(self, state: ApprovalState) -> bool:
        one = self.approval
        return one is not None and one.state is state and one.version == self.report.version

    def may(self, event: str) -> bool:
        """Say whether the table knows a way for this event, whoever asks: for showing a button at all."""
        return may_move(self.report.state, Event(event))


def standing_of(session: Session, report: Report) -> Standing:
    """Return where a report stands. Four queries at most."""
    approval = newest_approval(session, report)
    decider = session.get(User, approval.decided_by_id) if approval and approval.decided_by_id else None
    return Standing(
        report=report,
        needs_agreement=of_edition(report.edition).executive_agrees and not report.on_paper,
        approval=approval,
        decider=decider,
        newest=newest_submission(session, report),
        shown=submission_shown(session, report),
    )
