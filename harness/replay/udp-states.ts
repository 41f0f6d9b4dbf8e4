/** Replays recorded UDP connections: state, time left and counts after each datagram. */
import { z } from 'zod';
import { serverAddress } from './network.ts';
import { type CaseResult, type RecordingFormat, readAs } from './recording.ts';
import { replaySteps } from './replay-steps.ts';
import { compareEntry, parseStateSetting, StateReplay } from './state-replay.ts';

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
  const setting = parseStateSetting(name);
  const start = () => {
    const replay = new StateReplay({ protocol: 'udp', servers: 1, setting });
    return {
      describe: () => replay.describe(),
      step: ({ event, state, expires, counts }: Step) => {
        replay.play(event, CLIENT, serverAddress(1));
        return [
          ...compareEntry(replay.connectionOf(CLIENT), state, expires),
          ...replay.compareCounts(counts),
        ];
      },
    };
  };
  return replaySteps(name, steps, start, ({ event }) => event);
}
