/** Program: plays packet cases of this repository’s director for the process that started it, which has other work meanwhile. */
import { disposeAllLabs, disposeLabsOnSignals } from '../../../lab/index.ts';
import { ownDirector } from '../../directors/index.ts';
import { messageOf } from '../../run/result-folder.ts';
import { CONVERSATION_INDEX, selectedPacketCases } from '../catalogue.ts';
import { type ModePlan, playPlans } from '../play-plans.ts';
import type { NumberedPlan, Report, Request } from './messages.ts';

let isOver = false;
disposeLabsOnSignals(
  () => process.exit(),
  () => {
    isOver = true;
  },
);
// Whoever started it has gone: nobody takes the results any more.
process.once('disconnect', async () => {
  isOver = true;
  await disposeAllLabs().catch(() => undefined);
  process.exit();
});
process.once('message', async ({ plans, seed, resultDirectory }: Request) => {
  const ended = playPlans(
    plans.map((plan) => modePlan(plan, seed)),
    {
      resultDirectory,
      step: (what) => report({ of: 'begun', what }),
      played: (at, result) => report({ of: 'played', at, result }),
      isOver: () => isOver,
    },
  );
  await Promise.all(
    ended.map((one, at) =>
      one.then(
        () => report({ of: 'ended', at }),
        (error: unknown) => report({ of: 'ended', at, problem: messageOf(error) }),
      ),
    ),
  );
});

function modePlan({ mode, lab, indexes }: NumberedPlan, seed: number): ModePlan {
  const numbered = new Map(selectedPacketCases(mode, []).map((one) => [one.index, one]));
  const cases = indexes.map((index) => numbered.get(index)).filter((one) => one !== undefined);
  return {
    mode,
    lab,
    director: ownDirector,
    seed,
    cases,
    scenarios: [],
    conversationIndex: CONVERSATION_INDEX,
  };
}

function report(what: Report): void {
  // What cannot be sent any more is of no use: the process that asked has gone.
  process.send?.(what, () => undefined);
}
