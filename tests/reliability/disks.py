"""Disks of a test's own that fill up or turn read-only; where this account may not mount one, limits stand in for them.

The stand-in lets every write of the server to a file fail, which is what a disk in trouble does.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.reliability.running import Served

_SIZE = 64  # MiB


def done(*command: str) -> bool:
    """Run a command of the system; say whether it is there and did it."""
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
    except FileNotFoundError:
        return False


class Disk:
    """A place for books that can get into trouble: ``is_real`` where it is a disk of its own."""

    def __init__(self, folder: Path, *, is_real: bool) -> None:
        self.folder, self.is_real = folder, is_real
        self._most = 0

    @property
    def url(self) -> str:
        """The address of the books on it."""
        return f"sqlite:///{self.folder / 'books.db'}"

    def take(self, books: Path) -> None:
        """Copy books onto it, and have them on it: what happens to it afterwards must not reach back."""
        for path in (shutil.copy(books, self.folder / "books.db"), self.folder):
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)

    def fill(self, served: Served) -> None:
        """Fill it to the last byte."""
        if not self.is_real:
            self._hinder(served)
            return
        for size, mode in ((65536, "wb"), (1, "ab")):
            with contextlib.suppress(OSError), (self.folder / "filler").open(mode, buffering=0) as file:
                while True:
                    file.write(b"\0" * size)

    def make_room(self, served: Served) -> None:
        """Give it room again."""
        if self.is_real:
            (self.folder / "filler").unlink()
        else:
            resource.prlimit(served.pid, resource.RLIMIT_FSIZE, (self._most, self._most))

    def _hinder(self, served: Served) -> None:
        _, self._most = resource.prlimit(served.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(served.pid, resource.RLIMIT_FSIZE, (0, self._most))  # every write to a file fails


class FailingDisk(Disk):
    """A disk whose file system finds an error in itself and takes no write until it is repaired and mounted again."""

    def __init__(self, folder: Path, image: Path, *, is_real: bool) -> None:
        super().__init__(folder, is_real=is_real)
        self._image = image

    def fail(self, served: Served) -> None:
        """Let the file system find an error: it turns read-only under whoever has files of it open."""
        if not self.is_real:
            self._hinder(served)
            return
        listed = subprocess.run(["losetup", "-j", self._image], capture_output=True, text=True, check=True)
        device = listed.stdout.partition(":")[0].rpartition("/")[2]
        Path(f"/sys/fs/ext4/{device}/trigger_fs_error").write_text("1", encoding="ascii")

    def repair(self) -> None:
        """Take it away, mend it and mount it again; nobody may have files of it open any more."""
        if self.is_real:
            subprocess.run(["umount", self.folder], check=True, timeout=60)
            assert subprocess.run(["e2fsck", "-fy", self._image], check=False, timeout=60).returncode <= 1
            assert _mount_image(self._image, self.folder)


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Give a disk of 64 MiB."""
    is_real = done("mount", "-t", "tmpfs", "-o", f"size={_SIZE}m,mode=700", "tmpfs", str(folder))
    try:
        yield Disk(folder, is_real=is_real)
    finally:
        if is_real:
            done("umount", "--lazy", str(folder))


@contextlib.contextmanager
def failing_disk(folder: Path) -> Iterator[FailingDisk]:
    """Give a disk that can fail."""
    image = folder.with_suffix(".img")
    with image.open("wb") as file:
        file.truncate(_SIZE * 1024 * 1024)
    is_real = done("mkfs.ext4", "-q", str(image)) and _mount_image(image, folder)
    try:
        yield FailingDisk(folder, image, is_real=is_real)
    finally:
        if is_real:
            done("umount", "--lazy", str(folder))


def _mount_image(image: Path, folder: Path) -> bool:
    return done("mount", "-o", "loop,errors=remount-ro", str(image), str(folder))
