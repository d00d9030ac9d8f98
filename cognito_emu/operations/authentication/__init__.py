"""Signing in: flows begin it, challenges carry it on, `tokens` ends it.

One way through: `api` (the four operations) makes an `Attempt`; a flow of `flows` proves the first factor; `progress` decides what is
still missing; each missing thing is a challenge of `challenges`, whose state waits in an auth session; in the end `Attempt.finish`
delivers. The hosted login walks the same way with another `finish`.
"""
