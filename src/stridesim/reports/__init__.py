"""An answer as text for a terminal: one file a question, each prints tables and sentences.

A report formats: every number, note and unit in it comes from an answer of `studies`. `output`
prints tables and JSON, `terminal` and `streams` are where text leaves the program.
"""
