"""Text files of the user: what is opened is a regular file of a size that such a file may have.

A device never ends and a pipe may never begin, so neither is opened; a file that somebody saved in
another encoding is refused by name, because guessing turns names into other names.
"""

import stat
from pathlib import Path
from typing import Final

from stridesim.results import InputError
from stridesim.text import quoted

_MARKS: Final = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


def read_regular(path: Path, most: int) -> bytes:
    """The bytes of a regular file of at most `most` bytes; anything else is one `InputError`."""
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise _refused(path, "Is a directory")
        if not stat.S_ISREG(about.st_mode):
            raise _refused(path, "it is a device or a pipe, not a file")
        if about.st_size > most:
            raise _refused(path, f"{about.st_size:,} bytes, where at most {most:,} are permitted")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from None
    except InputError:
        raise
    except ValueError:  # of Python, for a zero byte
        raise _refused(quoted(str(path)), "no file has such a name") from None


def read_text(path: Path, most: int) -> str:
    """The text of such a file in UTF-8, with or without a byte-order mark."""
    content = read_regular(path, most)
    found = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    if found is None and b"\0" in content[:4]:
        found = "UTF-16"
    if found:
        raise _refused(path, f"it is encoded in {found}; save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{content[error.start]:02x} in line {line}, as in Windows-1252 or Latin-1"
        raise _refused(path, f"it is not encoded in UTF-8: {byte}; save it as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refused(path: Path | str, why: str) -> InputError:
    return InputError(f"{path}: cannot be read ({why})")
