/** A bench where no network can be built: what can be played without one, and a plain word on what was not. */
import { platform } from 'node:os';
import type { Terminal } from '../../reports/terminal.ts';
import { probe } from '../environment/probe.ts';
import { requirementsFor } from '../environment/requirements.ts';
import { playCatalogue } from '../packets/run-conformance.ts';
import { recordRun } from '../run/record-run.ts';
import type { BenchOptions } from './options.ts';

/** Without these there are no networks at all; whatever else is missing can be installed. */
const INDISPENSABLE = ['root', 'network namespaces'];

/** Why no network can be built here, as the end of a sentence; undefined where it can. */
export async function whyNoNetworks(): Promise<string | undefined> {
  if (platform() !== 'linux') return `networks are built of Linux’s namespaces, and this is ${platform()}`;
  for (const requirement of requirementsFor('bench')) {
    if (!INDISPENSABLE.includes(requirement.name)) continue;
    const [found] = await probe([requirement]);
    if (found?.present === false) return `${requirement.name} is needed for them (${found.detail})`;
  }
  return undefined;
}

/** The catalogue in memory instead of the bench. Resolves with the exit code. */
export function runWithoutNetworks(
  options: BenchOptions,
  reason: string,
  terminal: Terminal,
): Promise<number> {
  return recordRun(options, terminal, async (recorder, interruption) => {
    recorder.notCovered.push(`No networks could be built here: ${reason}.`);
    await playCatalogue({ ...options, lab: 'memory' }, recorder, interruption);
  });
}
