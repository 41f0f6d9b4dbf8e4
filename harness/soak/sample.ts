/** What is seen of a director after each round of a soak. */
import { readdir, readFile } from 'node:fs/promises';

export interface SoakSample {
  /** Since the soak began. */
  readonly atMs: number;
  /** The director's process: another one after each restart. */
  readonly pid: number;
  /** Resident memory. */
  readonly memoryBytes: number;
  readonly descriptors: number;
  /** In its table. */
  readonly connections: number;
  /** In this round, at least. */
  readonly opened: number;
  /** Median of requests on lasting connections in this round. */
  readonly latencyMs: number;
  readonly requests: number;
  readonly errors: number;
}

const KIB = 1024;

/** What the kernel says of a process. @throws the system's error if it has gone. */
export async function processFigures(pid: number): Promise<Pick<SoakSample, 'memoryBytes' | 'descriptors'>> {
  const [status, descriptors] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readdir(`/proc/${pid}/fd`),
  ]);
  const [, kibibytes = '0'] = /^VmRSS:\s*(\d+) kB$/m.exec(status) ?? [];
  return { memoryBytes: Number(kibibytes) * KIB, descriptors: descriptors.length };
}
