"""The teaching page: a slider moves, and a class sees runner, forces and cost change at once.

`controls` is what the page offers, `protocol` the messages between page and server, each checked
against the declared parameters, `picture` what the page draws of a stride. `solving` computes it,
one thing at a time for each open page (`client`), the latest wins; `export` makes the files that
the page hands out, `server` has routes and safety. The page itself is `static`: plain modules, no
build step, no request off the host.
"""
