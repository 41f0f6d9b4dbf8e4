/** Which open files the programs get that this process becomes or starts. */
import { checked, libc } from './libc.ts';

const fcntl = libc.func('int fcntl(int fd, int command, int value)');
const F_SETFD = 2;
const FD_CLOEXEC = 1;

/** Leaves a file open across execve(2); Node closes all but the standard ones. @throws SystemCallError if it is not open. */
export function keepAcrossExec(fd: number): void {
  checked('fcntl(F_SETFD)', fcntl(fd, F_SETFD, 0));
}

/** Keeps a descriptor that somebody else has made from them. @throws SystemCallError if it is not open. */
export function closeOnExec(fd: number): void {
  checked('fcntl(F_SETFD)', fcntl(fd, F_SETFD, FD_CLOEXEC));
}
