/** The machine that a run was made on, for the result. */
import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem } from 'node:os';
import type { Result } from '../../reports/result.ts';

export function thisMachine(): Result['run']['machine'] {
  const processors = cpus();
  return {
    kernel: `${release()} ${arch()}`,
    cpu: `${processors[0]?.model.trim() || 'unknown'}${generation()}`,
    cores: processors.length,
    memoryBytes: totalmem(),
    node: process.version,
  };
}

/** `, family 26, model 2`: virtual machines often hide which processor it is, and timings depend on it. */
function generation(): string {
  let text: string;
  try {
    text = readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    // Not Linux.
    return '';
  }
  const [family, model] = [/^cpu family\s*: (\d+)$/m, /^model\s*: (\d+)$/m].map(
    (line) => line.exec(text)?.[1],
  );
  return family === undefined || model === undefined ? '' : `, family ${family}, model ${model}`;
}
