/** Program: sends a flood of SYNs from the host that it runs on. Asked `FloodOrder`s; answers with what it sent. */
import { answerRequests } from '../../lab/conversation.ts';
import { type Done, sendLoad } from '../../lab/generator/pacing.ts';
import { type SynAim, synFrames } from '../../lab/generator/syn-frames.ts';

export interface FloodOrder {
  readonly aim: SynAim;
  readonly framesPerSecond: number;
  readonly frames: number;
}

await answerRequests<FloodOrder>(({ aim, framesPerSecond, frames }): Done => {
  const source = synFrames(aim);
  try {
    return sendLoad(source, { framesPerSecond, durationMs: (frames / framesPerSecond) * 1000 });
  } finally {
    source.close();
  }
});
