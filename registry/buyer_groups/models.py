"""Tables of buyer groups."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from common.database import Base


class BuyerGroup(Base):
    """A group of public bodies around one product category, by its address."""

    __tablename__ = "buyer_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    product_group: Mapped[str | None] = mapped_column(String(40))
    facilitator: Mapped[str | None] = mapped_column(String(200))
    started: Mapped[int | None]
    sources: Mapped[list[Any]]
