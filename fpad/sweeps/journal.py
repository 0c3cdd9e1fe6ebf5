"""The blocks that are done, in a file that only grows: a sweep can be killed and taken up again.

header, then records: number of the block, length, checksum, contents.  A record counts if its
checksum is right; what follows the last right one was torn off and is cut away.  A block is there
once.  Two runs cannot write one file.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from types import TracebackType
from typing import IO, Any, Self

import numpy as np

from fpad.runtime.errors import InputError
from fpad.sweeps.blocks import Done, Task

MAGIC = b"fpad sweep 1\n"
_RECORD = struct.Struct("<4sQII?I")
_MARK = b"blk\n"


def fingerprint(task: Task, what: str) -> str:
    """What tells this sweep from others: the steps, the points and the fixed arguments."""
    digest = hashlib.sha256(what.encode())
    steps = () if task.plan is None else task.plan.steps
    parts = [repr(s) for s in steps]
    parts += [f"{p.name} {p.shape} {p.values.told()}" for p in task.space.parts]
    parts.append(repr((task.samples, task.seed, task.max_cells, task.block)))
    for p in parts:
        digest.update(p.encode() + b"\0")
    return digest.hexdigest()


class Journal:
    """The file.

    Args:
        path: where it is; made if there is none.
        print_: the fingerprint of the sweep.

    Raises:
        InputError: the file belongs to another sweep, is none, or is in use.
    """

    def __init__(self, path: str | os.PathLike[str], print_: str) -> None:
        self.path = os.fspath(path)
        self._print = print_
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._file = open(self.path, "a+b")  # closed in __exit__
        except OSError as error:
            raise InputError(f"resume: {self.path} cannot be written: {error.strerror}") from None
        _lock(self._file, self.path)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def read(self) -> dict[int, Done]:
        """The blocks that are there; what was torn off is cut away."""
        file = self._open
        file.seek(0)
        data = file.read()
        header = MAGIC + json.dumps({"sweep": self._print}).encode() + b"\n"
        if not data.startswith(header):
            if data and not header.startswith(data):
                raise InputError(
                    f"resume: {self.path} is of another sweep, or no file of a sweep; "
                    "name another file, or delete it"
                )
            file.truncate(0)
            file.write(header)
            self._flush()
            return {}
        found: dict[int, Done] = {}
        at = len(header)
        while True:
            done, after = _record(data, at)
            if done is None:
                break
            found[done.block] = done
            at = after
        if at < len(data):
            file.truncate(at)
            self._flush()
        return found

    def write(self, done: Done) -> None:
        """Add a block; when this returns it is on the disk."""
        body = zlib.compress(np.array(done.open, np.uint32).tobytes() + done.states, level=1)
        head = _RECORD.pack(
            _MARK, done.block, len(body), len(done.open), done.wide, _checksum(done, body)
        )
        self._open.write(head + body)
        self._flush()

    @property
    def _open(self) -> IO[bytes]:
        assert self._file is not None
        return self._file

    def _flush(self) -> None:
        self._open.flush()
        os.fsync(self._open.fileno())


def _checksum(done: Any, body: bytes) -> int:
    return zlib.crc32(body, zlib.crc32(repr((done.block, len(done.open), done.wide)).encode()))


def _record(data: bytes, at: int) -> tuple[Done | None, int]:
    """The record that begins here, if it is whole, and where it ends."""
    if at + _RECORD.size > len(data):
        return None, at
    mark, block, length, n_open, wide, checksum = _RECORD.unpack_from(data, at)
    start = at + _RECORD.size
    body = data[start : start + length]
    if mark != _MARK or len(body) != length:
        return None, at
    try:
        plain = zlib.decompress(body)
    except zlib.error:
        return None, at
    left = tuple(np.frombuffer(plain[: 4 * n_open], np.uint32).tolist())
    done = Done(block, plain[4 * n_open :], left, wide)
    return (done, start + length) if _checksum(done, body) == checksum else (None, at)


def _lock(file: IO[bytes], path: str) -> None:
    """Keep others from the file as long as it is open, where the system can."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise InputError(f"resume: {path} is in use by another sweep") from None
