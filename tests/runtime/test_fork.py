"""A fork while another thread makes code: the child can make code as well."""

import subprocess
import sys

FORK_AMID_COMPILATION = """
import os, threading, time
from geartrain.runtime import machine_code

text = "define void @nothing() { ret void }"
started, made = threading.Event(), threading.Event()

def slowly(ir):
    started.set()
    time.sleep(0.3)
    code = compile_object(ir)
    made.set()
    return code

from geartrain.runtime import llvm
compile_object, llvm.compile_object = llvm.compile_object, slowly
thread = threading.Thread(target=machine_code.load, args=(text,))
thread.start()
started.wait()
child = os.fork()
waited = made.is_set()
if child == 0:
    llvm.compile_object = compile_object
    machine_code.load(text).address("nothing")
    os._exit(5)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), waited)
"""


def test_a_fork_waits_until_the_code_that_is_being_made_is_done(monkeypatch):
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK_AMID_COMPILATION],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "5 True\n", done.stderr
