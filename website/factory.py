"""Puts the parts together: `create_app()` is all that wsgi.py calls."""

import os
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from whitenoise import WhiteNoise

import accounts.changing_views
import accounts.mail_choice_views
import accounts.openid_views
import accounts.passkey_views
import accounts.recovery_views
import accounts.second_step_views
import accounts.session_views
import accounts.settings_views
import kb.care.views
import kb.discussion.comment_views
import kb.discussion.useful_views
import kb.exchange.source_views
import kb.guides.beginning_views
import kb.guides.desk_blueprint
import kb.guides.editing_views
import kb.guides.history_views
import kb.guides.keeping_views
import kb.guides.list_views
import kb.guides.paper_views
import kb.guides.publishing_views
import kb.guides.seconding_views
import kb.guides.version_views
import kb.guides.views
import kb.proposals.editors
import kb.proposals.own_steps_views
import kb.proposals.own_views
import kb.proposals.preview_views
import registry.agreements.publishing_views
import registry.agreements.staff_views
import registry.authorities.views
import registry.buyer_groups.member_views
import registry.buyer_groups.mine_views
import registry.certificates.views
import registry.changes.views
import registry.editions.views
import registry.mergers.views
import registry.participants.agreement_views
import registry.participants.deadline_views
import registry.participants.export_views
import registry.participants.mine_views
import registry.participants.views
import registry.plans.views
import registry.reminders.by_hand_views
import registry.reminders.views
import registry.reports.together.views
import registry.reports.views
import registry.reviews.blueprint
import registry.reviews.contact_views
import registry.reviews.deciding_views
import registry.reviews.emergency_views
import registry.reviews.marking_views
import registry.reviews.publishing_views
import registry.reviews.queue_views
import registry.reviews.season_views
import registry.reviews.views
import registry.signatures.correction_views
import registry.signatures.end_views
import registry.signatures.public_views
import registry.signatures.signing_views
import registry.signatures.staff_views
import website.buyer_groups.desk_views
import website.buyer_groups.views
import website.checking_views
import website.commands
import website.editions.exchange_views
import website.editions.preview_views
import website.errors
import website.files.agreement_views
import website.files.answer_views
import website.files.certificate_views
import website.files.document_views
import website.files.guide_views
import website.files.plan_views
import website.files.preview_views
import website.files.serving_views
import website.files.sheet_views
import website.imports.views
import website.integrity_views
import website.mail_views
import website.notes.views
import website.pages
import website.paper_views
import website.people.desk_views
import website.people.joining_views
import website.people.lost_factor_views
import website.people.own_views
import website.people.staff_views
import website.privacy_views
import website.proposing.views
import website.search
import website.search_words_views
import website.signing.ending_views
import website.signing.mandate_views
import website.signing.paper_views
import website.staff
import website.suggestions
import website.themes.beside
import website.themes.views
import website.writing.file_views
import website.writing.views
from accounts.joining import init_joining
from accounts.sign_in import init_accounts
from common.database import open_database
from common.snapshots import SnapshotCache
from common.web.addresses import init_addresses
from common.web.as_of import init_as_of
from common.web.changes import init_change_counts
from common.web.database import init_database
from common.web.languages import init_languages
from common.web.limits import init_limits
from common.web.logs import init_logs, watch_requests
from common.web.rendering import init_rendering
from common.web.security import add_headers, guard_doors, init_security
from kb.guides.history import name_authors
from kb.proposals.named import names_of
from registry.changes.reading import counting
from website.config import ROOT, Settings, read_settings
from website.files.commands import init_files
from website.mailing import init_mailing
from website.page_cache import PageCache
from website.people.reading import name_of

BLUEPRINTS = (
    accounts.settings_views.blueprint,
    accounts.second_step_views.blueprint,
    accounts.passkey_views.blueprint,
    accounts.session_views.blueprint,
    accounts.recovery_views.blueprint,
    accounts.changing_views.blueprint,
    accounts.openid_views.blueprint,
    website.pages.blueprint,
    website.search.blueprint,
    website.search_words_views.blueprint,
    website.suggestions.blueprint,
    website.privacy_views.blueprint,
    website.proposing.views.blueprint,
    website.integrity_views.blueprint,
    website.checking_views.blueprint,
    website.staff.blueprint,
    website.writing.views.blueprint,
    kb.discussion.comment_views.blueprint,
    website.writing.file_views.blueprint,
    website.mail_views.blueprint,
    website.imports.views.blueprint,
    accounts.mail_choice_views.blueprint,
    website.people.own_views.blueprint,
    website.people.desk_views.blueprint,
    website.people.staff_views.blueprint,
    website.people.joining_views.blueprint,
    website.people.lost_factor_views.blueprint,
    registry.participants.agreement_views.blueprint,
    registry.participants.deadline_views.blueprint,
    registry.agreements.staff_views.blueprint,
    registry.agreements.publishing_views.blueprint,
    website.files.agreement_views.blueprint,
    registry.signatures.staff_views.blueprint,
    registry.signatures.correction_views.blueprint,
    registry.signatures.signing_views.blueprint,
    registry.signatures.end_views.blueprint,
    registry.signatures.public_views.blueprint,
    registry.participants.views.blueprint,
    registry.authorities.views.blueprint,
    registry.mergers.views.blueprint,
    registry.changes.views.blueprint,
    registry.editions.views.blueprint,
    website.editions.preview_views.blueprint,
    website.editions.exchange_views.blueprint,
    registry.participants.export_views.blueprint,
    registry.participants.mine_views.blueprint,
    registry.plans.views.blueprint,
    registry.reports.views.blueprint,
    registry.reports.together.views.blueprint,
    registry.reviews.blueprint.blueprint,
    registry.reviews.emergency_views.blueprint,
    registry.reviews.contact_views.blueprint,
    registry.reminders.views.blueprint,
    website.themes.views.blueprint,
    kb.discussion.useful_views.blueprint,
    kb.proposals.own_steps_views.blueprint,
    kb.care.views.blueprint,
    kb.guides.views.blueprint,
    kb.guides.history_views.blueprint,
    kb.exchange.source_views.blueprint,
    kb.guides.paper_views.blueprint,
    kb.guides.desk_blueprint.blueprint,
    website.notes.views.blueprint,
    kb.proposals.editors.blueprint,
    kb.proposals.preview_views.blueprint,
    website.files.preview_views.blueprint,
    website.files.serving_views.blueprint,
    website.files.document_views.blueprint,
    website.signing.mandate_views.blueprint,
    website.signing.paper_views.blueprint,
    website.paper_views.blueprint,
    website.signing.ending_views.blueprint,
    website.files.guide_views.blueprint,
    website.files.plan_views.blueprint,
    website.files.sheet_views.blueprint,
    website.files.answer_views.blueprint,
    website.files.certificate_views.blueprint,
    website.buyer_groups.views.blueprint,
    website.buyer_groups.desk_views.blueprint,
    registry.buyer_groups.member_views.blueprint,
    registry.buyer_groups.mine_views.blueprint,
    registry.certificates.views.files,
    registry.certificates.views.blueprint,
)


def create_app(settings: Settings | None = None, **config: Any) -> Flask:
    """Make the application for these settings, or for those of the environment."""
    settings = settings or read_settings()
    app = Flask("manifestkompas", root_path=str(ROOT), static_folder="static", template_folder="templates")
    app.config.update(_config(settings), **config)
    app.extensions["settings"] = settings
    app.extensions["snapshots"] = SnapshotCache()
    database = open_database(settings.database_url)
    init_logs(app, security_log=settings.security_log)
    init_security(app, https=settings.https)
    Compress(app)  # registered first, so that it works last: on the finished answer
    init_database(app, database)
    init_addresses(app)
    init_limits(app, storage=settings.rate_limit_storage, enabled=settings.rate_limits)
    PageCache(app)
    serve_static(app)
    init_languages(app)
    init_rendering(app)
    init_as_of(app)
    init_change_counts(app, counting)
    init_files(app, settings)
    CSRFProtect(app)
    init_accounts(app, database)
    init_joining(app, name_of)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    website.errors.init_errors(app)
    website.search.init_search(app)
    website.themes.beside.init_beside(app)
    name_authors(app, names_of)
    website.suggestions.init_suggestions(app)
    website.writing.views.init_writing(app)
    kb.proposals.own_views.init_proposing(app)
    website.proposing.views.init_examples(app)
    init_mailing(app, settings)
    website.commands.init_commands(app)
    _put_doors_around(app, settings)
    return app


def _put_doors_around(app: Flask, settings: Settings) -> None:
    """Add the outer layers, from the inside out: what they refuse is logged too, and has all headers."""
    guard_doors(app, hosts=settings.hosts, proxies=settings.trusted_proxies)
    watch_requests(app)
    add_headers(app, https=settings.https)


def _config(settings: Settings) -> dict[str, Any]:
    """Return what Flask and its extensions read; the floors below find the settings here too."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        # The token is what counts. A page with a secret in its address sends no referrer (/uitnodiging/<token>), so on
        # https its form would be refused for want of one.
        "WTF_CSRF_SSL_STRICT": False,
        "WTF_CSRF_TIME_LIMIT": None,  # a form may stay open as long as its session lasts
        "MAX_CONTENT_LENGTH": 2_000_000,
        "MAX_FORM_MEMORY_SIZE": 2_000_000,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 4,
        "COMPRESS_MIN_SIZE": 1000,
        "SITE_URL": settings.site_url,
        "OIDC_PROVIDERS": settings.oidc_providers,
        "LOCAL_PASSWORDS": settings.local_passwords,
        "SECOND_FACTOR_REQUIRED": settings.second_factor_required,
        "BABEL_TRANSLATION_DIRECTORIES": os.fspath(ROOT / "translations"),
    }


def serve_static(app: Flask) -> None:
    """Serve the built files from below the application, compressed and cacheable: their names carry a hash."""
    layer = WhiteNoise(
        app.wsgi_app,
        max_age=31_536_000,
        immutable_file_test=r"\.[0-9a-f]{8,}\.",
    )
    if (ROOT / "static").is_dir():
        layer.add_files(str(ROOT / "static"), prefix="static/")
    app.wsgi_app = layer  # type: ignore[method-assign]
