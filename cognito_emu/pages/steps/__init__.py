"""The steps, one module each; a step knows its own page and none of the others."""
