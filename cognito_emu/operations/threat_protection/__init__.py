"""Threat protection: what risk a sign-in is, what is done about it, what is recorded and sent on."""
