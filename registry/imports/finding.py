"""Finds the authority that a row means: by its code, or by a name that only one has."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import N_
from common.versions import known_at
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import fold, sort_name
from registry.imports.outcome import Wrong


class Finder:
    """All authorities by code and by name; made once for an import."""

    def __init__(self, session: Session) -> None:
        self._by_code: dict[str, Authority] = {}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        query = select(Authority, AuthorityVersion.name).join(Authority.versions).where(known_at(AuthorityVersion))
        for authority, name in session.execute(query):
            self._by_code[authority.code] = authority
            for called in (fold(name), sort_name(name)):
                self._by_name[called].add(authority.code)

    def find(self, text: str, column: str) -> Authority:
        """Return the authority with this code or name. Raises Wrong when there is none, or more than one."""
        found = self._by_code.get(text.lower())
        if found:
            return found
        codes = self._by_name.get(fold(text)) or set()
        if len(codes) > 1:
            raise Wrong(
                column, N_("Meer organisaties heten %(name)s: %(codes)s. Schrijf de code."),
                name=text, codes=", ".join(sorted(codes)),
            )  # fmt: skip
        if not codes:
            raise Wrong(column, N_("Deze organisatie staat niet in het register: %(name)s"), name=text)
        return self._by_code[next(iter(codes))]
