"""Tables of people: accounts, staff roles, and membership of authorities."""

import enum
from datetime import datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from accounts.addresses import address_key
from accounts.sign_in_models import Passkey
from common.clock import now
from common.database import Base, enum_type

GOES_WITH_ACCOUNT = "goes_with_account"
"""In the `info` of a table: the column with the number of a person, whose rows go when he is erased."""
ON_ERASING = "on_erasing"
"""In the `info` of a table: a function of the session and the number of a person, called when he is erased, where only
some of his rows go."""

user_role = Table(
    "user_role",
    Base.metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class StaffRole(enum.StrEnum):
    """What staff may do; the words are the field's own (docs/architecture.md)."""

    EDITOR = "redacteur"
    REVIEWER = "beoordelaar"
    ADMINISTRATOR = "beheerder"


class MemberRole(enum.StrEnum):
    """What a person may do for one authority."""

    CONTRIBUTOR = "invuller"
    COORDINATOR = "coordinator"
    EXECUTIVE = "bestuurder"


class Role(Base, RoleMixin):
    """A staff role; Flask-Security wants a table of them."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    description: Mapped[str | None] = mapped_column(String(200))


class User(Base, UserMixin):
    """A person with an account; only a work address and a name are kept."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="nl")
    active: Mapped[bool] = mapped_column(default=True)
    is_example: Mapped[bool] = mapped_column(default=False)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_sign_in_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    """When the person was removed: the row stays as a number without a person, for what refers to it."""

    # What Flask-Security keeps of the second factor; it prescribes these names. Secrets and codes are encrypted.
    # The mixin says that the last one is never empty.
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]
    """The time step of the last code of the authenticator app that was accepted; ours: a code works once."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON(none_as_null=True)))
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)  # type: ignore[assignment]

    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # the mixin wants its own list type
        secondary=user_role, lazy="selectin"
    )
    memberships: Mapped[list["Membership"]] = relationship(back_populates="user", lazy="selectin")
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]  # as roles
        cascade="all, delete-orphan", order_by=Passkey.id
    )

    @validates("email")
    def _keep_one_form(self, _name: str, address: str) -> str:
        return address_key(address)


class Membership(Base):
    """A person works for an authority in one role, from one moment until another."""

    __tablename__ = "membership"
    __table_args__ = (Index("ix_membership_person", "user_id", "authority_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    # The authority by its code and not by a foreign key: people stand a floor below the register.
    authority_code: Mapped[str] = mapped_column(String(32), index=True)
    role: Mapped[MemberRole] = mapped_column(enum_type(MemberRole, "member_role"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="memberships")


class Invitation(Base):
    """Somebody is asked to join: one role, at one authority or (without a code) of staff; one link, used once.

    The link holds a secret of which only the SHA-256 is kept. Sending again makes a new secret in the same row.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(255), index=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="nl")
    authority_code: Mapped[str | None] = mapped_column(String(32), index=True)
    role: Mapped[str] = mapped_column(String(32))
    """A value of MemberRole, or of StaffRole where there is no authority."""
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]

    @validates("email")
    def _keep_one_form(self, _name: str, address: str) -> str:
        return address_key(address)


class MailChoice(Base):
    """Whether a person wants an optional kind of mail; without a row the kind's own default holds."""

    __tablename__ = "mail_choice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    wanted: Mapped[bool]
