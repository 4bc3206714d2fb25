"""Tables of certificates of the CO2-Prestatieladder."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.database import Base
from common.versions import Recorded
from registry.authorities.models import Authority


class Certificate(Base):
    """A certificate that an authority holds; what it says is in its versions."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    """Code of the authority and a number ("vb001/1"), or what the content file calls it: its name in the ledger."""
    in_file: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the content file said when it was last loaded, so that what staff changed since can be told apart."""

    authority: Mapped[Authority] = relationship()
    versions: Mapped[list["CertificateVersion"]] = relationship(back_populates="certificate")


class CertificateVersion(Base, Recorded):
    """What a certificate says. Handbook 3.x has levels 1 to 5, handbook 4.0 has treden 1 to 3: never both.

    Source: handbook 3.1 and 4.0 of SKAO (domain facts, 4.2). The two scales are never compared or added up.
    """

    __tablename__ = "certificate_version"
    __table_args__ = (
        UniqueConstraint("certificate_id", "number"),
        CheckConstraint("(level IS NULL) <> (step IS NULL)", name="level_or_step"),
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name="level_range"),
        CheckConstraint("step IS NULL OR step BETWEEN 1 AND 3", name="step_range"),
        CheckConstraint("withdrawn = false OR change_reason IS NOT NULL", name="withdrawn_has_reason"),
        Index("ix_certificate_version_current", "certificate_id", "superseded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    number: Mapped[int]
    handbook: Mapped[str] = mapped_column(String(8))
    """Version of the handbook, such as 3.1 or 4.0; 3.x where a source tells the level only."""
    level: Mapped[int | None]
    """Niveau, of handbook 3.x."""
    step: Mapped[int | None]
    """Trede, of handbook 4.0."""
    holder: Mapped[str] = mapped_column(String(200))
    certifier: Mapped[str | None] = mapped_column(String(200))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    """The last day on which it is valid; None where no source tells."""
    document_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    source: Mapped[str | None] = mapped_column(String(500))
    source_on: Mapped[date | None]
    """The day that a public source speaks of; None for what the authority itself says."""
    withdrawn: Mapped[bool] = mapped_column(default=False)
    """Taken back, or entered by mistake; the reason says which."""

    certificate: Mapped[Certificate] = relationship(back_populates="versions")
