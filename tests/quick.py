"""Pilin's settings, but that a password is hashed in no time: for a server whose passwords guard nothing."""

from pilin.settings import *  # noqa: F403

#: What an operator set at the command line is hashed as ever, and read.
PASSWORD_HASHERS = [
    f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("MD5", "PBKDF2")
]
