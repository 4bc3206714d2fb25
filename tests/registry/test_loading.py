"""Loading the content: what is wrong is refused by file, line and reason; what is right comes in once."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import website.tables
from common.database import Base, open_database
from common.errors import ContentError
from common.ledger import SYSTEM, LedgerEntry, first_broken
from common.versions import supersede
from common.vocabulary import CONTENT
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion, Merger
from registry.plans.models import PlanVersion
from registry.signatures.changing import copied_parties
from registry.signatures.models import DatePrecision, Signature, SignatureVersion
from website.setup import load_content

assert website.tables.MODULES


@pytest.fixture
def empty() -> Iterator[Session]:
    """A session on an empty database."""
    database = open_database("sqlite://")
    Base.metadata.create_all(database.engine)
    yield database.session()
    database.close()
    database.engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content without its guides, to change."""
    copy = tmp_path / "content"
    shutil.copytree(CONTENT, copy, ignore=shutil.ignore_patterns("guides", "pages"))
    return copy


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def count(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def signature(session: Session, key: str) -> Signature:
    return session.scalars(select(Signature).where(Signature.key == key)).one()


def current(session: Session, key: str) -> SignatureVersion:
    return session.scalars(
        select(SignatureVersion).where(
            SignatureVersion.signature_id == signature(session, key).id, SignatureVersion.superseded_at.is_(None)
        )
    ).one()


WRONG = [
    ("authorities.csv", "code,slug,name,", "code,name,", 1, "kolom ontbreekt: slug"),
    ("authorities.csv", "Gemeente Bedum,gemeente", "Gemeente Bedum,gehucht", 3, "onbekende soort: 'gehucht'"),
    ("authorities.csv", "Bedum,gemeente,pv20", "Bedum,gemeente,pv99", 3, "onbekende provincie: 'pv99'"),
    ("authorities.csv", "2018-12-31,gm1966", "2018-13-31,gm1966", 3, "valid_to is geen datum: '2018-13-31'"),
    ("authorities.csv", "2018-12-31,gm1966", "2018-12-31,gm9999", 3, "onbekende organisatie bij successors"),
    ("authorities.csv", "gm0005,gemeente-bedum", "gm0003,gemeente-bedum", 3, "code 'gm0003' staat al op regel 2"),
    ("authorities.csv", "gm0005,gemeente-bedum", "gm0005,gemeente-appingedam", 3, "staat al op regel 2"),
    ("authorities.csv", "Bedum,Gemeente Bedum", "Bedum,Gemeente, Bedum", 3, "te veel kolommen"),
    ("mergers.csv", "gm0253", "gm9253", 2, "onbekende organisatie: 'gm9253'"),
    ("mergers.csv", "2000-01-01,uitbreiding", "2000-01-01,fusie", 2, "onbekende soort herindeling"),
    ("signatories.csv", "mvoi-2022-2025,1,", "mvoi-2026-2029,1,", 2, "onbekende afspraak: 'mvoi-2026-2029'"),
    ("signatories.csv", ",mnre1130,,2022-11-24,", ",mnre9,,2022-11-24,", 2, "onbekende organisatie: 'mnre9'"),
    ("signatories.csv", "2022-11-24,day", "2022-11,day", 2, "past niet bij date_precision day"),
    ("signatories.csv", "2022-11-24,day", "2022-11-31,day", 2, "signed_on is geen datum"),
    ("signatories.csv", "2022-11-24,day", "2022-11-24,ongeveer", 2, "onbekende date_precision"),
    ("signatories.csv", "2022-11-24,day,certain", "2022-11-24,day,zeker", 2, "onbekende zekerheid: 'zeker'"),
    ("signatories.csv", "De Minister van Algemene Zaken", "De Staatssecretaris van Infrastructuur en Waterstaat", 3,
     "dubbele rij"),
    ("plans.yaml", "authority: pv28", "authority: pv99", 4, "onbekende organisatie: 'pv99'"),
    ("plans.yaml", "offered_on: 2023-11-24", "offered_on: najaar", 4, "offered_on is geen datum"),
    ("buyer_groups.yaml", "product_group: null", "product_group: raketten", 6, "onbekende productgroep: 'raketten'"),
    ("agreements/mvoi-2022-2025.yaml", "[milieu, klimaat", "[water, klimaat", None, "themes: water staat niet"),
    ("agreements/mvoi-2022-2025.yaml", "within: P1Y", "within: een jaar", None, "obligations.0.within: "),
    ("agreements/mvoi-2022-2025.yaml", "predecessor: mvi-2016-2020", "predecessor: mvi", None, "predecessor_slug: "),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "reason"), WRONG)
def test_a_wrong_file_is_refused_by_file_line_and_reason_and_nothing_is_loaded(
    empty: Session, folder: Path, file: str, old: str, new: str, line: int | None, reason: str
) -> None:
    replace(folder / file, old, new)
    with pytest.raises(ContentError) as refused:
        load_content(empty, folder)
    assert refused.value.file == Path(file).name
    assert refused.value.line == line
    assert reason in refused.value.reason
    empty.rollback()
    assert [count(empty, table) for table in (Authority, Agreement, Signature, LedgerEntry)] == [0, 0, 0, 0]


def test_a_file_that_is_not_utf8_is_refused_and_a_byte_order_mark_is_not(empty: Session, folder: Path) -> None:
    path = folder / "authorities.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    load_content(empty, folder)
    assert count(empty, Authority) > 600
    path.write_bytes(path.read_bytes().replace("Fryslân".encode(), "Fryslân".encode("latin-1")))
    with pytest.raises(ContentError, match="geen UTF-8"):
        load_content(empty, folder)


def test_the_content_comes_in_with_its_sources_and_its_doubts(empty: Session) -> None:
    load_content(empty)
    assert (count(empty, Authority), count(empty, Merger), count(empty, Signature)) == (671, 128, 58)
    assert not current(empty, "mvoi-2022-2025/gemeente-haarlemmermeer").confirmed
    assert empty.scalar(select(func.count()).where(SignatureVersion.confirmed.is_(False))) == 1
    unie = signature(empty, "mvoi-2022-2025/unie-van-waterschappen")
    assert sum(party.authority.code.startswith("ws") for party in unie.versions[-1].parties) == 21
    leidschendam = current(empty, "mvoi-2022-2025/gemeente-leidschendam-voorburg")
    assert (leidschendam.signed_on, leidschendam.date_precision) == (date(2023, 2, 28), DatePrecision.MONTH)
    assert first_broken(empty) is None
    texts = " ".join(empty.scalars(select(LedgerEntry.payload)))
    assert "Brandligt" not in texts
    assert "Heijnen" not in texts, "who signed enters the ledger as a salted hash only"


def test_the_last_day_of_an_authority_is_still_a_day_of_its_life(empty: Session) -> None:
    load_content(empty)
    bedum = empty.scalars(select(AuthorityVersion).where(AuthorityVersion.name == "Gemeente Bedum")).one()
    assert bedum.valid_to == date(2019, 1, 1)


def test_loading_again_changes_nothing(empty: Session, folder: Path) -> None:
    load_content(empty, folder)
    empty.commit()
    before = count(empty, LedgerEntry)
    assert load_content(empty, folder) == []
    for name in ("authorities.csv", "signatories.csv", "plans.yaml", "agreements/mvi-2016-2020.yaml"):
        path = folder / name
        path.write_bytes(path.read_bytes() + b"\n")
    load_content(empty, folder)
    assert count(empty, LedgerEntry) - before == 2, "only that the two files of authorities were read"
    assert count(empty, AuthorityVersion) == 671
    assert (count(empty, SignatureVersion), count(empty, AgreementVersion), count(empty, PlanVersion)) == (58, 2, 2)


def test_a_new_name_is_a_new_version_and_the_old_one_stays(empty: Session, folder: Path) -> None:
    load_content(empty, folder)
    replace(folder / "authorities.csv", "Westerkwartier,Gemeente Westerkwartier", "Westerkwartier,Gemeente Westerk")
    load_content(empty, folder)
    versions = empty.scalars(
        select(AuthorityVersion)
        .join(Authority)
        .where(Authority.slug == "gemeente-westerkwartier")
        .order_by(AuthorityVersion.id)
    ).all()
    assert [version.name for version in versions] == ["Gemeente Westerkwartier", "Gemeente Westerk"]
    assert versions[0].superseded_at == versions[1].recorded_at
    assert versions[1].superseded_at is None


def test_what_staff_confirmed_stays_when_the_file_changes_elsewhere(empty: Session, folder: Path) -> None:
    load_content(empty, folder)
    key = "mvoi-2022-2025/gemeente-haarlemmermeer"
    old = current(empty, key)
    names = (
        "signature_id",
        "name_as_signed",
        "signed_on",
        "date_precision",
        "certainty",
        "signed_by",
        "source",
        "note",
    )
    facts = {name: getattr(old, name) for name in names}
    new = SignatureVersion(number=2, confirmed=True, parties=copied_parties(old), **facts)
    supersede(empty, old, new, actor=SYSTEM, reason="Nagebeld")
    empty.expire_all()  # as another command reads it: the versions that this session loaded are older
    replace(folder / "signatories.csv", "Nog niet bevestigd. In de video", "In de video")
    load_content(empty, folder)
    now = current(empty, key)
    assert (now.number, now.confirmed) == (3, True)
    assert now.note is not None
    assert now.note.startswith("In de video")


def test_a_changed_text_of_an_agreement_is_a_new_version_and_signatures_keep_the_one_they_signed(
    empty: Session, folder: Path
) -> None:
    load_content(empty, folder)
    replace(folder / "agreements/mvoi-2022-2025.yaml", "## Wat is dit manifest?", "## Wat is het manifest?")
    load_content(empty, folder)
    agreement = empty.scalars(select(Agreement).where(Agreement.slug == "mvoi-2022-2025")).one()
    versions = empty.scalars(
        select(AgreementVersion).where(AgreementVersion.agreement_id == agreement.id).order_by(AgreementVersion.number)
    ).all()
    assert [version.superseded_at is None for version in versions] == [False, True]
    assert signature(empty, "mvoi-2022-2025/gemeente-ermelo").agreement_version_id == versions[0].id
