"""The options that several scripts have, each in one form."""
import argparse

OPTIONS = {
    "no-build": {"action": "store_true", "help": "run what was built before"},
    "only-tables": {"action": "store_true", "help": "make the tables of the trainings that there are"},
    "tool": {"help": "the blockllm.dll to run; by default it is built"},
}


def parser(documentation, *options, **defaults):
    """A parser for a script whose documentation begins with what it does: with some of OPTIONS, and with options that have the names of the defaults given here, and their types."""
    made = argparse.ArgumentParser(description=documentation.splitlines()[0])
    for name, default in defaults.items():
        made.add_argument(f"--{name}", type=type(default), default=default)
    for name in options:
        made.add_argument(f"--{name}", **OPTIONS[name])
    return made
