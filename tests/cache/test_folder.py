"""Whose folder: the user's alone, or it is not used, which is said once."""

import logging
import os
import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from stridesim.cache.folder import cache_folder, is_trusted

pytestmark = pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX")


def test_a_folder_is_made_for_the_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "down"
    assert is_trusted(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o720, 0o702, 0o1777])
def test_what_others_may_write_is_not_used_and_that_is_said_once(
    tmp_path: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(mode)
    assert not is_trusted(folder)
    assert not is_trusted(folder)
    (record,) = caplog.records
    said = record.getMessage()
    assert said.startswith(f"cache {folder}: may be written by others (mode {mode:04o}, not 0700)")
    assert "it is not used" in said
    assert "remove it" in said
    assert "\n" not in said


def test_nor_is_what_belongs_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o700)
    assert not is_trusted(folder)
    assert f"belongs to another user (uid {owner})" in caplog.text
    assert len(caplog.records) == 1


@pytest.mark.parametrize("name", ["a file/folder", "a file", "nul\0"])
def test_where_there_can_be_no_folder_nothing_is_said(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a file").write_text("")
    assert not is_trusted(tmp_path / name)
    assert not caplog.records


def test_the_user_s_own_folder_is_closed_to_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path))
    (tmp_path / "jax").mkdir()
    (tmp_path / "jax").chmod(0o755)
    assert cache_folder() == tmp_path / "jax"
    assert stat.S_IMODE((tmp_path / "jax").stat().st_mode) == 0o700


def test_a_user_without_a_home_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: "~/.cache/stridesim")
    assert cache_folder() is None
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_a_mount_that_takes_nothing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: "/proc/stridesim")
    logging.getLogger("stridesim")
    assert cache_folder() is None
