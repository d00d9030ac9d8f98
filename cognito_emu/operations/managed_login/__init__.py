"""What an administrator sets of the hosted pages: domains, branding, the older style sheets, terms of use.

Does not own the pages: `cognito_emu.pages` does.
"""
