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

/** `NAT · ts` */
export function modeTitle({ mode, director }: Pick<Identity, 'mode' | 'director'>): string {
  return `${MODES[mode].label} · ${director}`;
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

/** Cases of live traffic with their sessions, by mode, director and scheduler. */
export function liveSuitesOf({ sessions, cases }: Pick<Result, 'sessions' | 'cases'>): Suite[] {
  return suitesOf({ sessions, cases: cases.filter((item) => !isPacketCase(item)) });
}

/** Cases played packet by packet that are about one subject, such as `ttl` or `icmp`. */
export interface PacketGroup {
  readonly name: string;
  readonly cases: readonly CaseResult[];
  readonly byMode: ReadonlyMap<CaseResult['mode'], readonly CaseResult[]>;
}

/** Whether a case was played packet by packet, and not judged from the traffic of a whole session. */
export function isPacketCase({ lab }: CaseResult): boolean {
  return lab !== 'live';
}

/** All packet cases of a result by subject, which is the first word of an address after the mode. */
export function packetGroupsOf({ cases }: Pick<Result, 'cases'>): PacketGroup[] {
  const groups = Map.groupBy(cases.filter(isPacketCase), subjectOf);
  return [...groups]
    .map(([name, found]) => ({ name, cases: found, byMode: Map.groupBy(found, ({ mode }) => mode) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Modes in which packet cases were played. */
export function packetModes(groups: readonly PacketGroup[]): CaseResult['mode'][] {
  return ALL_MODES.filter((mode) => groups.some(({ byMode }) => byMode.has(mode)));
}

/** What a case is about: the first word of its address after the mode. */
export function subjectOf({ id, mode }: CaseResult): string {
  const path = id.split('/');
  const [subject] = path[0] === mode ? path.slice(1) : path;
  return subject ?? id;
}
