import { caseXml } from './junit/case.ts';
import { element, seconds, suiteElement } from './junit/elements.ts';
import { fairnessSuites, mutantSuites, replaySuites } from './junit/judged.ts';
import { liveSuitesOf } from './overview.ts';
import { type PacketGroup, packetGroupsOf } from './packet-groups.ts';
import type { Result } from './result.ts';
import type { Suite } from './suites.ts';
import { headline } from './verdict.ts';

/**
 * JUnit XML as CI systems read it: a test suite for each mode, director and scheduler, for each subject of packet cases in
 * each mode, for each situation of fairness, for the mutants, for recordings, and first one for the run itself, which fails
 * whenever the verdict is not `passed`, so that a run without cases is never green.
 */
export function renderJunit(result: Result): string {
  const suites = [
    verdictSuite(result),
    ...liveSuitesOf(result).map(suiteXml),
    ...packetGroupsOf(result).flatMap(packetSuites),
    ...fairnessSuites(result),
    ...mutantSuites(result),
    ...replaySuites(result),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="lvs-lab" time="${seconds(result.run.durationMs)}">
${suites.join('\n')}
</testsuites>
`;
}

function verdictSuite(result: Result): string {
  const { status, reasons } = result.verdict;
  const text = [headline(result), ...reasons].join('\n');
  const kind = status === 'failed' ? 'failure' : 'error';
  return suiteElement({
    name: 'run',
    milliseconds: result.run.durationMs,
    timestamp: result.run.startedAt,
    cases: [
      {
        classname: 'run',
        name: 'verdict',
        outcome: status === 'passed' ? 'passed' : kind,
        body: status === 'passed' ? '' : element(kind, headline(result), text),
      },
    ],
  });
}

function suiteXml({ key, sessions, cases }: Suite): string {
  const milliseconds = sessions.reduce(
    (sum, { bringUpMs, tearDownMs, traffic }) =>
      sum + bringUpMs + tearDownMs + traffic.reduce((total, { durationMs }) => total + durationMs, 0),
    0,
  );
  return suiteElement({ name: key, milliseconds, cases: cases.map((result) => caseXml(key, result)) });
}

function packetSuites({ name, byMode }: PacketGroup): string[] {
  return [...byMode].map(([mode, cases]) => {
    const key = `packets/${mode}/${name}`;
    const milliseconds = cases.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);
    return suiteElement({ name: key, milliseconds, cases: cases.map((item) => caseXml(key, item)) });
  });
}
