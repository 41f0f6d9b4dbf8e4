import { ExecaError, execa } from 'execa';
import { LabError } from '../error.ts';
import type { Topology } from '../topology.ts';
import {
  createLines,
  FABRIC,
  fabricForwards,
  fabricScript,
  hostScript,
  isSwitchedOff,
  portOf,
} from './blueprint.ts';
import { verifyOffloads } from './offloads.ts';
import type { OwnerRecord } from './owner.ts';
import { markOf } from './processes.ts';

/**
 * Makes a topology's namespaces and links, and resolves when all links carry frames.
 *
 * @param ending stops the building between steps and in them.
 * @throws LabError saying which step failed and how. What was made until then is left to the caller.
 */
export async function buildNetwork(topology: Topology, run: OwnerRecord, ending: AbortSignal): Promise<void> {
  const shellIn = (name: string, step: string, script: string) =>
    carryOut(`${step} ${name}`, ['ip', 'netns', 'exec', run.prefix + name, 'sh', '-s'], script, run, ending);
  const configure = async (name: string, script: string, ports: readonly string[]) =>
    verifyOffloads(name, ports, await shellIn(name, 'configure', script));

  const links = createLines(topology, run.prefix).join('\n');
  await carryOut('create namespaces and links', ['ip', '-batch', '-'], links, run, ending);
  await Promise.all([
    configure(
      FABRIC,
      fabricScript(topology),
      topology.hosts.flatMap((host) => host.interfaces.map((own) => portOf(host, own))),
    ),
    ...topology.hosts.map((host) =>
      configure(
        host.name,
        hostScript(host),
        host.interfaces.filter(isSwitchedOff).map(({ name }) => name),
      ),
    ),
  ]);
  await shellIn(FABRIC, 'wait for the links of', fabricForwards(topology));
}

/** One step: ends with the lab, carries the run's mark, and fails in words. */
async function carryOut(
  step: string,
  [file, ...args]: readonly [string, ...string[]],
  input: string,
  run: OwnerRecord,
  ending: AbortSignal,
): Promise<string> {
  try {
    const options = { input, env: markOf(run), cancelSignal: ending, detached: true };
    return (await execa(file, args, options)).stdout;
  } catch (error) {
    ending.throwIfAborted();
    if (!(error instanceof ExecaError)) throw error;
    const why = error.code === 'ENOENT' ? `${file} is not installed` : error.stderr || error.shortMessage;
    throw new LabError(
      `Could not ${step}: ${why}\nA lab needs root, iproute2 and ethtool, and a kernel with network namespaces, ` +
        'veth and bridge.',
    );
  }
}
