"""Programs that a new process need not trace.

Of the time a process takes to its first number more than half is JAX tracing our functions and
lowering them: its cache on disk comes after that, and keeps what XLA compiled. Beside it we keep
what was traced (`jax.export`), under a name that says of which source, libraries and shapes. The
numbers are the same to the bit, as the process that traced runs what it exported too: of several
that did so at a time, what the first of them kept (where the file system can tell).
"""

from stridesim.programs.compiled import Kept, forget, kept, traced_anew
from stridesim.programs.nesting import kept_result

__all__ = ["Kept", "forget", "kept", "kept_result", "traced_anew"]
