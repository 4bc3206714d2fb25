"""Who may do what in the knowledge base: may_<verb>_<noun>(user), the same for views and templates."""

from typing import Any

from accounts.models import StaffRole
from accounts.people import has_staff_role, member_roles


def may_write_guide(user: Any) -> bool:
    """A redacteur or beheerder."""
    return has_staff_role(user, StaffRole.EDITOR, StaffRole.ADMINISTRATOR)


def may_publish_guide(user: Any) -> bool:
    """A redacteur or beheerder."""
    return has_staff_role(user, StaffRole.EDITOR, StaffRole.ADMINISTRATOR)


def may_entrust_guide(user: Any) -> bool:
    """A beheerder: who keeps a guide, and whether a second person looks before it is public."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_add_guide_file(user: Any) -> bool:
    """Whoever writes guides; adding, removing and putting back alike."""
    return may_write_guide(user)


def may_read_guide_file(user: Any, is_public: bool) -> bool:
    """Everybody when a guide on the site uses it; before that, and afterwards, whoever writes guides."""
    return is_public or may_write_guide(user)


def may_decide_on_proposals(user: Any) -> bool:
    """A redacteur or beheerder; of each proposal also `may_decide_on_proposal`."""
    return may_write_guide(user)


def may_decide_on_proposal(user: Any, proposal: Any) -> bool:
    """A redacteur or beheerder, but not its author; a draft is its author's alone."""
    return may_write_guide(user) and user.id != proposal.author_id and proposal.state != "draft"


def may_read_proposal(user: Any, proposal: Any) -> bool:
    """Its author, and once it was handed in a redacteur or beheerder."""
    own = user.is_authenticated and user.id == proposal.author_id
    return own or (proposal.state != "draft" and may_write_guide(user))


def may_share_revision(user: Any) -> bool:
    """Whoever writes guides: by a secret link for somebody without an account."""
    return may_write_guide(user)


def may_propose(user: Any) -> bool:
    """Whoever is signed in: a change to a guide, or a new guide."""
    return bool(user.is_authenticated)


def may_propose_example(user: Any, authority_code: str) -> bool:
    """Whoever works for the authority, in any role: a good example of it."""
    return bool(member_roles(user, authority_code))


def may_write_proposal(user: Any, proposal: Any) -> bool:
    """Its author, while it is his turn: a draft, or changes were asked."""
    return user.is_authenticated and user.id == proposal.author_id and proposal.state in ("draft", "changes_asked")


def may_comment(user: Any) -> bool:
    """Whoever is signed in; comments are read by whoever is signed in, too."""
    return bool(user.is_authenticated)


def may_change_comment(user: Any, comment: Any) -> bool:
    """Only who wrote it."""
    return bool(user.is_authenticated and user.id == comment.author_id)


def may_remove_comment(user: Any, comment: Any) -> bool:
    """Who wrote it, and a redacteur or beheerder."""
    return user.is_authenticated and (user.id == comment.author_id or may_write_guide(user))


def may_manage_comments(user: Any) -> bool:
    """A redacteur or beheerder: sees all that is open, and says of any comment that it was dealt with."""
    return may_write_guide(user)


def may_see_feedback(user: Any) -> bool:
    """A redacteur or beheerder: sees what readers answered to "Was dit nuttig?", and hides a sentence."""
    return may_write_guide(user)


def may_manage_search_words(user: Any) -> bool:
    """A redacteur or beheerder: sees what readers did not find, and adds and removes words that mean the same."""
    return may_write_guide(user)
