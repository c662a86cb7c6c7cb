"""What is kept: a folder of immutable parts, its manifest, and tables for other programs.

`part` is the file of one chunk, `manifest` says which sweep a folder holds, `folder` which files
are a sweep's, `store` is the whole, `stored` reads its columns; `export_csv` and `export_netcdf`
write one file.
"""

from stridesim.sweeps.store.store import (
    DamagedPartError,
    MissingRowsError,
    SweepStore,
    column_units,
)

__all__ = ["DamagedPartError", "MissingRowsError", "SweepStore", "column_units"]
