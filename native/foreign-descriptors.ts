/** Open files of another process of the same owner: pidfd_getfd(2), which ptrace(2)'s rules of access hold for. */
import { checked, libc } from './libc.ts';
import { close } from './sockets.ts';

const syscall = libc.func('intptr_t syscall(intptr_t number, intptr_t a, intptr_t b, uintptr_t c)');
const prctl = libc.func('int prctl(int option, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)');

/** The same on every processor that has them. */
const SYS_PIDFD_OPEN = 434;
const SYS_PIDFD_GETFD = 438;
/** linux/prctl.h. */
const PR_SET_PTRACER = 0x59616d61;

/** Lets a process take this one's descriptors where Yama would keep it from that. It needs no leave elsewhere. */
export function letTakeDescriptors(pid: number): void {
  prctl(PR_SET_PTRACER, pid, 0, 0, 0);
}

/**
 * What a process has open under these numbers, under numbers of this one's.
 * @throws SystemCallError where there is no such process or file, or this one may not have it.
 */
export function takeDescriptors(pid: number, fds: readonly number[]): number[] {
  const process = checked('pidfd_open', Number(syscall(SYS_PIDFD_OPEN, pid, 0, 0)));
  const taken: number[] = [];
  try {
    for (const fd of fds) {
      taken.push(checked('pidfd_getfd', Number(syscall(SYS_PIDFD_GETFD, process, fd, 0))));
    }
    return taken;
  } catch (error) {
    for (const fd of taken) close(fd);
    throw error;
  } finally {
    close(process);
  }
}
