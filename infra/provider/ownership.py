"""The owner token of a stack: drawn once, kept in the state of the provider, given back by every run of the engine."""

import os

from google.protobuf.struct_pb2 import Struct

TOKEN = "owner"
"""Property of the provider resource that holds the token."""


class OwnerTokens:
    """The tokens of one provider process: those of the state, and those that it drew."""

    def __init__(self) -> None:
        self._drawn: set[str] = set()

    def kept_or_drawn(self, olds: Struct) -> str:
        """The token that the state holds, or a new one."""
        token = olds.fields[TOKEN].string_value if TOKEN in olds.fields else ""
        if not token:
            token = os.urandom(16).hex()
            self._drawn.add(token)
        return token

    def is_confirmed(self, token: str) -> bool:
        """Whether a token came from a checkpoint."""
        return bool(token) and token not in self._drawn
