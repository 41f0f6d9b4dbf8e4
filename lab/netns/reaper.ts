/**
 * Taking labs down, one's own and those whose owner has died. Every step may be done twice and by several
 * processes at once: what is already gone is fine, and the record goes last, so an interrupted reaper has a successor.
 */
import { execa } from 'execa';
import { LabError } from '../error.ts';
import { isAbandoned, type OwnerRecord, ownerIsAlive, readRecords, removeRecord } from './owner.ts';
import { killProcessesOf, NAMESPACES_DIRECTORY, namespacesOf } from './processes.ts';

/** Ends the run's processes, deletes its namespaces (and with them all links), then forgets it. */
export async function takeDown(run: OwnerRecord): Promise<void> {
  await killProcessesOf(run);
  const names = await namespacesOf(run);
  if (names.length > 0) {
    // -force: a name that another reaper has just deleted does not stop the rest.
    await execa('ip', ['-force', '-batch', '-'], {
      input: names.map((name) => `netns delete ${name}\n`).join(''),
      reject: false,
    });
  }
  const left = await namespacesOf(run);
  if (left.length > 0) {
    throw new LabError(
      `Namespaces ${left.join(', ')} could not be deleted from ${NAMESPACES_DIRECTORY}. ` +
        `Try "ip netns delete ${left[0]}" to see why; the next run tries again.`,
    );
  }
  await removeRecord(run.id);
}

/**
 * Takes down every lab whose owner has died, except those that were kept on purpose.
 *
 * @returns the ids of the labs taken down.
 */
export async function reapDeadRuns(): Promise<string[]> {
  const dead: OwnerRecord[] = [];
  for (const record of await readRecords()) {
    if (await isAbandoned(record)) dead.push(record);
  }
  await Promise.all(dead.map(takeDown));
  return dead.map(({ id }) => id);
}

export interface LabSummary extends OwnerRecord {
  readonly ownerAlive: boolean;
  readonly namespaces: readonly string[];
}

/** All labs on this machine: in use, kept, or left behind by an owner that died. */
export async function listLabs(): Promise<LabSummary[]> {
  return Promise.all(
    (await readRecords()).map(async (record) => ({
      ...record,
      ownerAlive: await ownerIsAlive(record),
      namespaces: (await namespacesOf(record)).sort(),
    })),
  );
}

/** Takes down a lab that was kept, or whose owner has died. One that is in use is left alone. */
export async function removeLab(id: string): Promise<void> {
  const records = await readRecords();
  const record = records.find((candidate) => candidate.id === id);
  if (record === undefined) {
    const known = records.map((candidate) => candidate.id).join(', ') || 'none';
    throw new LabError(`There is no lab ${id} on this machine; there is: ${known}.`);
  }
  if (!record.kept && record.pid !== process.pid && (await ownerIsAlive(record))) {
    throw new LabError(
      `Lab ${id} is in use by process ${record.pid}. End that process: it takes its lab down itself.`,
    );
  }
  await takeDown(record);
}
