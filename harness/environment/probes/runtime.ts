import type { RuntimeRequirement } from '../requirements.ts';
import type { Outcome } from './outcome.ts';

export function probeRuntime(name: RuntimeRequirement['name']): Outcome {
  return name === 'root' ? probeRoot() : probeNode();
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

function probeRoot(): Outcome {
  return { present: isRoot(), detail: `user id ${process.geteuid?.() ?? 'unknown'}` };
}

function probeNode(): Outcome {
  const major = Number(process.versions.node.split('.')[0]);
  return { present: major >= 24, detail: `${process.version} at ${process.execPath}` };
}
