import { findCommand } from './path.ts';
import { probeKernel } from './probes/kernel.ts';
import { probeRuntime } from './probes/runtime.ts';
import type { CommandRequirement, Requirement } from './requirements.ts';

/** What was found out about one requirement. */
export interface Probed<R extends Requirement = Requirement> {
  readonly requirement: R;
  readonly present: boolean;
  /** Where it was found, how it works here, or what the system said when it was tried. */
  readonly detail: string;
}

/** Finds out, side by side, what of this is there. Leaves nothing behind. Answers in the order asked. */
export async function probe(requirements: readonly Requirement[]): Promise<Probed[]> {
  return Promise.all(
    requirements.map(async (requirement) => ({ requirement, ...(await answer(requirement)) })),
  );
}

/** Finds a command without starting a process. */
export function probeCommand(requirement: CommandRequirement): Probed<CommandRequirement> {
  const file = findCommand(requirement.name);
  return { requirement, present: file !== undefined, detail: file ?? 'not found' };
}

async function answer(requirement: Requirement): Promise<Omit<Probed, 'requirement'>> {
  switch (requirement.kind) {
    case 'command':
      return probeCommand(requirement);
    case 'kernel':
      return probeKernel(requirement.name);
    case 'runtime':
      return probeRuntime(requirement.name);
  }
}
