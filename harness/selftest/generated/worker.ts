/**
 * Program: plays turns of the catalogue against the right director and mutants of it, as it is told by the process that
 * started it, one mutant after another with the modules loaded once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { packetCases } from '../../../scenarios/index.ts';
import { playTurn, type Turn, type TurnEnd, turnsOf } from '../play-turn.ts';
import { loaded, switches } from './load-instrumented.ts';
import type { Killed, Report, Request, TurnPlan } from './messages.ts';

/** A case in memory waits for nothing but its own steps: where the process has had nothing to do for so long, it waits for ever. */
const MOST_IDLE_MS = 1_000;
const LOOK_MS = 500;

const seed = Number(process.argv[2]);
const turns = turnsOf(packetCases);
tell({ of: 'loaded', changed: switches.begin().changed, files: [...loaded] });
process.on('message', (request: Request) => {
  void (request.mutant === undefined ? cover(request) : tryMutant(request, request.mutant));
});

function tell(report: Report): void {
  process.send?.(report);
}

async function cover({ turns: plans }: Request): Promise<void> {
  for (const { turn } of plans) {
    tell({ of: 'begun', turn });
    switches.begin();
    const { id, finding, problem = finding } = await played(turn);
    const { met, changed, rounds } = switches.begin();
    tell({
      of: 'covered',
      covered: { turn, id, met, changed, rounds, ...(problem !== undefined && { problem }) },
    });
  }
  tell({ of: 'done', isSpoiled: false });
}

async function tryMutant({ turns: plans, isFresh = false }: Request, mutant: number): Promise<void> {
  for (const plan of plans) {
    tell({ of: 'begun', turn: plan.turn });
    switches.turnTo(mutant);
    const killed = await killedIn(plan);
    switches.turnTo();
    if (killed === undefined) continue;
    // What one mutant has left behind in the modules must not be held against another.
    const isSpoiled = !isFresh && (await killedIn(plan)) !== undefined;
    tell({ of: 'done', killed, isSpoiled });
    return;
  }
  tell({ of: 'done', isSpoiled: false });
}

async function killedIn({ turn, mostRounds }: TurnPlan): Promise<Killed | undefined> {
  switches.begin(mostRounds);
  const { id, finding, problem } = await played(turn);
  const { isEndless } = switches;
  switches.begin();
  if (isEndless) return { turn, id, kind: 'endless', message: `more than ${mostRounds} rounds of loops` };
  if (finding !== undefined) return { turn, id, kind: 'finding', message: finding };
  return problem === undefined ? undefined : { turn, id, kind: 'broken', message: problem };
}

function played(turn: number): Promise<TurnEnd> {
  const waiting = new AbortController();
  const ends = playTurn(turns[turn] as Turn, seed);
  const never = idled(waiting.signal).then(
    () => ({ id: String(turn), problem: 'it waits for ever' }),
    () => ends,
  );
  return Promise.race([ends, never]).finally(() => waiting.abort());
}

/** Time during which other processes have the processor is not counted: nothing is waited for then. */
async function idled(signal: AbortSignal): Promise<void> {
  const { idle } = performance.eventLoopUtilization();
  do await sleep(LOOK_MS, undefined, { signal });
  while (performance.eventLoopUtilization().idle - idle < MOST_IDLE_MS);
}
