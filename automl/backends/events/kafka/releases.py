"""Which release of Kafka a broker is: its protocol does not name it, but the features that it supports do.

Source: KIP-584 (features in the answer to ApiVersions 3) and the levels of `metadata.version` in Kafka's own
MetadataVersion. A broker supports the levels up to that of its own release, whatever its cluster has agreed on.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from aiokafka.protocol.api import Request, RequestStruct, Response, ResponseHeader_v0
from aiokafka.protocol.types import CompactArray, CompactString, Int16, Int32, Schema, TaggedFields

_FEATURE = "metadata.version"
# The first level of each release, newest first.
_FIRST_LEVELS = (
    (31, "4.4"), (30, "4.3"), (28, "4.2"), (26, "4.1"), (22, "4.0"), (21, "3.9"), (20, "3.8"), (15, "3.7"), (12, "3.6"),
    (9, "3.5"), (8, "3.4"), (4, "3.3"),
)  # fmt: skip
_LAST_KNOWN = 33
_SUPPORTED_FEATURES = 0
_FEATURES = CompactArray(("name", CompactString("utf-8")), ("min", Int16), ("max", Int16), ("tags", TaggedFields))


class ApiVersionsResponse3(Response):  # type: ignore[misc]  # the library has no types
    """tags: 0 holds the features that the broker supports."""

    API_KEY = 18
    API_VERSION = 3
    SCHEMA = Schema(
        ("error_code", Int16),
        (
            "api_versions",
            CompactArray(("api_key", Int16), ("min_version", Int16), ("max_version", Int16), ("tags", TaggedFields)),
        ),
        ("throttle_time_ms", Int32),
        ("tags", TaggedFields),
    )


class ApiVersionsRequest3(RequestStruct):  # type: ignore[misc]  # the library has no types
    """The first version whose answer tells of features."""

    API_KEY = 18
    API_VERSION = 3
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = ApiVersionsResponse3
    SCHEMA = Schema(
        ("client_software_name", CompactString("utf-8")),
        ("client_software_version", CompactString("utf-8")),
        ("tags", TaggedFields),
    )

    def parse_response_header(self, read_buffer: BytesIO | bytes) -> ResponseHeader_v0:
        """Of this request alone the header of the answer stays as it was, so that older clients can read it."""
        return ResponseHeader_v0.decode(read_buffer)


class FeaturesRequest(Request[ApiVersionsRequest3]):  # type: ignore[misc]  # the library has no types
    """Asks a broker for its features."""

    API_KEY = 18

    def build(self, request_struct_class: type[ApiVersionsRequest3]) -> ApiVersionsRequest3:
        return request_struct_class("automl", "1", {})


def release_of(answer: Any) -> str | None:
    """The release (major.minor) of the broker that gave this answer; None: older than any that says so, or newer than
    what is known here."""
    tags = answer.tags
    if _SUPPORTED_FEATURES not in tags:
        return None
    features = {name: most for name, _, most, _ in _FEATURES.decode(BytesIO(tags[_SUPPORTED_FEATURES]))}
    level = features.get(_FEATURE, 0)
    if level > _LAST_KNOWN:
        return None
    return next((release for first, release in _FIRST_LEVELS if level >= first), None)
