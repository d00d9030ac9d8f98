"""The rules of a user pool, as pure functions.

This room decides; it never looks, waits or draws lots. Facts from the store, the present moment and random bytes come in as
arguments; a decision, a new value or an error of AWS goes out. It knows nothing of HTTP, SQL or Lambda, so each rule can be read,
and tested, alone.
"""
