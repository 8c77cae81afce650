"""The rule base as package data: what the engine knows, reviewed by people who do not program."""
