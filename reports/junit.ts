import {
  caseXml,
  element,
  seconds,
  suiteElement,
  type TestCase,
  type TestSuite,
  tallies,
  xml,
} from './junit-elements.ts';
import type { Result } from './result.ts';
import { situationsOf } from './situations.ts';
import type { Status } from './status.ts';
import { liveSuitesOf, type PacketGroup, packetGroupsOf, type Suite } from './suites.ts';
import { differenceLines, isEqual, recordingText } from './tables/replay.ts';
import { headline } from './verdict.ts';

/**
 * JUnit XML as CI systems read it: a test suite for each mode, director and scheduler, for each subject of packet cases in
 * each mode, for each situation of fairness, for faults, for the mutants, for recordings, and first one for the run itself, which fails
 * whenever the verdict is not `passed`, so that a run without cases is never green.
 */
export function renderJunit(result: Result): string {
  const suites = [
    verdictSuite(result),
    ...liveSuitesOf(result).map(suiteXml),
    ...packetGroupsOf(result).flatMap(packetSuites),
    ...fairnessSuites(result),
    ...faultSuites(result),
    ...mutantSuites(result),
    ...replaySuites(result),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="lvs-lab" ${tallies(suites.flatMap(({ cases }) => cases))} time="${seconds(result.run.durationMs)}">
${suites.map(suiteElement).join('\n')}
</testsuites>
`;
}

function verdictSuite(result: Result): TestSuite {
  const { status, reasons } = result.verdict;
  const text = [headline(result), ...reasons].join('\n');
  const kind = status === 'failed' ? 'failure' : 'error';
  return {
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
  };
}

function suiteXml({ key, sessions, cases }: Suite): TestSuite {
  const milliseconds = sessions.reduce(
    (sum, { bringUpMs = 0, traffic }) =>
      sum + bringUpMs + traffic.reduce((total, { durationMs }) => total + durationMs, 0),
    0,
  );
  return { name: key, milliseconds, cases: cases.map((result) => caseXml(key, result)) };
}

function packetSuites({ name, byMode }: PacketGroup): TestSuite[] {
  return [...byMode].map(([mode, cases]) => {
    const key = `packets/${mode}/${name}`;
    const milliseconds = cases.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);
    return { name: key, milliseconds, cases: cases.map((item) => caseXml(key, item)) };
  });
}

/** A suite for each situation in which fairness was measured. */
function fairnessSuites(result: Result): TestSuite[] {
  return situationsOf(result).map(({ name, schedulers }) => {
    const cases = schedulers.flatMap(({ results }) =>
      results.map(({ id, status, reason, conclusion, director }) =>
        otherXml(`fairness.${name}`, `${id} (${director})`, status, reason ?? conclusion),
      ),
    );
    return { name: `fairness/${name}`, milliseconds: 0, cases };
  });
}

/** A test for each kind of traffic across each fault in each mode. */
function faultSuites({ faults = [] }: Result): TestSuite[] {
  if (faults.length === 0) return [];
  const cases = faults.map(({ id, fault, status, reason, title, promise, director }) =>
    otherXml(`faults.${fault}`, `${id} (${director})`, status, reason ?? `${title}: connections ${promise}`),
  );
  return [{ name: 'faults', milliseconds: 0, cases }];
}

/** The directors made wrong on purpose: a test is whether one was killed. */
function mutantSuites({ mutants }: Result): TestSuite[] {
  if (mutants.length === 0) return [];
  const STATUSES = { killed: 'passed', survived: 'failed', error: 'error' } as const;
  const cases = mutants.map(({ id, sentence, status, expected }) =>
    otherXml('mutants', id, STATUSES[status], `${sentence} Meant to be killed by ${expected}.`),
  );
  const milliseconds = mutants.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return [{ name: 'mutants', milliseconds, cases }];
}

/** A test for each recording: whether all of it was equal. */
function replaySuites({ replay }: Result): TestSuite[] {
  if (replay === undefined) return [];
  const cases = [
    ...replay.files.map((recording) => {
      const lines = [recordingText(recording), ...recording.differences.flatMap(differenceLines)];
      return otherXml('replay', recording.file, isEqual(recording) ? 'passed' : 'failed', lines.join('\n'));
    }),
    ...replay.errors.map(({ file, error }) => otherXml('replay', file, 'error', error)),
  ];
  return [{ name: 'replay', milliseconds: 0, cases }];
}

/** Something judged that is not a case. What was only measured counts as passed: there was nothing to check. */
function otherXml(classname: string, name: string, status: Status, text: string): TestCase {
  switch (status) {
    case 'passed':
    case 'shown':
      return { classname, name, outcome: 'passed', body: `<system-out>${xml(text)}</system-out>` };
    case 'skipped':
      return { classname, name, outcome: 'skipped', body: `<skipped message="${xml(text)}"/>` };
    case 'failed':
      return { classname, name, outcome: 'failure', body: element('failure', text, text) };
    case 'error':
      return { classname, name, outcome: 'error', body: element('error', text, text) };
  }
}
