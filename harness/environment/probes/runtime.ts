import { readFileSync } from 'node:fs';
import type { RuntimeRequirement } from '../requirements.ts';
import type { ProbeResult } from './outcome.ts';

export function probeRuntime(name: RuntimeRequirement['name']): ProbeResult {
  return name === 'root' ? probeRoot() : probeNode();
}

/** Also true for an ordinary user who is root in a user namespace. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** False for an ordinary user who is root in a user namespace: of its networks, but of no other user (user_namespaces(7)). */
export function isFullRoot(): boolean {
  return isRoot() && read('/proc/self/setgroups').trim() !== 'deny';
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // A system without user namespaces.
    return '';
  }
}

function probeRoot(): ProbeResult {
  return { present: isRoot(), detail: `user id ${process.geteuid?.() ?? 'unknown'}` };
}

function probeNode(): ProbeResult {
  const major = Number(process.versions.node.split('.')[0]);
  return { present: major >= 24, detail: `${process.version} at ${process.execPath}` };
}
