/** Replays a recorded case of packets: every frame that the director sends must be the one that the kernel sent. */
import type { CaseResult, Difference, RecordingFormat } from '../recording.ts';
import { PACKETS_FORMAT, readPacketCase } from './packet-case.ts';
import { PacketReplay } from './packet-replay.ts';

export const packets: RecordingFormat = {
  name: PACKETS_FORMAT,
  recognises: ({ json }) => typeof json === 'object' && json !== null && 'setup' in json && 'steps' in json,
  replay: async (file) => {
    const recorded = await readPacketCase(file);
    const replay = new PacketReplay(recorded);
    let differentSteps = 0;
    let first: Difference | undefined;
    recorded.steps.forEach((step, index) => {
      const before = replay.describe();
      const findings = replay.step(step);
      if (index === recorded.steps.length - 1) findings.push(...replay.end());
      if (findings.length === 0) return;
      differentSteps++;
      first ??= { step: index, action: step.what, findings, before };
    });
    const result: CaseResult = { name: recorded.name, steps: recorded.steps.length, differentSteps, first };
    return [result];
  },
};
