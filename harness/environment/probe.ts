import { isPackage } from './installation.ts';
import type { ProbeResult } from './namespace-trial.ts';
import { probeKernel } from './probe-kernel.ts';
import type { Requirement, RuntimeRequirement } from './requirements.ts';
import { isRoot } from './rights.ts';
import { findCommand } from './system-path.ts';

/** What was found about one requirement: where it is, how it works here, or what the system said instead. */
export interface Probed extends ProbeResult {
  readonly requirement: Requirement;
}

/** Finds out, in parallel, which requirements are met. Leaves nothing behind. Answers in the order given. */
export async function probe(requirements: readonly Requirement[]): Promise<Probed[]> {
  return Promise.all(
    requirements.map(async (requirement) => ({ requirement, ...(await answer(requirement)) })),
  );
}

/** Finds a command without starting a process. */
export function probeCommand(name: string): ProbeResult {
  const file = findCommand(name);
  return { present: file !== undefined, detail: file ?? 'not found' };
}

async function answer(requirement: Requirement): Promise<ProbeResult> {
  switch (requirement.kind) {
    case 'command':
      return probeCommand(requirement.name);
    case 'kernel':
      return probeKernel(requirement.name);
    case 'runtime':
      return probeRuntime(requirement.name);
  }
}

function probeRuntime(name: RuntimeRequirement['name']): ProbeResult {
  return name === 'root' ? probeRoot() : probeNode();
}

function probeRoot(): ProbeResult {
  return { present: isRoot(), detail: `user id ${process.geteuid?.() ?? 'unknown'}` };
}

function probeNode(): ProbeResult {
  const major = Number(process.versions.node.split('.')[0]);
  // A package is compiled, and its launcher refuses versions that are too old for that.
  return { present: isPackage || major >= 24, detail: `${process.version} at ${process.execPath}` };
}
