/**
 * When the estimators ran, relative to the traffic between two commands. A transcript does not say, but only a few
 * moments explain the rates that it shows afterwards, so it must have been one of these.
 */
import { type Counters, Estimator } from '../../director/index.ts';
import { countersWithout } from '../../scenarios/kit/session/counter-values.ts';
import type { RecordedCommand, TranscriptGroup } from './transcript-case.ts';

export interface TrafficTiming {
  /** Packets that were sent before the estimators first ran; 0 if they did not run in between. */
  readonly packetsBefore: number;
  /** How many times they ran after the last packet. */
  readonly runsAfter: number;
}

export const USUAL_TIMING: TrafficTiming = { packetsBefore: 0, runsAfter: 1 };

const MOST_RUNS = 12;

/** Counters of a service: first as they were before the traffic, then after each packet. */
export type CounterHistory = readonly Readonly<Counters>[];

/** What traffic did to the counters of each service, by protocol and address: `UDP 10.0.0.1:53`. */
export type TrafficHistory = ReadonlyMap<string, CounterHistory>;

/** Connections, packets in and out, bytes in and out, per second. */
type ShownRates = readonly number[];

/**
 * The timings that explain the recorded rates, where there are any.
 *
 * @param histories Of the services, for each row of the group that is traffic.
 */
export function timingsOf(
  { commands }: TranscriptGroup,
  histories: ReadonlyMap<number, TrafficHistory>,
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

/** The rates that `ipvsadm -Ln --rate` printed for each service. */
function ratesIn(text: string): ReadonlyMap<string, ShownRates> {
  const rates = new Map<string, ShownRates>();
  for (const line of text.split('\n')) {
    const match = /^(TCP|UDP|SCTP)\s+(\S+)((?:\s+\d+){5})$/.exec(line);
    const [, protocol, address, numbers = ''] = match ?? [];
    if (match !== null) rates.set(`${protocol} ${address}`, numbers.trim().split(/\s+/).map(Number));
  }
  return rates;
}

/** A timing under which every service shows its rates; undefined if there is none. */
function timingThatShows(
  rates: ReadonlyMap<string, ShownRates>,
  histories: TrafficHistory,
): TrafficTiming | undefined {
  const packets = Math.max(...Array.from(histories.values(), (history) => history.length)) - 1;
  for (let runsAfter = 1; runsAfter <= MOST_RUNS; runsAfter++) {
    for (let packetsBefore = 0; packetsBefore < packets; packetsBefore++) {
      const timing = { packetsBefore, runsAfter };
      const fits = ([name, shown]: [string, ShownRates]) => {
        const seen = ratesUnder(timing, histories.get(name) ?? []);
        return shown.every((value, i) => value === seen[i]);
      };
      if (rates.entries().every(fits)) return timing;
    }
  }
  return undefined;
}

function ratesUnder({ packetsBefore, runsAfter }: TrafficTiming, history: CounterHistory): ShownRates {
  const [start] = history;
  const end = history.at(-1);
  const between = history[packetsBefore];
  if (start === undefined || end === undefined || between === undefined) return [];
  const estimator = new Estimator();
  if (packetsBefore > 0) estimator.run(countersWithout(between, start));
  for (let i = 0; i < runsAfter; i++) estimator.run(countersWithout(end, start));
  const { connections, inPackets, outPackets, inBytes, outBytes } = estimator.rates;
  return [connections, inPackets, outPackets, inBytes, outBytes];
}
