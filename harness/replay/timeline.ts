/** Replays a recorded timeline: connections brought into each state and then left alone until they are gone. */
import { z } from 'zod';
import type { Endpoint } from './frames.ts';
import { serverAddress } from './network.ts';
import { readAs } from './read-as.ts';
import type { CaseResult, Difference, RecordingFormat } from './recording.ts';
import { parseSetting } from './setting.ts';
import { compareEntry, StateReplay } from './state-replay.ts';

const timelineSchema = z.looseObject({
  timeouts: z.tuple([z.number(), z.number(), z.number()]).optional(),
  /** What brought each connection into its state. */
  paths: z.record(z.string(), z.array(z.string())),
  rows: z.array(
    z.looseObject({
      /** Seconds since the connections were made. */
      t: z.number(),
      /** State and seconds until it expires, of those that are still there. */
      conns: z.record(z.string(), z.tuple([z.string(), z.number()])),
      /** Server, active, inactive. */
      counts: z.array(z.tuple([z.string(), z.number(), z.number()])).optional(),
    }),
  ),
});

type Timeline = z.infer<typeof timelineSchema>;
type Row = Timeline['rows'][number];

export const timeline: RecordingFormat = {
  name: 'timeline',
  recognises: ({ json }) => typeof json === 'object' && json !== null && 'paths' in json && 'rows' in json,
  replay: (file) => [replayTimeline(readAs(timelineSchema, file, timeline.name))],
};

const SERVERS = 2;

function replayTimeline(recorded: Timeline): CaseResult {
  const replay = new TimelineReplay(recorded);
  let differentSteps = 0;
  let first: Difference | undefined;
  recorded.rows.forEach((row, index) => {
    const before = replay.describe();
    const findings = replay.row(row);
    if (findings.length === 0) return;
    differentSteps++;
    first ??= { step: index, action: `look after ${row.t} s`, findings, before };
  });
  return { name: 'timeline', steps: recorded.rows.length, differentSteps, first };
}

class TimelineReplay {
  readonly #replay: StateReplay;
  readonly #clients = new Map<string, Endpoint>();
  readonly #startMs: number;

  constructor({ paths, timeouts }: Timeline) {
    const setting = parseSetting(timeouts === undefined ? 'nat' : `nat timeouts ${timeouts.join(' ')}`);
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
    return this.#replay.director.describe();
  }

  row({ t, conns, counts }: Row): string[] {
    this.#advance(t, conns);
    const findings: string[] = [];
    for (const [name, client] of this.#clients) {
      const [state, expires] = conns[name] ?? [null, null];
      const entry = compareEntry(this.#replay.connectionOf(client), state, expires);
      findings.push(...entry.map((finding) => `${name}: ${finding}`));
    }
    for (const [server, active, inactive] of counts ?? []) {
      const seen = this.#replay.countsOf(server);
      if (seen?.[0] === active && seen[1] === inactive) continue;
      findings.push(
        `${server} (active inactive): recorded ${active} ${inactive}, seen ${seen?.join(' ') ?? 'no such server'}`,
      );
    }
    return findings;
  }

  /**
   * Goes to a row's time. The kernel's timers are late by up to a granule of their wheel, and show 0 until then: an
   * entry that is recorded with nothing left is given that long.
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

/** How late the kernel's wheel may be for a timer of this length, at 250 ticks a second. */
function wheelGranuleMs(timerMs: number): number {
  let granuleMs = 4;
  for (let reachMs = 63 * 4; timerMs >= reachMs; reachMs *= 8) granuleMs *= 8;
  return granuleMs;
}
