/** CPU time of processes, as the kernel keeps it (proc_pid_stat(5)): what it does in a process's name is included. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** Unit of times in /proc on Linux (USER_HZ). */
const TICK_MS = 10;
/** Fields of /proc/<pid>/stat after the name in parentheses, which may hold spaces. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** Every process in a network namespace, by the namespace's inode. */
export function processesByNamespace(): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const inode = namespaceOf(name);
    if (inode !== undefined) found.set(inode, [...(found.get(inode) ?? []), Number(name)]);
  }
  return found;
}

export function inodeOf(namespace: string): number {
  return statSync(`/run/netns/${namespace}`).ino;
}

/** Milliseconds of CPU that a process and its threads have used; 0 once it is gone. */
export function cpuTimeMs(pid: number): number {
  try {
    return parseCpuTimeMs(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return 0;
  }
}

export function parseCpuTimeMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) * TICK_MS;
}

function namespaceOf(pid: string): number | undefined {
  try {
    return Number(/\d+/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[0]);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
