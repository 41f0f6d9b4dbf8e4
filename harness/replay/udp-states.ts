/** Replays recorded UDP connections: state, time and counts after each datagram. */
import { z } from 'zod';
import { serverAddress } from './network.ts';
import { readAs } from './read-as.ts';
import type { CaseResult, Difference, RecordingFormat } from './recording.ts';
import { parseSetting } from './setting.ts';
import { compareEntry, StateReplay } from './state-replay.ts';

const stepSchema = z.looseObject({
  event: z.enum(['in', 'out']),
  state: z.string().nullable(),
  expires: z.number().nullable(),
  /** Server, active, inactive. */
  counts: z.array(z.tuple([z.string(), z.number(), z.number()])).optional(),
});
const udpSchema = z.record(z.string(), z.array(stepSchema));

type Step = z.infer<typeof stepSchema>;

export const udpStates: RecordingFormat = {
  name: 'UDP states',
  recognises: ({ json }) => {
    const [first] = typeof json === 'object' && json !== null ? Object.values(json) : [];
    return Array.isArray(first) && typeof first[0] === 'object' && first[0] !== null && 'event' in first[0];
  },
  replay: (file) =>
    Object.entries(readAs(udpSchema, file, udpStates.name)).map(([set, steps]) => replaySet(set, steps)),
};

const CLIENT = { address: '10.8.0.1', port: 10_001 };

function replaySet(name: string, steps: readonly Step[]): CaseResult {
  const replay = new StateReplay({ protocol: 'udp', servers: 1, setting: parseSetting(name) });
  let differentSteps = 0;
  let first: Difference | undefined;
  steps.forEach((step, index) => {
    const before = replay.director.describe();
    replay.play(step.event, CLIENT, serverAddress(1));
    const findings = compareEntry(replay.connectionOf(CLIENT), step.state, step.expires);
    for (const [server, active, inactive] of step.counts ?? []) {
      const seen = replay.countsOf(server);
      if (seen?.[0] === active && seen[1] === inactive) continue;
      findings.push(
        `${server} (active inactive): recorded ${active} ${inactive}, seen ${seen?.join(' ') ?? 'no such server'}`,
      );
    }
    if (findings.length === 0) return;
    differentSteps++;
    first ??= { step: index, action: step.event, findings, before };
  });
  return { name, steps: steps.length, differentSteps, first };
}
