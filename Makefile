# For those who have make: `make test` is `./dev test`. The work is described in ./dev.
.PHONY: setup demo lab test lint figures clean
setup demo lab test lint figures clean:
	@./dev $@
