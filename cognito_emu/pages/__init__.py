"""The hosted login: what a user sees between `/oauth2/authorize` and the way back to the client.

Owns steps, templates, styles, scripts and texts. Does not own rules: every step hands what was typed to the functions behind the API
(`operations/`), by the door HOSTED, and shows what they answer; the way back to the client is `oauth/responses.py`'s.

A sign-in is a `Flow`, stored beside its authorization request. Steps never route to one another: a POST leaves a new flow behind, the
dispatcher (`handler.py`) sends the browser to the page at which that flow stands, and a page that is asked for at another point sends it
there too. So reloading, going back and answering twice all lead to where the user is.
"""
