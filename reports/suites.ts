import { ALL_MODES, MODES } from '../lab/modes.ts';
import type { CaseResult, Result, Session } from './result.ts';

/** All that was judged for one mode, director and scheduler, and the labs in which it was seen. */
export interface Suite {
  /** `nat/ts/wrr` */
  readonly key: string;
  readonly mode: CaseResult['mode'];
  readonly director: string;
  readonly scheduler: string;
  /** Labs that were brought up; none if the director could not run here. */
  readonly sessions: readonly Session[];
  readonly cases: readonly CaseResult[];
}

type Identity = Pick<CaseResult, 'mode' | 'director' | 'scheduler'>;

export function suiteKey({ mode, director, scheduler }: Identity): string {
  return `${mode}/${director}/${scheduler}`;
}

/** For people: `NAT · ts · wrr`. */
export function suiteTitle({ mode, director, scheduler }: Identity): string {
  return `${MODES[mode].label} · ${director} · ${scheduler}`;
}

/** Every session and every case of a result, grouped; no case is left out. Order: as run, modes kept together. */
export function suitesOf(result: Pick<Result, 'sessions' | 'cases'>): Suite[] {
  const keys = new Map<string, Identity>();
  for (const item of [...result.sessions, ...result.cases]) {
    if (!keys.has(suiteKey(item))) keys.set(suiteKey(item), item);
  }
  return [...keys]
    .map(([key, { mode, director, scheduler }]) => ({
      key,
      mode,
      director,
      scheduler,
      sessions: result.sessions.filter((session) => suiteKey(session) === key),
      cases: result.cases.filter((candidate) => suiteKey(candidate) === key),
    }))
    .sort((a, b) => ALL_MODES.indexOf(a.mode) - ALL_MODES.indexOf(b.mode));
}
