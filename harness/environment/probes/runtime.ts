import { readFileSync } from 'node:fs';
import type { RuntimeRequirement } from '../requirements.ts';
import type { Outcome } from './outcome.ts';

export function probeRuntime(name: RuntimeRequirement['name']): Outcome {
  return name === 'root' ? probeRoot() : probeNode();
}

/** Also true for an ordinary user who is root in a user namespace. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** Root of the whole machine: every user id means itself (user_namespaces(7)). */
export function isRootOfMachine(): boolean {
  try {
    return isRoot() && /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
  } catch {
    // A system without user namespaces.
    return isRoot();
  }
}

function probeRoot(): Outcome {
  return { present: isRoot(), detail: `user id ${process.geteuid?.() ?? 'unknown'}` };
}

function probeNode(): Outcome {
  const major = Number(process.versions.node.split('.')[0]);
  return { present: major >= 24, detail: `${process.version} at ${process.execPath}` };
}
