"""`python -m stridesim`: the command line."""

from stridesim.cli import command_line

command_line()
