import subprocess
import sys
from pathlib import Path

import pytest

from kb.errors import BusyError, StoreError
from kb.owner import Owner

HOLD = """
import sys, pathlib, time
from kb.owner import Owner
owner = Owner(pathlib.Path(sys.argv[1]))
owner.announce("http://127.0.0.1:7860")
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_process_is_told_who_owns_the_folder_and_how_to_reach_it(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError) as caught:
            Owner(tmp_path)
        assert str(holder.pid) in caught.value.zh
        for words in (caught.value.zh, caught.value.en):
            assert "http://127.0.0.1:7860" in words
            assert "--server" not in words  # not every command has it
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    Owner(tmp_path).release()  # the lock went with the killed process


def test_an_owner_in_the_same_process_counts_too(tmp_path: Path) -> None:
    owner = Owner(tmp_path)
    with pytest.raises(BusyError):
        Owner(tmp_path)
    owner.release()
    Owner(tmp_path).release()


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="KB_DATA"):
        Owner(tmp_path / "file" / "data")


def test_a_full_disk_does_not_keep_from_owning_and_giving_back(tmp_path: Path) -> None:
    (tmp_path / "owner.lock").touch()
    code = (
        "import resource, sys, pathlib; from kb.owner import Owner;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));"
        "owner = Owner(pathlib.Path(sys.argv[1])); owner.announce('x'); owner.release()"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
