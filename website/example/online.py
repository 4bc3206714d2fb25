"""Signing online in the example world: one is confirmed and corrected, one waits for staff, one for its bestuurder."""

from functools import partial
from io import BytesIO

from accounts.models import MemberRole, StaffRole, User
from accounts.people import actor_for
from common.files import attaching
from common.files.accepting import accept
from common.files.models import Attachment
from common.ledger import Actor
from registry.agreements.reading import current_version
from registry.authorities.models import Authority
from registry.signatures.changing import current_version as newest_version
from registry.signatures.confirming import confirm
from registry.signatures.correcting import correct, facts_of
from registry.signatures.models import Signature, Signing
from registry.signatures.online import Signer, sign
from registry.signatures.signing import ask, begin, bind, name_signer
from website.example.accounts import make_account
from website.example.days import moment, workday
from website.example.profiles import Profile
from website.example.world import World
from website.files.uploading import storage

WAITS_FOR_STAFF = "Gemeente Grasmonde"
REPRESENTED_BY_DEMO = "Waterschap Kromme Slenk"
_TEXT = b"BT /F 14 Tf 60 760 Td (Voorbeeld: verzonnen mandaat om te tekenen) Tj ET"
_PARTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(_TEXT), _TEXT),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
)


def plan_online(world: World, lately: Profile) -> None:
    """Put what was signed and prepared on the site on the timeline."""
    by_name = {one.name: one for one in world.profiles}
    assert lately.signed_on is not None
    made: list[Signature] = []
    world.timeline.at(moment(lately.signed_on), lambda: made.append(_sign_online(world, lately)))
    confirmed_on = workday(lately.signed_on)
    world.timeline.at(moment(confirmed_on, 60 * 5), lambda: _confirm(world, made[0]))
    world.timeline.at(moment(workday(world.days.before(20))), lambda: _correct(world, made[0]))
    world.timeline.at(moment(world.days.before(6)), partial(_join_and_sign, world, by_name[WAITS_FOR_STAFF]))
    world.timeline.at(moment(world.days.before(4)), partial(_prepare_for_demo, world, by_name[REPRESENTED_BY_DEMO]))


def mandate() -> bytes:
    """Return a PDF of one line that says that it is invented."""
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(_PARTS, 1):
        places.append(len(made))
        made += b"%d 0 obj%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(_PARTS) + 1
    ending = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table) + ending


def _join_and_sign(world: World, one: Profile) -> None:
    """Let an authority that is new to the site sign; it has a coördinator, as every authority with people has."""
    make_account(
        world.session, f"coordinator@{one.domain}", f"Coördinator {one.name}", (one.code, MemberRole.COORDINATOR)
    )
    _sign_online(world, one)


def _sign_online(world: World, one: Profile) -> Signature:
    session, authority = world.session, world.authorities[one.code]
    person = make_account(
        session, f"bestuurder@{one.domain}", f"Bestuurder {one.name}", (one.code, MemberRole.EXECUTIVE)
    )
    actor = actor_for(person, MemberRole.EXECUTIVE)
    signing = begin(session, world.agreement, authority, actor=actor)
    name_signer(session, signing, "Voorbeeld Wethouder", "wethouder duurzaamheid", None, actor=actor)
    text = current_version(world.agreement)
    signer = Signer(signing.signed_by, signing.signed_by_function)
    return sign(session, signing, signer, seen=signing.version, seen_text=text.id, actor=actor)


def _confirm(world: World, signature: Signature) -> None:
    actor = actor_for(world.accounts.staff[StaffRole.ADMINISTRATOR], StaffRole.ADMINISTRATOR)
    confirm(world.session, signature, "Het collegebesluit is gecontroleerd (voorbeeld).", actor=actor)


def _correct(world: World, signature: Signature) -> None:
    """Let staff correct the function of who signed: a new version, with a reason that everybody reads."""
    actor = actor_for(world.accounts.staff[StaffRole.ADMINISTRATOR], StaffRole.ADMINISTRATOR)
    old = newest_version(world.session, signature)
    facts = {**facts_of(old), "signed_by_function": "wethouder inkoop en duurzaamheid"}
    reason = "De functie was niet volledig; de gemeente gaf het door (voorbeeld)."
    correct(world.session, signature, facts, reason, seen=old.number, actor=actor)


def attach_paper(world: World, code: str, name: str, about: str, actor: Actor) -> Attachment:
    """Keep the invented PDF as evidence of an authority; nobody but its people and staff can read it."""
    accepted = accept(BytesIO(mandate()))
    storage().keep(accepted.content, accepted.sha256)
    return attaching.attach(world.session, f"evidence:{code}", accepted, name, about, actor=actor)


def _prepare_for_demo(world: World, other: Profile) -> Signing:
    """Let the demo authority sign for a neighbour: its coördinator prepared it, and its bestuurder finds it."""
    session, authority = world.session, world.authorities[world.demo.code]
    executive: User = world.accounts.demo[MemberRole.EXECUTIVE]
    actor = actor_for(world.accounts.demo[MemberRole.COORDINATOR], MemberRole.COORDINATOR)
    represented: Authority = world.authorities[other.code]
    signing = begin(session, world.agreement, authority, actor=actor)
    bind(session, signing, [represented.id], [], actor=actor)
    attached = attach_paper(world, authority.code, "mandaat-voorbeeld.pdf", "Mandaat", actor)
    name_signer(session, signing, executive.name, "wethouder duurzaamheid", attached, actor=actor)
    ask(session, signing, executive, actor=actor)
    return signing
