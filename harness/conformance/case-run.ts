/** A case that was played. */
import { join } from 'node:path';
import type { Topology } from '../../lab/index.ts';
import type { InterfaceCapture } from '../../lab/memory/index.ts';
import type { Seen } from '../../scenarios/kit/packet-case.ts';
import { SeenPackets } from '../../scenarios/kit/seen-packets.ts';

export interface CaseRun {
  readonly seen: Seen;
  /** What the case’s `play` resolved with. */
  readonly played: unknown;
  /** What it threw instead: the case could not be played to its end, and cannot be judged. */
  readonly error?: Error;
  /** What kept what went by time from its time, as a clause: that the case fails then proves nothing. */
  readonly late?: string;
  /** Every interface of every host. */
  readonly captures: readonly InterfaceCapture[];
  /** What time 0 of the captures is, in milliseconds since the epoch. */
  readonly epochMs: number;
}

/** How a script ended: with what it resolved with, or with what it threw. */
export interface CaseRunEnd {
  readonly played?: unknown;
  readonly error?: Error;
}

/** @param directory Where the captures are or will be kept: findings name their files. */
export function caseRunOf(
  topology: Topology,
  captures: readonly InterfaceCapture[],
  epochMs: number,
  { played, error }: CaseRunEnd,
  directory = '',
): CaseRun {
  const fileOf = (capture: InterfaceCapture) => join(directory, captureFileName(capture));
  const seen = new SeenPackets({ topology, captures, epochMs, fileOf });
  return { seen, played, ...(error && { error }), captures, epochMs };
}

/** Runs a script to its end, whichever that is. */
export async function endingOf(script: () => Promise<unknown>): Promise<CaseRunEnd> {
  try {
    return { played: await script() };
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }
}

/** Name of the pcap that a capture is kept in. */
export function captureFileName({ host, interface: port }: InterfaceCapture): string {
  return `${host}-${port}.pcap`;
}
