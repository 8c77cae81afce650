"""Quanheng 权衡: check, score and rebalance evaluation schemes. The public names, and nothing else."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("quanheng")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0+unknown"
