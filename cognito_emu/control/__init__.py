"""The emulator's own endpoints under `/_emu/`: health, reset, clock, inbox, addresses.

Owns what a developer or a CI script asks of the emulator itself. Does not own anything that AWS has.
"""
