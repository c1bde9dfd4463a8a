"""What a script writes into a page of docs, between two marks, and where it was measured."""
import datetime
import os
import platform
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
DOCS = os.path.join(HERE, "..", "docs")


def write_between(mark, text, page="benchmarks.md"):
    """Puts a text in the place of what stands between the marks of a page."""
    path, begin, end = os.path.join(DOCS, page), f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    with open(path, encoding="utf-8") as file:
        before, _, rest = file.read().partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"docs/{page} has no place for these figures: put a line {begin} and a line {end} where they belong.")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{begin}\n{text}\n{end}{after}")


def commit():
    """The commit that is checked out; with a plus if files differ from it."""
    def git(*arguments):
        return subprocess.run(["git", "-C", HERE, *arguments], check=True, capture_output=True, text=True).stdout.strip()
    changed = git("status", "--porcelain", "--untracked-files=no", "--", "../bench", "../src", "../eng")
    return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")


def environment(python="/usr/bin/python3"):
    """Processor, memory and versions, in a line."""
    with open("/proc/cpuinfo", encoding="ascii") as file:
        processor = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    torch = subprocess.run([python, "-c", "import torch; print(torch.__version__)"], capture_output=True, text=True).stdout.strip()
    dotnet = subprocess.run(["dotnet", "--version"], capture_output=True, text=True).stdout.strip()
    return f"{os.cpu_count()} cores of {processor}, {memory:.0f} GiB, Linux {platform.release().split('-')[0]}, .NET SDK {dotnet}, PyTorch {torch}, {datetime.date.today()}"
