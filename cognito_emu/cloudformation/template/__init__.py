"""The template language: pure functions from text, parameters and facts to what is wanted. No store, no clock."""
