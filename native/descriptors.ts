/** Which open files the programs get that this process becomes or starts. */
import { checked, libc } from './libc.ts';
import { close } from './sockets.ts';

const fcntl = libc.func('int fcntl(int fd, int command, int value)');
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const F_DUPFD_CLOEXEC = 1030;
const FD_SETSIZE = 1024;

/** Leaves a file open across execve(2); Node closes all but the standard ones. @throws SystemCallError if it is not open. */
export function keepAcrossExec(fd: number): void {
  checked('fcntl(F_SETFD)', fcntl(fd, F_SETFD, 0));
}

/** Keeps a descriptor that somebody else has made from them. @throws SystemCallError if it is not open. */
export function closeOnExec(fd: number): void {
  checked('fcntl(F_SETFD)', fcntl(fd, F_SETFD, FD_CLOEXEC));
}

/**
 * Gives a descriptor a number that select(2) cannot have, so that small ones are left for libraries which call that; no
 * program that this process starts gets it. Where no such number is allowed (RLIMIT_NOFILE), it keeps its own.
 */
export function moveOutOfTheWay(fd: number): number {
  const moved = fcntl(fd, F_DUPFD_CLOEXEC, FD_SETSIZE) as number;
  if (moved < 0) {
    closeOnExec(fd);
    return fd;
  }
  close(fd);
  return moved;
}
