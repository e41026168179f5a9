"""Figures of the running server for Prometheus, served on a port of their own.

Labels are words of ours, never what somebody asked or who it was. The port is off by default and
listens on this machine only, since figures tell how much internal material there is.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter as Count
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.asked import Record, Way
from bot.jobs import Jobs
from kb import backups
from kb.errors import SettingsError
from kb.knowledge_base import KnowledgeBase
from kb.models import Answer, Audience, Role
from kb.settings import Settings

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """What is counted while the server runs, and what is looked up when somebody asks."""

    def __init__(self, kb: KnowledgeBase, jobs: Jobs | None) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "kb_requests", "Requests by area and class of status.", ("area", "status"),
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "kb_request_seconds", "Seconds a request took.", ("area",), buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.in_work = 0
        flying = Gauge("kb_requests_in_flight", "Requests in work.", registry=self.registry)
        flying.set_function(lambda: self.in_work)
        self.questions = Counter(
            "kb_questions", "Questions by way in, role and outcome.", ("way", "role", "status"),
            registry=self.registry,
        )  # fmt: skip
        self.answering = Histogram(
            "kb_answer_seconds", "Seconds an answer took.", buckets=_SECONDS, registry=self.registry
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(_Base(kb, jobs))

    def counting(self, record: Record) -> Record:
        """The same ``record``, with each question counted."""

        def count(answer: Answer, role: Role, way: Way, on: date | None = None) -> str:
            self.questions.labels(way.value, role.value, answer.status.value).inc()
            self.answering.observe(sum(answer.timings.values()) / 1000)
            return record(answer, role, way, on)

        return count


class _Base(Collector):
    """What the base holds and how it is, looked up at each scrape."""

    def __init__(self, kb: KnowledgeBase, jobs: Jobs | None) -> None:
        self._kb, self._jobs = kb, jobs

    def collect(self) -> Iterator[Metric]:
        live = self._kb.snapshot.live.values()
        documents = Count(info.header.audience for info in live)
        yield _by(
            "kb_documents", "Documents.", "audience", {a.value: documents[a] for a in Audience}
        )
        yield GaugeMetricFamily("kb_passages", "Passages.", self._kb.snapshot.passages)
        states = Count(job.state.value for job in self._jobs.every()) if self._jobs else Count()
        yield _by("kb_jobs", "Ingests that are remembered, by state.", "state", states)
        free = shutil.disk_usage(self._kb.folder).free
        yield GaugeMetricFamily("kb_disk_free_bytes", "Free bytes where the data lie.", free)
        size = self._kb.catalog.file.stat().st_size
        yield GaugeMetricFamily("kb_catalog_bytes", "Size of the catalog.", size)
        kept = backups.held(self._kb.folder)
        if kept:
            age = max(0.0, time.time() - kept[0].made_at.timestamp())
            yield GaugeMetricFamily("kb_backup_age_seconds", "Age of the newest backup.", age)


def _by(name: str, what: str, label: str, values: dict[str, int] | Count[str]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


@contextmanager
def exposed(metrics: Metrics, settings: Settings) -> Iterator[Callable[[], int]]:
    """Serve the figures while this lasts, if a port is set; gives the port.

    Raises SettingsError when the port cannot be listened on.
    """
    if not settings.metrics_port:
        yield lambda: 0
        return
    try:
        server, thread = start_http_server(
            settings.metrics_port, settings.metrics_host, metrics.registry
        )
    except OSError as error:
        raise SettingsError(
            f"指标端口 {settings.metrics_host}:{settings.metrics_port} 无法监听"
            f"（{error.strerror or error}）。用 KB_METRICS_PORT 换一个，或设为 0 关闭。",
            f"Cannot listen on {settings.metrics_host}:{settings.metrics_port} for metrics "
            f"({error.strerror or error}). Choose another KB_METRICS_PORT, or 0 for none.",
        ) from error
    try:
        yield lambda: int(server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
