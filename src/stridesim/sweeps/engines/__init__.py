"""Where chunks are computed: in this process, in workers on this machine, on a Dask cluster.

An engine (`engine.Engine`) takes chunks and gives back finished ones. All of them call one
function, `chunk.compute_chunk`, so the numbers do not depend on the choice.
"""
