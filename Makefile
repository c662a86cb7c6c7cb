# For those who have make: `make test` is `./dev test`. The work is described in ./dev.
.PHONY: setup demo test lint figures clean
setup demo test lint figures clean:
	@./dev $@
