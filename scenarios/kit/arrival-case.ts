/** A kind of case: where each packet arrives. The script says of each which server it is for and why. */

import { ALL_MODES } from '../../lab/modes.ts';
import { counted } from '../../statistics/number-text.ts';
import { outcome } from './expecting/expect.ts';
import { type Entry, Journal, judgeArrivals } from './journal.ts';
import { type PacketCase, packetCase } from './packet-case.ts';
import type { Requirement } from './requirement.ts';
import { Service, type ServiceSetup } from './service.ts';
import type { Stage } from './stage.ts';

interface ArrivalCase extends Omit<Requirement, 'modes'> {
  /** All unless given. */
  readonly modes?: Requirement['modes'];
  readonly virtualTime?: boolean;
}

export function arrivalCase(
  words: ArrivalCase,
  setup: ServiceSetup,
  script: (journal: Journal, service: Service, stage: Stage) => Promise<void>,
): PacketCase {
  return packetCase<readonly Entry[]>({
    modes: ALL_MODES,
    ...words,
    play: async (stage) => {
      const service = await Service.add(stage, setup);
      const journal = new Journal(service);
      await script(journal, service, stage);
      await stage.settle();
      return journal.entries;
    },
    check: (seen, entries) =>
      outcome(
        entries.length,
        `${counted(entries.length, 'packet')} followed to the real servers`,
        judgeArrivals(seen, entries),
      ),
  });
}
