/** The machine that a run was made on, for the result. */
import { arch, cpus, release, totalmem } from 'node:os';
import type { Result } from '../../reports/result.ts';

export function thisMachine(): Result['run']['machine'] {
  const processors = cpus();
  return {
    kernel: `${release()} ${arch()}`,
    cpu: processors[0]?.model.trim() || 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    node: process.version,
  };
}
