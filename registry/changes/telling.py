"""Tells one change of each noun: what it is about, which role, why, and what it says otherwise. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import SimpleNamespace as Row

from registry.changes import comparing
from registry.changes.comparing import Spec, changes
from registry.changes.wanted import Bound, ChangeKind, Detail, FieldChange

Why = tuple[str, str | None, tuple[FieldChange, ...]]


def _why(row: Row, gone: bool, fields: tuple[FieldChange, ...]) -> Why:
    """Return role, reason and fields; of what went, who took it back and why, where that is kept with it."""
    if gone:
        role = getattr(row.new, "withdrawn_role", None) or row.new.recorded_role
        return role, getattr(row.new, "withdrawn_reason", None), ()
    return row.new.recorded_role, row.new.change_reason, fields


def _said(row: Row, gone: bool, specs: Iterable[Spec], hidden: Iterable[Spec] = ()) -> Why:
    return _why(row, gone, changes(specs, row.old, row.new, hidden))


def _authority(row: Row, gone: bool) -> Detail:
    head = row.head
    return Detail(
        f"authority:{head.code}", *_said(row, gone, comparing.AUTHORITY), authority_ids=(head.id,),
        is_example=head.is_example,
    )  # fmt: skip


def _merger(row: Row, gone: bool) -> Detail:
    parties = sorted(row.new.parties, key=lambda one: (one.part, one.id))
    return Detail(
        f"merger:{row.new.id}", *_said(row, gone, comparing.MERGER),
        authority_ids=tuple(one.authority_id for one in parties), is_example=any(one.is_example for one in parties),
    )  # fmt: skip


def _agreement(row: Row, gone: bool) -> Detail:
    return Detail(
        f"agreement:{row.head.slug}", *_why(row, gone, comparing.agreement(row.old, row.new)),
        agreement_id=row.head.id, is_example=row.head.is_example, number=row.new.number,
    )  # fmt: skip


def _signature(row: Row, gone: bool) -> Detail:
    new, old = row.new, row.old
    role, reason, fields = _said(row, gone, comparing.SIGNATURE, comparing.SIGNATURE_HIDDEN)
    shown = new if new.confirmed or old is None else old
    moved = old and not gone and _parties(old.parties) != _parties(new.parties)
    return Detail(
        # The reason of a first confirmation is its proof, which is not public.
        f"signature:{row.head.key}", role, reason if old else None, fields,
        authority_ids=tuple(sorted(party.authority_id for party in shown.parties)),
        agreement_id=row.head.agreement_id, title=shown.name_as_signed, is_example=row.more.is_example,
        bound=(_parties(old.parties), _parties(new.parties)) if moved else None,
    )  # fmt: skip


def _parties(parties: Sequence[Row]) -> tuple[Bound, ...]:
    """Return who is bound from when until when, who was there first in front."""
    bound = [Bound(one.authority_id, one.binds_from, one.binds_to) for one in parties]
    return tuple(sorted(bound, key=lambda one: (one.since or date.min, one.authority_id)))


def _duty(row: Row, gone: bool) -> Detail:
    duty = row.head
    year = f"/{duty.year}" if duty.year else ""
    return Detail(
        f"duty:{row.more.code}/{row.more.slug}/{duty.code}{year}", *_said(row, gone, comparing.DUTY),
        authority_ids=(duty.authority_id,), agreement_id=duty.agreement_id, year=duty.year or None,
        is_example=row.more.is_example,
    )  # fmt: skip


def _plan(row: Row, gone: bool) -> Detail:
    return Detail(
        f"plan:{row.more.code}/{row.more.slug}", *_why(row, gone, comparing.plan(row.old, row.new)),
        authority_ids=(row.head.authority_id,), agreement_id=row.head.agreement_id, title=row.new.title,
        is_example=row.more.is_example, number=row.new.number, slug=row.more.slug,
    )  # fmt: skip


def _certificate(row: Row, gone: bool) -> Detail:
    return Detail(
        f"certificate:{row.head.key}", *_said(row, gone, comparing.CERTIFICATE),
        authority_ids=(row.head.authority_id,), is_example=row.more.is_example,
    )  # fmt: skip


def _buyer_group(row: Row, gone: bool) -> Detail:
    head = row.head
    return Detail(
        f"buyer_group:{head.slug}", *_said(row, gone, comparing.BUYER_GROUP), title=row.new.title, slug=head.slug,
        is_example=head.is_example,
    )  # fmt: skip


def _member(row: Row, gone: bool) -> Detail:
    head = row.head
    return Detail(
        f"buyer_group:{head.slug}", *_said(row, gone, comparing.MEMBER), authority_ids=(row.new.authority_id,),
        title=row.more.title, slug=head.slug, is_example=head.is_example,
    )  # fmt: skip


TELLERS: Mapping[ChangeKind, Callable[[Row, bool], Detail]] = {
    ChangeKind.AUTHORITY: _authority,
    ChangeKind.MERGER: _merger,
    ChangeKind.AGREEMENT: _agreement,
    ChangeKind.SIGNATURE: _signature,
    ChangeKind.DUTY: _duty,
    ChangeKind.PLAN: _plan,
    ChangeKind.CERTIFICATE: _certificate,
    ChangeKind.BUYER_GROUP: _buyer_group,
    ChangeKind.MEMBER: _member,
}
"""Every noun but reports, whose answers need their form (registry/changes/details.py)."""
