"""Imports the tables of every noun, so that one metadata holds them all."""

import accounts.models
import accounts.sign_in_models
import common.content
import common.files.models
import common.ledger
import common.outbox
import common.unsaved
import kb.care.models
import kb.discussion.models
import kb.guides.models
import kb.proposals.models
import kb.search.models
import registry.agreements.models
import registry.authorities.models
import registry.buyer_groups.models
import registry.certificates.models
import registry.editions.models
import registry.mergers.models
import registry.notes.models
import registry.obligations.models
import registry.plans.models
import registry.reminders.models
import registry.reports.models
import registry.reports.sheets.models
import registry.reports.together.models
import registry.reviews.models
import registry.signatures.models

MODULES = (
    accounts.models,
    accounts.sign_in_models,
    common.content,
    common.files.models,
    common.ledger,
    common.outbox,
    common.unsaved,
    kb.care.models,
    kb.discussion.models,
    kb.guides.models,
    kb.proposals.models,
    kb.search.models,
    registry.agreements.models,
    registry.authorities.models,
    registry.buyer_groups.models,
    registry.editions.models,
    registry.plans.models,
    registry.reports.models,
    registry.reviews.models,
    registry.certificates.models,
    registry.notes.models,
    registry.reminders.models,
    registry.reports.sheets.models,
    registry.reports.together.models,
)
