"""The LLVM IR of the worker threads: how they wait, meet at a barrier, and take jobs.

Everything waits on a *gate*: a 32-bit word that somebody else will change, and beside it the
number of those who sleep until then:

    wait(word, old, spins):                 wake(word):        # after changing the word
        repeat spins times:                     if sleepers != 0:
            return if word != old                   futex_wake(word)
            pause
        sleepers += 1
        while word == old:
            futex_wait(word, old)
        sleepers -= 1

No wake-up is lost: the waker changes the word, then reads `sleepers`; the sleeper changes
`sleepers`, then (in the kernel, atomically with falling asleep) reads the word. All four are
sequentially consistent, so at least one of the two sees the other (Dekker's pattern; Drepper,
"Futexes are tricky", 2011). Where there is no futex, a sleeper polls with growing naps.

The memory of a pool, in lines of 128 bytes (two of x86, one of Apple's):

    remaining   gate: workers that haven't finished the job
    job         function, context, number of threads
    barrier     those who have arrived
    epoch       gate: how often the barrier has opened
    spins       how long to spin before sleeping, in turns
    mailbox[t]  gate: how many jobs thread t was given
"""

from __future__ import annotations

import sys
from functools import cache

from geartrain.runtime.cpu import host_architecture
from geartrain.settings import MAX_THREADS

LINE = 128
REMAINING, JOB, BARRIER, EPOCH, SPINS, MAILBOXES = (LINE * line for line in range(6))
STATE_BYTES = MAILBOXES + LINE * MAX_THREADS

# The futex system call's number (Linux's arch/*/entry/syscalls tables).
FUTEX_NUMBERS = {"x86_64": 202, "aarch64": 98, "riscv64": 98, "powerpc64le": 221, "s390x": 238}
FUTEX_WAIT_PRIVATE, FUTEX_WAKE_PRIVATE = 128, 129

NAP_US, LONGEST_NAP_US = 20, 1000


def barrier_ir(portable: bool = False, architecture: str | None = None) -> str:
    """IR that defines `void @geartrain_barrier(ptr %barrier, i64 %nthreads)` for one module.

    To be appended once to a module whose functions the pool runs. All `nthreads` threads of a job
    call it with what they were given; nobody returns before the last has called, and what anybody
    wrote before is seen by everybody after. One thread returns at once.

    A function that calls it must not mark as `noalias` a pointer to memory that other threads
    write: LLVM may then move a load over the call. Mark it in a function without barriers.
    """
    return waiting_ir(portable, architecture) + _BARRIER


def pool_ir(portable: bool = False) -> str:
    """IR of the pool itself: a worker's life, giving out a job, and turns of the spin loop."""
    return waiting_ir(portable) + _POOL


@cache
def waiting_ir(portable: bool = False, architecture: str | None = None) -> str:
    """IR of `wait` and `wake`: with a futex where the system has one, unless `portable`.

    `architecture` is whose code it becomes; None is this machine's.
    """
    architecture = architecture or host_architecture()
    number = FUTEX_NUMBERS.get(architecture) if sys.platform == "linux" else None
    waiting = _nap_ir() if number is None or portable else _futex_ir(number)
    return _pause_ir(architecture) + _WAIT + waiting


def _pause_ir(architecture: str) -> str:
    """The hint that the processor is spinning: it saves power and leaves a twin thread its turn."""
    if architecture == "x86_64":
        return _PAUSE.format(intrinsic="llvm.x86.sse2.pause", parameter="", argument="")
    if architecture in ("aarch64", "arm64"):
        yield_hint = {"parameter": "i32", "argument": "i32 1"}
        return _PAUSE.format(intrinsic="llvm.aarch64.hint", **yield_hint)
    return "\ndefine internal void @geartrain_pause() nounwind {\n  ret void\n}\n"


def _futex_ir(number: int) -> str:
    return _FUTEX.format(number=number, wait=FUTEX_WAIT_PRIVATE, wake=FUTEX_WAKE_PRIVATE)


def _nap_ir() -> str:
    if sys.platform == "win32":  # Sleep counts in milliseconds
        return _NAP.format(give_way="SwitchToThread", sleep="Sleep", first=1, longest=1)
    return _NAP.format(give_way="sched_yield", sleep="usleep", first=NAP_US, longest=LONGEST_NAP_US)


_PAUSE = """
declare void @{intrinsic}({parameter})

define internal void @geartrain_pause() alwaysinline nounwind {{
  call void @{intrinsic}({argument})
  ret void
}}
"""

_WAIT = """
define internal void @geartrain_wait(ptr %word, i32 %old, i32 %spins) noinline nounwind {
entry:
  br label %look
look:
  %turn = phi i32 [0, %entry], [%next_turn, %spin]
  %now = load atomic i32, ptr %word acquire, align 4
  %changed = icmp ne i32 %now, %old
  br i1 %changed, label %done, label %patience
patience:
  %spent = icmp uge i32 %turn, %spins
  br i1 %spent, label %sleep, label %spin
spin:
  call void @geartrain_pause()
  %next_turn = add i32 %turn, 1
  br label %look
sleep:
  %sleepers = getelementptr i8, ptr %word, i64 4
  %others = atomicrmw add ptr %sleepers, i32 1 seq_cst, align 4
  call void @geartrain_sleep(ptr %word, i32 %old)
  %awake = atomicrmw sub ptr %sleepers, i32 1 seq_cst, align 4
  br label %done
done:
  ret void
}

define internal void @geartrain_wake(ptr %word) nounwind {
entry:
  %sleepers = getelementptr i8, ptr %word, i64 4
  %count = load atomic i32, ptr %sleepers seq_cst, align 4
  %none = icmp eq i32 %count, 0
  br i1 %none, label %done, label %rouse
rouse:
  call void @geartrain_rouse(ptr %word)
  br label %done
done:
  ret void
}
"""

_FUTEX = """
declare i64 @syscall(i64, ...)

define internal void @geartrain_sleep(ptr %word, i32 %old) nounwind {{
entry:
  %expected = zext i32 %old to i64
  br label %look
look:
  %now = load atomic i32, ptr %word seq_cst, align 4
  %changed = icmp ne i32 %now, %old
  br i1 %changed, label %done, label %block
block:
  %woken = call i64 (i64, ...) @syscall(i64 {number}, ptr %word, i64 {wait}, i64 %expected, i64 0)
  br label %look
done:
  ret void
}}

define internal void @geartrain_rouse(ptr %word) nounwind {{
  %count = call i64 (i64, ...) @syscall(i64 {number}, ptr %word, i64 {wake}, i64 2147483647)
  ret void
}}
"""

_NAP = """
declare i32 @{give_way}()
declare i32 @{sleep}(i32)

define internal void @geartrain_sleep(ptr %word, i32 %old) nounwind {{
entry:
  br label %look
look:
  %turn = phi i32 [0, %entry], [%next_turn, %yield], [%turn, %nap]
  %length = phi i32 [{first}, %entry], [{first}, %yield], [%next_length, %nap]
  %now = load atomic i32, ptr %word seq_cst, align 4
  %changed = icmp ne i32 %now, %old
  br i1 %changed, label %done, label %wait
wait:
  %polite = icmp ult i32 %turn, 64
  br i1 %polite, label %yield, label %nap
yield:
  %yielded = call i32 @{give_way}()
  %next_turn = add i32 %turn, 1
  br label %look
nap:
  %slept = call i32 @{sleep}(i32 %length)
  %double = shl i32 %length, 1
  %long = icmp ugt i32 %double, {longest}
  %next_length = select i1 %long, i32 {longest}, i32 %double
  br label %look
done:
  ret void
}}

define internal void @geartrain_rouse(ptr %word) nounwind {{
  ret void
}}
"""

# The last to arrive sets the count back before it opens the barrier, and nobody arrives again
# before having seen it open: so one count serves every round.
_BARRIER = f"""
define internal void @geartrain_barrier(ptr %barrier, i64 %nthreads) noinline nounwind {{
entry:
  %alone = icmp ule i64 %nthreads, 1
  br i1 %alone, label %done, label %arrive
arrive:
  %epoch = getelementptr i8, ptr %barrier, i64 {EPOCH - BARRIER}
  %round = load atomic i32, ptr %epoch acquire, align 4
  %before = atomicrmw add ptr %barrier, i32 1 acq_rel, align 4
  %arrived = add i32 %before, 1
  %expected = trunc i64 %nthreads to i32
  %last = icmp eq i32 %arrived, %expected
  br i1 %last, label %open, label %wait
open:
  store atomic i32 0, ptr %barrier monotonic, align 4
  %opened = atomicrmw add ptr %epoch, i32 1 seq_cst, align 4
  call void @geartrain_wake(ptr %epoch)
  br label %done
wait:
  %patience = getelementptr i8, ptr %barrier, i64 {SPINS - BARRIER}
  %spins = load atomic i32, ptr %patience monotonic, align 4
  call void @geartrain_wait(ptr %epoch, i32 %round, i32 %spins)
  br label %done
done:
  ret void
}}
"""

# A worker has a mailbox of its own, so those who don't take part in a job neither wake nor read
# what the next job may be writing. A job without a function ends the worker.
_POOL = f"""
define void @geartrain_worker(ptr %state, i64 %tid) nounwind {{
entry:
  %mail_line = mul i64 %tid, {LINE}
  %mail_offset = add i64 %mail_line, {MAILBOXES}
  %mailbox = getelementptr i8, ptr %state, i64 %mail_offset
  %function_slot = getelementptr i8, ptr %state, i64 {JOB}
  %context_slot = getelementptr i8, ptr %state, i64 {JOB + 8}
  %nthreads_slot = getelementptr i8, ptr %state, i64 {JOB + 16}
  %barrier = getelementptr i8, ptr %state, i64 {BARRIER}
  %patience = getelementptr i8, ptr %state, i64 {SPINS}
  br label %wait
wait:
  %seen = phi i32 [0, %entry], [%mail, %finish], [%mail, %last]
  %spins = load atomic i32, ptr %patience monotonic, align 4
  call void @geartrain_wait(ptr %mailbox, i32 %seen, i32 %spins)
  %mail = load atomic i32, ptr %mailbox acquire, align 4
  %function = load ptr, ptr %function_slot, align 8
  %over = icmp eq ptr %function, null
  br i1 %over, label %end, label %finish
finish:
  %context = load ptr, ptr %context_slot, align 8
  %nthreads = load i64, ptr %nthreads_slot, align 8
  call void %function(i64 %tid, i64 %nthreads, ptr %context, ptr %barrier)
  %left = atomicrmw sub ptr %state, i32 1 seq_cst, align 4
  %is_last = icmp eq i32 %left, 1
  br i1 %is_last, label %last, label %wait
last:
  call void @geartrain_wake(ptr %state)
  br label %wait
end:
  ret void
}}

define void @geartrain_dispatch(ptr %state, ptr %function, ptr %context, i64 %nthreads,
                                i32 %spins) nounwind {{
entry:
  %function_slot = getelementptr i8, ptr %state, i64 {JOB}
  %context_slot = getelementptr i8, ptr %state, i64 {JOB + 8}
  %nthreads_slot = getelementptr i8, ptr %state, i64 {JOB + 16}
  %barrier = getelementptr i8, ptr %state, i64 {BARRIER}
  %patience = getelementptr i8, ptr %state, i64 {SPINS}
  %mailboxes = getelementptr i8, ptr %state, i64 {MAILBOXES}
  store ptr %function, ptr %function_slot, align 8
  store ptr %context, ptr %context_slot, align 8
  store i64 %nthreads, ptr %nthreads_slot, align 8
  store atomic i32 %spins, ptr %patience monotonic, align 4
  %wide_workers = sub i64 %nthreads, 1
  %workers = trunc i64 %wide_workers to i32
  store atomic i32 %workers, ptr %state monotonic, align 4
  br label %give
give:
  %tid = phi i64 [1, %entry], [%next_tid, %give]
  %offset = mul i64 %tid, {LINE}
  %mailbox = getelementptr i8, ptr %mailboxes, i64 %offset
  %given = atomicrmw add ptr %mailbox, i32 1 seq_cst, align 4
  call void @geartrain_wake(ptr %mailbox)
  %next_tid = add i64 %tid, 1
  %more = icmp ult i64 %next_tid, %nthreads
  br i1 %more, label %give, label %work
work:
  %over = icmp eq ptr %function, null
  br i1 %over, label %end, label %own_share
own_share:
  call void %function(i64 0, i64 %nthreads, ptr %context, ptr %barrier)
  br label %look
look:
  %left = load atomic i32, ptr %state acquire, align 4
  %finished = icmp eq i32 %left, 0
  br i1 %finished, label %end, label %wait
wait:
  call void @geartrain_wait(ptr %state, i32 %left, i32 %spins)
  br label %look
end:
  ret void
}}

define void @geartrain_spin(i64 %turns) nounwind {{
entry:
  %word = alloca i32, align 4
  store i32 0, ptr %word
  %spins = trunc i64 %turns to i32
  br label %look
look:
  %turn = phi i32 [0, %entry], [%next_turn, %look]
  %now = load atomic i32, ptr %word acquire, align 4
  call void @geartrain_pause()
  %next_turn = add i32 %turn, 1
  %more = icmp ult i32 %next_turn, %spins
  br i1 %more, label %look, label %done
done:
  ret void
}}
"""
