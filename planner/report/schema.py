"""Let the shape of our JSON files be read from the classes they are written from."""

from __future__ import annotations

import dataclasses
import types
from dataclasses import dataclass
from typing import Any, Final, get_args, get_origin, get_type_hints

__all__ = ["OneOf", "json_schema"]

_JSON_TYPES: Final[dict[Any, str]] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
}


@dataclass(frozen=True, slots=True)
class OneOf:
    """The only words a field may hold."""

    words: tuple[str, ...]


def json_schema(kind: type, name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a frozen class.

    Each field is `Annotated[kind, "its meaning"]`, with `OneOf` where only some words may
    stand. Kinds are text, numbers, yes/no, any of these or None, another such class, or a tuple
    of one kind. `name` is what the structure is called in its `$id`.
    """
    definitions: dict[str, Any] = {}
    reference = _schema_of(kind, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:planner:{name}",
        **reference,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema_of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a type; classes become definitions of their own."""
    if dataclasses.is_dataclass(kind):
        name = str(getattr(kind, "__name__", ""))
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = _schema_of_class(kind, definitions)
        return {"$ref": f"#/$defs/{name}"}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _schema_of(get_args(kind)[0], definitions)}
    if get_origin(kind) is types.UnionType:
        inner = [item for item in get_args(kind) if item is not type(None)]
        return {"type": [_JSON_TYPES[item] for item in inner] + ["null"]}
    return {"type": _JSON_TYPES[kind]}


def _schema_of_class(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of one class, field by field, with the meanings."""
    properties = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        meaning, *limits = hint.__metadata__
        schema = {**_schema_of(hint.__origin__, definitions), "description": meaning}
        for limit in limits:
            schema["enum"] = list(limit.words)
        properties[name] = schema
    return {
        "type": "object",
        "description": kind.__doc__,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
