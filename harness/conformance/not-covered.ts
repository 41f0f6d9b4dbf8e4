/** What cases that were played packet by packet leave open, in sentences. */
import type { CaseResult, LabKind } from '../../reports/result.ts';
import { NEEDS_VIRTUAL_TIME } from './run-cases.ts';
import { NEEDS_REAL_SERVERS } from './run-conversation.ts';

/** @param cases All cases of a run; those that were skipped are looked for in it. */
export function packetsNotCovered(lab: Exclude<LabKind, 'live'>, cases: readonly CaseResult[]): string[] {
  const skippedFor = (reason: string) => cases.filter((one) => one.reason === reason).length;
  const [timed, served] = [skippedFor(NEEDS_VIRTUAL_TIME), skippedFor(NEEDS_REAL_SERVERS)];
  return [
    ...(lab === 'memory'
      ? [
          'The director’s core was played with in memory: its process, its packet sockets and a kernel took no part (lvs-lab conformance --lab netns).',
        ]
      : []),
    ...(served > 0 ? [`${countOf(served)} real clients, servers and load: lvs-lab bench plays them.`] : []),
    ...(timed > 0
      ? [`${countOf(timed)} minutes and hours to pass: lvs-lab conformance --lab memory plays them.`]
      : []),
  ];
}

function countOf(cases: number): string {
  return cases === 1 ? '1 case needs' : `${cases} cases need`;
}
