/** Open files as another program gets them that this process becomes. */
import { checked, libc } from './libc.ts';

const fcntl = libc.func('int fcntl(int fd, int command, int value)');
const F_SETFD = 2;

/** Leaves a file open across execve(2); Node closes all but the standard ones. @throws SystemCallError if it is not open. */
export function keepAcrossExec(fd: number): void {
  checked('fcntl(F_SETFD)', fcntl(fd, F_SETFD, 0));
}
