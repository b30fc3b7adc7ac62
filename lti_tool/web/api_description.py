"""The OpenAPI 3.1 document of the public interface, made from the models that answer."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Final

from pydantic import Field
from pydantic.json_schema import models_json_schema

from lti_tool import __version__
from lti_tool.settings import Settings
from lti_tool.verification.report import Model, Report

_REF: Final = "#/components/schemas/{model}"
_JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
# Kinds of bodies that are files; what one really is its content tells.
FILES: Final = ("application/pdf", "application/vc", "application/vc+jwt", "image/png", "image/jpeg", "image/webp", "text/plain")


class Refusal(Model):
    """Why a request was not answered (RFC 9457)."""

    type: Annotated[str, Field(description="The address that says what this kind of problem is.", json_schema_extra={"format": "uri"})]
    title: Annotated[str, Field(description="What happened, in the language asked for.")]
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(description="What to do.")]
    code: Annotated[str, Field(description="A stable code, such as `too-many-requests`.")]
    reference: Annotated[str, Field(description="A number to quote to the operator.")]


class Asked(Model):
    """A question that is a text: a number, an address, or what a QR code holds."""

    text: Annotated[str, Field(max_length=100_000, examples=["7QK3-M9ZV-XH2C-8R4T-BWND-5YAS"])]


def document(settings: Settings) -> dict[str, Any]:
    """Return the document of an installation."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Certificates of {settings.organisation}",
            "version": __version__,
            "summary": "Is this certificate genuine, unchanged and in force?",
            "description": "No login, no cookies, from any site. What is sent is looked at and not kept.",
        },
        "servers": [{"url": settings.base_url}],
        "paths": _paths(),
        "components": {"schemas": _schemas()},
    }


def _paths() -> dict[str, Any]:
    language = _parameter("language", "query", "The language of the words (BCP 47); default: what `Accept-Language` asks for.", {"type": "string"})
    pictures = _parameter("pictures", "query", "1 for pictures of changed pages.", {"type": "string", "enum": ["0", "1"]})
    return {
        "/api/verify": {
            "post": {
                "operationId": "verify",
                "summary": "Verify a file or a text",
                "parameters": [language, pictures],
                "requestBody": {"required": True, "content": _bodies()},
                "responses": _responses("400", "413", "429", "503"),
            }
        },
        "/api/verify/{number}": {
            "get": {
                "operationId": "verifyNumber",
                "summary": "Verify a number; may be kept for 30 seconds",
                "parameters": [_in_path("number", "The certificate's number, typed in whatever way.", {"type": "string"}), language],
                "responses": _responses("404", "429"),
            }
        },
        "/api/verify/sha256/{digest}": {
            "get": {
                "operationId": "verifyHash",
                "summary": "Verify a PDF by its SHA-256, so that the file may stay where it is; may be kept for 30 seconds",
                "parameters": [_in_path("digest", "64 hexadecimal digits.", {"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"}), language],
                "responses": _responses("400", "404", "429"),
            }
        },
    }


def _bodies() -> dict[str, Any]:
    form = {"type": "object", "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}}, "required": ["file"]}
    asked = {"anyOf": [{"$ref": _REF.format(model="Asked")}, {"type": "object", "description": "A credential.", "required": ["@context"]}]}
    return {_JSON: {"schema": asked}, "multipart/form-data": {"schema": form}, **{kind: {"schema": {}} for kind in FILES}}


def _responses(*refusals: str) -> dict[str, Any]:
    good = {"description": "The answer.", "content": {_JSON: {"schema": {"$ref": _REF.format(model="Report")}}}}
    return {"200": good, **{status: _refusal(status) for status in refusals}}


def _refusal(status: str) -> dict[str, Any]:
    waiting = {"headers": {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}} if status == "429" else {}
    said = {"400": "Nothing to check.", "404": "No such address.", "413": "Too large.", "429": "Too fast.", "503": "Too busy."}[status]
    return {"description": said, **waiting, "content": {PROBLEM: {"schema": {"$ref": _REF.format(model="Refusal")}}}}


def _parameter(name: str, where: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": where, "description": description, "schema": schema}


def _in_path(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return _parameter(name, "path", description, schema) | {"required": True}


@cache
def _schemas() -> dict[str, Any]:
    models: list[tuple[type[Model], Any]] = [(Report, "serialization"), (Refusal, "serialization"), (Asked, "validation")]
    _, schemas = models_json_schema(models, ref_template=_REF)
    found: dict[str, Any] = schemas["$defs"]
    return found
