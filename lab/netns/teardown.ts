/**
 * Takes labs down: this process's own, also on a signal, and those whose owner has died. Every step may be repeated and
 * may run in several processes at once. The owner's record is removed last, so that the next run can finish an
 * interrupted teardown.
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

/** The labs of this process, so that a signal can take them down. */
const live = new Set<AsyncDisposable>();

/** The signal that ends this process: its labs go down, and none may come up behind their back. */
let endingSignal: NodeJS.Signals | undefined;

/** @throws LabError once a signal is ending this process. */
export function remember(lab: AsyncDisposable): void {
  if (endingSignal !== undefined) throw new LabError(`No lab is brought up after ${endingSignal}.`);
  live.add(lab);
}

export function forget(lab: AsyncDisposable): void {
  live.delete(lab);
}

/** Takes down every lab of this process, also one that is just coming up. */
export async function disposeAllLabs(): Promise<void> {
  const outcomes = await Promise.allSettled([...live].map((lab) => lab[Symbol.asyncDispose]()));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * From now on, SIGINT, SIGTERM and SIGHUP take all labs down first; then `end` decides how the process ends.
 * Until the returned handle is disposed, these signals do not end the process by themselves.
 *
 * @param end gets the signal, and the error if a lab could not be taken down.
 * @param arrived is called at once: what then fails in a lab fails because of the signal.
 */
export function disposeLabsOnSignals(
  end: (signal: NodeJS.Signals, error: unknown) => void | Promise<void>,
  arrived: (signal: NodeJS.Signals) => void = () => undefined,
): Disposable {
  const onSignal = async (signal: NodeJS.Signals) => {
    if (endingSignal !== undefined) return;
    endingSignal = signal;
    arrived(signal);
    const error = await disposeAllLabs().catch((reason: unknown) => reason);
    await end(signal, error);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
