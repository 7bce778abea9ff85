"""Builds one client's environment: the only process of a builder container (harness/docker/builder.ts).

Its text is handed to `python3 -I -u -c`. First line in: {"requirements", "builds", "tools", "pip", "ca"}
(see LockParts in harness/clients/lock-text.ts); the input then stays open, and its end is ours too. First
line out: {"kind": "built", "python", "packages", "built", "size"} or {"kind": "failed", "output"}.
After "built" a tar archive of exactly `size` bytes follows, with paths from the root: the environment is
built in the very folder that it stands in later, so that no path in it has to be rewritten.
"""

from __future__ import annotations

import configparser
import io
import json
import os
import platform
import re
import ssl
import stat
import subprocess
import sys
import tarfile
import threading
from importlib import import_module, metadata
from typing import Any, Callable, Iterator, Tuple
from urllib.parse import unquote, urlsplit

HOME = "/opt/pgmatrix"
ENVIRONMENT = HOME + "/environment"
# Nothing in here gets into the archive.
SCRATCH = "/tmp/pgmatrix"
LOCK = SCRATCH + "/requirements.txt"
SOURCES = SCRATCH + "/sources.txt"
TOOLS = SCRATCH + "/tools.txt"
TOOLS_FOLDER = SCRATCH + "/tools"
LOG = SCRATCH + "/pip.log"
CONFIG = SCRATCH + "/pip.conf"
BUNDLE = SCRATCH + "/ca.pem"

MAX_OUTPUT = 20_000
# Seconds; the harness's own deadline is shorter.
LIFETIME = 1800


class BuildError(Exception):
    """Says what the program that failed said."""


def main() -> None:
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=end_with_input, daemon=True).start()
    end_in_time()
    os.umask(0o022)
    try:
        build(request)
        entries = archive_entries()
        size = archive_size(entries)
    except (BuildError, OSError) as error:
        answer({"kind": "failed", "output": masked(str(error), request["pip"])[-MAX_OUTPUT:]})
        return
    found = {"packages": packages(), "built": built(request["builds"])}
    answer({"kind": "built", "python": platform.python_version(), **found, "size": size})
    write_archive(sys.stdout.buffer, entries)
    sys.stdout.buffer.flush()


def end_with_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(3)  # whoever asked is gone; with us, the first process, go all others


def end_in_time() -> None:
    """A harness that hangs, or an engine that keeps the input open, does not keep us."""
    timer = threading.Timer(LIFETIME, os._exit, [4])
    timer.daemon = True
    timer.start()


def answer(reply: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(reply).encode() + b"\n")
    sys.stdout.buffer.flush()


def build(request: dict[str, Any]) -> None:
    os.mkdir(SCRATCH, 0o700)
    sources = {normalised(name) for name in request["builds"]}
    write_private(LOCK, requirements(request, lambda name: name not in sources))
    write_private(SOURCES, requirements(request, lambda name: name in sources))
    write_private(TOOLS, request["tools"])
    write_private(CONFIG, pip_config(request["pip"], request["ca"]))
    # Only a pip that can install into another environment is kept out of it.
    bare = pip_version() >= (22, 3)
    run([sys.executable, "-I", "-m", "venv", *(["--without-pip"] if bare else []), ENVIRONMENT])
    target = ENVIRONMENT + "/bin/python"
    brought = set(packages())
    pip = [sys.executable, "-I", "-m", "pip", "--python", target] if bare else [target, "-I", "-m", "pip"]
    try:
        # The lock names everything that is needed, so pip has nothing to resolve.
        run([*pip, *INSTALL, *WHEELS, "-r", LOCK])
        if sources:
            build_sources(pip)
    except BuildError as error:
        raise BuildError("\n".join([str(error), *causes(str(error))])) from error
    unlocked = sorted(brought - locked_names(request["requirements"]))
    if unlocked:
        run([*pip, "--disable-pip-version-check", "uninstall", "--yes", *unlocked])


INSTALL = [
    *("--disable-pip-version-check", "--no-input", "--no-color", "--no-cache-dir", "--log", LOG),
    *("install", "--progress-bar", "off", "--require-hashes", "--no-deps"),
]
WHEELS = ["--only-binary", ":all:"]


def build_sources(pip: list[str]) -> None:
    """With the locked tools, and with what is in the environment by now: what pip fetches for a build by
    itself is not locked."""
    run([*pip, *INSTALL, *WHEELS, "--target", TOOLS_FOLDER, "-r", TOOLS])
    isolated = [*INSTALL, "--no-build-isolation", "--no-binary", ":all:", "-r", SOURCES]
    run([*pip, *isolated], PYTHONPATH=TOOLS_FOLDER)


def requirements(request: dict[str, Any], wanted: Callable[[str], bool]) -> str:
    """Those of the wanted distributions: each begins where a line does, with its name."""
    entries = re.split(r"^(?=[A-Za-z0-9])", request["requirements"], flags=re.M)
    return "".join(entry for entry in entries if all(map(wanted, locked_names(entry))))


def pip_version() -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in re.findall(r"\d+", metadata.version("pip"))[:2])
    except metadata.PackageNotFoundError:
        return (0,)  # venv brings one


def write_private(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def pip_config(settings: dict[str, str], ca: str | None) -> str:
    """A file, since others read arguments and environments. `cert` takes the place of pip's own bundle."""
    config = configparser.RawConfigParser()
    config.read_dict({"global": settings})
    if ca is not None:
        write_private(BUNDLE, usual_bundle() + "\n" + ca)
        config.set("global", "cert", BUNDLE)
    text = io.StringIO()
    config.write(text)
    return text.getvalue()


def usual_bundle() -> str:
    try:
        path = import_module("pip._vendor.certifi").where()
    except ImportError:
        path = ssl.get_default_verify_paths().cafile
    if path is None or not os.path.isfile(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def run(words: list[str], **more: str) -> None:
    """Raises BuildError."""
    env = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": SCRATCH,
        "LANG": "C.UTF-8",
        "PIP_CONFIG_FILE": CONFIG,
        **more,
    }
    done = subprocess.run(
        words,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        # What pip does is on its standard output, what went wrong on the other one.
        said = re.sub(
            r"^ERROR: Ignored the following .*\n", "", done.stderr, flags=re.M
        )  # hundreds of versions
        raise BuildError(said.strip() or done.stdout.strip() or "it ended with %d" % done.returncode)


def causes(error: str) -> list[str]:
    """What pip says in its log alone: what a build said, whether the index lacks the release, or has files
    that do not fit."""
    if "See above for output" in error:
        return build_output()
    missing = re.search(r"satisfies the requirement [^\s=]+==([^\s;]+)", error)
    if not missing or not os.path.exists(LOG):
        return []
    file_of_release = re.compile(r"-%s(-|\.tar|\.zip)" % re.escape(missing.group(1)))
    misfits: set[str] = set()
    unread: list[str] = []
    with open(LOG, encoding="utf-8", errors="replace") as log:
        for line in log:
            if "Could not fetch URL" in line:
                unread.append(line[line.index("Could not") :].strip())
            elif file_of_release.search(line):
                misfits.update(sentence for sign, sentence in MISFITS.items() if sign in line)
    return [*sorted(misfits), *unread[-2:]] or ["The index has no file of this release."]


def build_output() -> list[str]:
    """Of the last program that pip ran, without the time before each line."""
    with open(LOG, encoding="utf-8", errors="replace") as log:
        lines = [re.sub(r"^\d{4}-\S+ ?", "", line.rstrip()) for line in log]
    start = max((at for at, line in enumerate(lines) if "Running command" in line), default=0)
    end = [at for at, line in enumerate(lines) if "subprocess-exited-with-error" in line]
    return lines[start : end[-1] if end else None]


# harness/docker/pip-failure.ts knows these sentences.
MISFITS = {
    "none of the wheel's tags": "It has wheels, and none fits this Python and platform.",
    "requires a different Python": "It has files that require a different Python.",
    "No sources permitted": "It has sources, which are not built here.",
}


def locked_names(lock: str) -> set[str]:
    return {
        normalised(name)
        for name in re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[.*?\]\s*)?==", lock, re.M)
    }


def packages() -> dict[str, str]:
    """Every distribution in the environment, normalised name to version."""
    return {name: each.version for name, each in distributions().items()}


def built(builds: list[str]) -> dict[str, str]:
    """Those built from their sources, to the tag of the wheel that they became."""
    found = distributions()
    names = sorted(name for name in map(normalised, builds) if name in found)
    tags = {name: re.findall(r"^Tag: (\S+)", found[name].read_text("WHEEL") or "", re.M) for name in names}
    return {name: " ".join(each) for name, each in tags.items()}


def distributions() -> dict[str, metadata.Distribution]:
    libraries = os.path.join(ENVIRONMENT, "lib")
    folders = [os.path.join(libraries, name, "site-packages") for name in os.listdir(libraries)]
    found = {normalised(each.metadata["Name"]): each for each in metadata.distributions(path=folders)}
    return dict(sorted(found.items()))


def normalised(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


def masked(text: str, settings: dict[str, str]) -> str:
    """Without the names and passwords that stand in addresses."""
    secrets: set[str] = set()
    for value in settings.values():
        for word in value.split():
            secrets.update(credentials(word))
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "****")
    return re.sub(r"//[^/@\s]+@", "//****@", text)


def credentials(address: str) -> set[str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return set()
    password = parts.password or ""
    whole = parts.netloc.rpartition("@")[0]
    # A password of two letters would tear words apart; the address as a whole is masked anyway.
    return {text for text in (whole, password, unquote(password)) if len(text) > 2}


Entry = Tuple[tarfile.TarInfo, str]


def archive_entries() -> list[Entry]:
    """Raises BuildError where something is no file, folder or link that may be in an image."""
    return [archive_entry(path) for path in [HOME, ENVIRONMENT, *below(ENVIRONMENT)]]


def below(folder: str) -> Iterator[str]:
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        yield path
        if os.path.isdir(path) and not os.path.islink(path):
            yield from below(path)


def archive_entry(path: str) -> Entry:
    status = os.lstat(path)
    info = tarfile.TarInfo(path.lstrip("/"))
    info.uname = info.gname = "root"
    # Compiled files hold the time of their source.
    info.mtime = int(status.st_mtime)
    info.mode = 0o755 if stat.S_ISDIR(status.st_mode) or status.st_mode & 0o100 else 0o644
    if stat.S_ISDIR(status.st_mode):
        info.type = tarfile.DIRTYPE
    elif stat.S_ISREG(status.st_mode):
        info.size = status.st_size
    elif stat.S_ISLNK(status.st_mode) and leads_inside(path):
        info.type = tarfile.SYMTYPE
        info.linkname = os.readlink(path)
    else:
        raise BuildError("%s is no file, folder or link of the environment's own" % path)
    return info, path


def leads_inside(link: str) -> bool:
    target = os.path.realpath(link)
    return target == os.path.realpath(sys.executable) or target.startswith(ENVIRONMENT + "/")


def archive_size(entries: list[Entry]) -> int:
    counter = Counter()
    write_archive(counter, entries)
    return counter.size


class Counter(io.RawIOBase):
    size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.size += len(data)
        return len(data)


def write_archive(out: Any, entries: list[Entry]) -> None:
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for info, path in entries:
            if info.isreg():
                with open(path, "rb") as file:
                    archive.addfile(info, file)
            else:
                archive.addfile(info)


if __name__ == "__main__":
    main()
    os._exit(0)  # the thread that waits for the input's end would keep the interpreter from ending
