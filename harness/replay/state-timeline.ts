/** Replays a recorded timeline: connections brought into each state and then left alone until they are gone. */
import { z } from 'zod';
import type { Endpoint } from './frames.ts';
import { serverAddress } from './network.ts';
import { type CaseResult, type RecordingFormat, readAs } from './recording.ts';
import { type CaseReplay, replaySteps } from './replay-steps.ts';
import { compareEntry, parseStateSetting, StateReplay } from './state-replay.ts';

const timelineSchema = z.looseObject({
  timeouts: z.tuple([z.number(), z.number(), z.number()]).optional(),
  /** What brought each connection into its state. */
  paths: z.record(z.string(), z.array(z.string())),
  rows: z.array(
    z.looseObject({
      /** Seconds since the connections were made. */
      t: z.number(),
      /** State, and seconds until it expires, of each connection that is still there. */
      conns: z.record(z.string(), z.tuple([z.string(), z.number()])),
      /** Server, active, inactive. */
      counts: z.array(z.tuple([z.string(), z.number(), z.number()])).optional(),
    }),
  ),
});

type Timeline = z.infer<typeof timelineSchema>;
type Row = Timeline['rows'][number];

export const stateTimeline: RecordingFormat = {
  name: 'timeline',
  recognises: ({ json }) => typeof json === 'object' && json !== null && 'paths' in json && 'rows' in json,
  replay: (file) => [replayTimeline(readAs(timelineSchema, file, stateTimeline.name))],
};

const SERVERS = 2;

function replayTimeline(recorded: Timeline): CaseResult {
  const start = () => new TimelineReplay(recorded);
  return replaySteps('timeline', recorded.rows, start, ({ t }) => `look after ${t} s`);
}

class TimelineReplay implements CaseReplay<Row> {
  readonly #replay: StateReplay;
  readonly #clients = new Map<string, Endpoint>();
  readonly #startMs: number;

  constructor({ paths, timeouts }: Timeline) {
    const setting = parseStateSetting(timeouts === undefined ? 'nat' : `nat timeouts ${timeouts.join(' ')}`);
    this.#replay = new StateReplay({ protocol: 'tcp', servers: SERVERS, setting });
    Object.entries(paths).forEach(([name, events], index) => {
      const client = { address: '10.8.0.1', port: 10_001 + index };
      this.#clients.set(name, client);
      let server = serverAddress(1);
      for (const event of events) {
        const outcome = this.#replay.play(event, client, server);
        if (outcome.to === 'server') server = outcome.address;
      }
    });
    this.#startMs = this.#replay.director.nowMs;
  }

  describe(): string[] {
    return this.#replay.describe();
  }

  step({ t, conns, counts }: Row): string[] {
    this.#advance(t, conns);
    const findings: string[] = [];
    for (const [name, client] of this.#clients) {
      const [state, expires] = conns[name] ?? [null, null];
      const entry = compareEntry(this.#replay.connectionOf(client), state, expires);
      findings.push(...entry.map((finding) => `${name}: ${finding}`));
    }
    return [...findings, ...this.#replay.compareCounts(counts)];
  }

  /**
   * Advances to a row's time. The kernel's timers are late by up to a granule of their wheel, and show 0 until then:
   * an entry that was recorded with no time left may stay that long.
   */
  #advance(t: number, conns: Row['conns']): void {
    const { director } = this.#replay;
    const atMs = this.#startMs + t * 1000;
    let expireUntilMs = atMs;
    for (const [name, [, expires]] of Object.entries(conns)) {
      const client = this.#clients.get(name);
      const seen = client && this.#replay.connectionOf(client);
      if (expires !== 0 || seen === undefined) continue;
      const dueMs = director.nowMs + seen.expires * 1000;
      if (atMs - dueMs <= wheelGranuleMs(atMs - this.#startMs))
        expireUntilMs = Math.min(expireUntilMs, dueMs - 1);
    }
    director.advanceTo(atMs, expireUntilMs);
  }
}

/** How late the kernel's timer wheel may be for a timer of this length, at 250 ticks a second. */
function wheelGranuleMs(timerMs: number): number {
  let granuleMs = 4;
  for (let reachMs = 63 * 4; timerMs >= reachMs; reachMs *= 8) granuleMs *= 8;
  return granuleMs;
}
