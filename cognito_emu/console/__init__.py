"""The developer's window at `/_emu/`: pools, users, inbox, calls, tokens, clock, addresses.

Owns pages for people. Does not own behaviour: what a page shows it asks the operations and the store for, what it changes it changes by the
same operation functions that the API calls. Rendered by the server; works without JavaScript, which only keeps open pages up to date.
"""
