/** Kinds of cases that many themes have in common. */

import { modelOf } from '../models/index.ts';
import { outcome } from './expect.ts';
import { type Entry, Journal, judgeArrivals } from './journal.ts';
import { judgeSequence } from './judge-sequence.ts';
import { type PacketCase, packetCase } from './packet-case.ts';
import { ALL_MODES, type Requirement } from './requirement.ts';
import { playSequence, type SequencePlan } from './sequence.ts';
import { Service, type ServiceSetup } from './service.ts';
import type { Stage } from './stage.ts';

type Words = Omit<Requirement, 'modes'> & { readonly modes?: Requirement['modes'] };

/** A long sequence of connections, every decision of which is held against the scheduler’s reference model. */
export function sequenceCase(
  words: Words,
  plan: SequencePlan & {
    readonly scheduler: string;
    /** As for `ipvsadm -b`. */
    readonly flags?: string;
    readonly weights: readonly [number, number, number];
    /** A firewall mark that the service is for. */
    readonly mark?: number;
  },
): PacketCase {
  const { scheduler, flags, weights, mark, destinations = [] } = plan;
  return packetCase({
    modes: ALL_MODES,
    ...words,
    play: async (stage) => {
      if (mark !== undefined) {
        for (const destination of destinations) await stage.director.mark(destination, mark);
      }
      const service = await Service.add(stage, {
        scheduler,
        ...(mark !== undefined && { mark }),
        servers: weights.map((weight) => ({ weight })),
        ...(flags !== undefined && { options: ['-b', flags] }),
      });
      return playSequence(service, plan);
    },
    check: (seen, played) => judgeSequence(seen, played, scheduler, modelOf(scheduler, flags)),
  });
}

/** A case that is about where packets arrive: the script says of each which server it is for and why. */
export function arrivalCase(
  words: Words & { readonly virtualTime?: boolean },
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
        `${entries.length} packets followed to the real servers`,
        judgeArrivals(seen, entries),
      ),
  });
}
