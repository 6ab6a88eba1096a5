"""Traces for OpenTelemetry, by switch: spans of requests, transactions, drawn books and bulletins.

FastAPI's own spans carry the path and the query of every request, which name units and people, so they are off; ours
carry what a line of the log carries. Without the switch a span costs microseconds and goes nowhere.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ParamSpec, TypeVar

from opentelemetry import trace
from opentelemetry.trace import Span, Status, StatusCode

from api.refusals import TracesMissing
from ledger.errors import Refusal

P = ParamSpec("P")
T = TypeVar("T")

_tracer = trace.get_tracer("mingzhang")


@contextlib.contextmanager
def span(name: str) -> Iterator[Span]:
    """Measure what happens inside as one span; of an accident it keeps the type, never the words."""
    with _tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as one:
        try:
            yield one
        except Refusal as refusal:
            one.set_attribute("refusal", refusal.code)
            raise
        except Exception as error:
            one.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def spanned(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Measure every call of a function as a span of this name."""

    def around(function: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(function)
        def measured(*args: P.args, **kwargs: P.kwargs) -> T:
            with span(name):
                return function(*args, **kwargs)

        return measured

    return around


def describe(name: str, facts: Mapping[str, Any]) -> None:  # Any: text, numbers and None
    """Name the present span, and give it the facts that are known."""
    here = trace.get_current_span()
    if here.is_recording():
        here.update_name(name)
        here.set_attributes({key: one for key, one in facts.items() if one is not None and key != "trace"})


def trace_id() -> str | None:
    """Return the id of the present trace in hex, for the log; None where nothing is traced."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def export_to(url: str) -> Callable[[], None]:
    """Send the spans of this process to an OTLP receiver (HTTP, protobuf); return what sends the last of them.

    Raises:
        TracesMissing: the packages of the extra ``otel`` are not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise TracesMissing from error
    provider = TracerProvider(resource=Resource.create({"service.name": "mingzhang"}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
    trace.set_tracer_provider(provider)
    return provider.shutdown
