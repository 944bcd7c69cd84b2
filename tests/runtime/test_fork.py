"""A fork while another thread is in LLVM: the child can make code as well."""

import subprocess
import sys

FORK_AMID_COMPILATION = """
import os, threading, time
from llvmlite.binding import ffi
from geartrain.runtime import machine_code

inside = threading.Event()

def linger():  # in LLVM, with its binding's lock held
    inside.set()
    time.sleep(0.02)

machine_code.load("define void @first() { ret void }")
ffi.register_lock_callback(linger, lambda: None)
text = "define void @second() { ret void }"
threading.Thread(target=machine_code.load, args=(text,)).start()
inside.wait()
child = os.fork()
if child == 0:
    machine_code.load(text).address("second")
    os._exit(5)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_fork_waits_until_no_thread_is_in_llvm(monkeypatch):
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK_AMID_COMPILATION],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "5\n", done.stderr
