/** A kind of case: commands to ipvsadm, each with the answer that it should get. */

import { ALL_MODES } from '../../lab/modes.ts';
import { counted } from '../../statistics/number-text.ts';
import { Dialogue, judgeExchanges } from './dialogue.ts';
import { outcome } from './expecting/expect.ts';
import { type PacketCase, packetCase } from './packet-case.ts';
import type { Requirement } from './requirement.ts';
import type { Stage } from './stage.ts';

interface DialogueCase extends Omit<Requirement, 'modes'> {
  /** All unless given. */
  readonly modes?: Requirement['modes'];
  readonly virtualTime?: boolean;
}

export function dialogueCase(
  words: DialogueCase,
  script: (dialogue: Dialogue, stage: Stage) => Promise<void>,
): PacketCase {
  return packetCase<Dialogue['exchanges']>({
    modes: ALL_MODES,
    ...words,
    play: async (stage) => {
      const dialogue = new Dialogue(stage);
      await script(dialogue, stage);
      return dialogue.exchanges;
    },
    check: (_seen, exchanges) =>
      outcome(
        exchanges.length,
        `${counted(exchanges.length, 'command')} with the answer to each`,
        judgeExchanges(exchanges),
      ),
  });
}
