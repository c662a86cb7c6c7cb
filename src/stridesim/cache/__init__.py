"""Files that a later process runs: whose folder they lie in, and whether they are still whole.

A compiled program is machine code. Whoever may write to its folder could have us run theirs, so
the folder belongs to the user alone (`folder`); a bit that flips in it would crash the process or
change a number silently, so every file carries a digest that is checked before it is used
(`digest`), those of JAX's own cache too (`jax_entries`). The digest tells of the content and the
file's own name, nothing of the place: a copy of the folder serves as well as the folder.
"""
