/** What is measured side by side: directors under test, and what they are compared with. */
import type { Mode } from '../../lab/index.ts';
import type { Contestant } from '../directors/director-under-test.ts';

export interface Entered {
  readonly name: string;
  readonly contestant: Contestant;
  /** Why it cannot run here. */
  readonly unavailable: string | undefined;
}

/** Those that know the mode. */
export function enter(mode: Mode, contestants: readonly Contestant[]): Promise<Entered[]> {
  return Promise.all(
    contestants
      .filter(({ modes }) => modes.includes(mode))
      .map(async (contestant) => ({
        name: contestant.name,
        contestant,
        unavailable: await contestant.unavailable(),
      })),
  );
}
