"""An answer as text for a terminal: one file a question, each prints tables and sentences.

A report formats: every number, note and unit in it comes from an answer of `studies`. `output`
prints tables and JSON; `progress`, `stages` and `patience` say what is under way while a person
waits; `terminal` and `streams` are where text leaves the program.
"""
