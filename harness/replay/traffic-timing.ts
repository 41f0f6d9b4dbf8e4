/**
 * When the estimators ran, as seen from traffic between two commands. A recording does not say; but the rates that it
 * shows afterwards fit few moments only, and those it must have been.
 */
import { type Counters, Estimator } from '../../director/index.ts';

export interface TrafficTiming {
  /** Packets that were sent before the estimators first ran; 0 if they did not run in between. */
  readonly packetsBefore: number;
  /** How often they ran after the last packet. */
  readonly runsAfter: number;
}

export const USUAL_TIMING: TrafficTiming = { packetsBefore: 0, runsAfter: 1 };

const MOST_RUNS = 12;

/** Counters of a service: first as they were before the traffic, then after each packet. */
export type CounterHistory = readonly Readonly<Counters>[];

/** Connections, packets in and out, bytes in and out, per second. */
export type ShownRates = readonly number[];

/** The rates that `ipvsadm -Ln --rate` printed for services, by protocol and address: `UDP 10.0.0.1:53`. */
export function ratesIn(text: string): ReadonlyMap<string, ShownRates> {
  const rates = new Map<string, ShownRates>();
  for (const line of text.split('\n')) {
    const match = /^(TCP|UDP|SCTP)\s+(\S+)((?:\s+\d+){5})$/.exec(line);
    const [, protocol, address, numbers = ''] = match ?? [];
    if (match !== null) rates.set(`${protocol} ${address}`, numbers.trim().split(/\s+/).map(Number));
  }
  return rates;
}

/** A timing under which every service shows its rates; undefined if there is none. */
export function timingThatShows(
  rates: ReadonlyMap<string, ShownRates>,
  histories: ReadonlyMap<string, CounterHistory>,
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
  if (packetsBefore > 0) estimator.run(less(between, start));
  for (let i = 0; i < runsAfter; i++) estimator.run(less(end, start));
  const { connections, inPackets, outPackets, inBytes, outBytes } = estimator.rates;
  return [connections, inPackets, outPackets, inBytes, outBytes];
}

function less(a: Readonly<Counters>, b: Readonly<Counters>): Counters {
  return {
    connections: a.connections - b.connections,
    inPackets: a.inPackets - b.inPackets,
    outPackets: a.outPackets - b.outPackets,
    inBytes: a.inBytes - b.inBytes,
    outBytes: a.outBytes - b.outBytes,
  };
}
