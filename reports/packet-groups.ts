import { ALL_MODES } from '../lab/modes.ts';
import type { CaseResult, Result } from './result.ts';

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

function subjectOf({ id, mode }: CaseResult): string {
  const path = id.split('/');
  const [subject] = path[0] === mode ? path.slice(1) : path;
  return subject ?? id;
}
