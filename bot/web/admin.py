"""All pages for admins as one router: nobody else gets in, nothing is changed without a token."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Depends

from bot.access import require
from bot.web.admin_add import add_router
from bot.web.admin_audit import audit_router
from bot.web.admin_backups import backups_router
from bot.web.admin_doctor import doctor_router
from bot.web.admin_documents import documents_router
from bot.web.admin_expiring import expiring_router
from bot.web.admin_feedback import feedback_router
from bot.web.admin_jobs import jobs_router
from bot.web.admin_keys import keys_router
from bot.web.admin_overview import overview_router
from bot.web.admin_quarantine import quarantine_router
from bot.web.admin_review import review_router
from bot.web.admin_site import AdminSite
from bot.web.admin_unanswered import unanswered_router
from bot.web.admin_usage import usage_router
from bot.web.admin_users import users_router
from bot.web.form_guard import guard_forms
from kb.models import Role

ROUTERS: tuple[Callable[[AdminSite], APIRouter], ...] = (
    overview_router,
    unanswered_router,
    feedback_router,
    usage_router,
    expiring_router,
    users_router,
    keys_router,
    doctor_router,
    backups_router,
    audit_router,
    documents_router,
    add_router,
    review_router,
    quarantine_router,
    jobs_router,
)
"""One for each section of ``bot.web.admin_frame.ADMIN_SECTIONS``."""


def admin_router(site: AdminSite) -> APIRouter:
    """``/admin`` and what is below it."""
    router = APIRouter(
        include_in_schema=False, dependencies=[Depends(require(Role.ADMIN)), Depends(guard_forms)]
    )
    for section in ROUTERS:
        router.include_router(section(site))
    return router
