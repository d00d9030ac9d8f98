"""Amazon Cognito on your own machine."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("cognito-emu")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0"
