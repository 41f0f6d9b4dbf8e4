/** Plays one group of a transcript from an empty table. */

import type { Difference } from './recording.ts';
import {
  type CounterHistory,
  ratesIn,
  type TrafficTiming,
  timingThatShows,
  USUAL_TIMING,
} from './traffic-timing.ts';
import { compareOutput } from './transcript-comparison.ts';
import { TranscriptDirector } from './transcript-director.ts';
import { recordedNames } from './transcript-names.ts';
import type { RecordedCommand, TranscriptGroup } from './transcript-schema.ts';
import { packetsOf } from './transcript-traffic.ts';

/** What a transcript does not say of its machine. */
export interface Unknowns {
  /** Part of the kernel's hash of services; shows in lists that are not sorted. */
  readonly orderKey: number;
  /** By the row that the traffic stands in. */
  readonly timings: ReadonlyMap<number, TrafficTiming>;
}

export interface PlayedGroup {
  readonly played: number;
  readonly notPlayed: number;
  readonly differences: readonly Difference[];
  /** What the traffic in each row did to the counters of services. */
  readonly histories: ReadonlyMap<number, ReadonlyMap<string, CounterHistory>>;
}

export async function playGroup(
  { commands }: TranscriptGroup,
  hosts: Readonly<Record<string, string>>,
  { orderKey, timings }: Unknowns,
): Promise<PlayedGroup> {
  const director = new TranscriptDirector(recordedNames(hosts), orderKey);
  const differences: Difference[] = [];
  const histories = new Map<number, ReadonlyMap<string, CounterHistory>>();
  let played = 0;
  for (const [row, recorded] of commands.entries()) {
    if ('traffic' in recorded) {
      const packets = packetsOf(recorded.traffic);
      if (packets === undefined) return { played, notPlayed: commands.length - row, differences, histories };
      histories.set(row, director.traffic(packets, timings.get(row) ?? USUAL_TIMING));
      continue;
    }
    played++;
    const findings = compareOutput(recorded, await director.command(recorded.cmd, recorded.stdin));
    if (findings.length > 0) differences.push({ step: row, action: recorded.cmd, findings, before: [] });
  }
  return { played, notPlayed: 0, differences, histories };
}

/** The timings of traffic under which the recorded rates are shown, where there are such. */
export function timingsOf(
  { commands }: TranscriptGroup,
  { histories }: PlayedGroup,
): Map<number, TrafficTiming> {
  const timings = new Map<number, TrafficTiming>();
  for (const [row, history] of histories) {
    const rates = ratesAfter(commands, row);
    const timing = rates === undefined ? undefined : timingThatShows(rates, history);
    if (timing !== undefined) timings.set(row, timing);
  }
  return timings;
}

function ratesAfter(commands: TranscriptGroup['commands'], row: number) {
  for (const recorded of commands.slice(row + 1)) {
    if ('traffic' in recorded) return undefined;
    if (isNumericRates(recorded)) return ratesIn(recorded.stdout);
  }
  return undefined;
}

function isNumericRates({ cmd }: RecordedCommand): boolean {
  return /^ipvsadm (-Ln|-ln|-L -n|--list --numeric) --rate\b/.test(cmd);
}
