# Aliases of habit; `python3 -m tthc` needs no make.
.PHONY: up test check
up test check:
	python3 -m tthc $@
