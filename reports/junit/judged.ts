import type { Result } from '../result.ts';
import { situationsOf } from '../situations.ts';
import type { Status } from '../status.ts';
import { differenceLines, isEqual, recordingText } from '../tables/replay.ts';
import { element, suiteElement, type TestCase, xml } from './elements.ts';

/** A suite for each situation in which fairness was measured. */
export function fairnessSuites(result: Result): string[] {
  return situationsOf(result).map(({ name, schedulers }) => {
    const cases = schedulers.flatMap(({ results }) =>
      results.map(({ id, status, reason, conclusion, director }) =>
        otherXml(`fairness.${name}`, `${id} (${director})`, status, reason ?? conclusion),
      ),
    );
    return suiteElement({ name: `fairness/${name}`, milliseconds: 0, cases });
  });
}

/** The directors made wrong on purpose: a test is whether one was killed. */
export function mutantSuites({ mutants }: Result): string[] {
  if (mutants.length === 0) return [];
  const STATUSES = { killed: 'passed', survived: 'failed', error: 'error' } as const;
  const cases = mutants.map(({ id, sentence, status, expected }) =>
    otherXml('mutants', id, STATUSES[status], `${sentence} Meant to be killed by ${expected}.`),
  );
  const milliseconds = mutants.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return [suiteElement({ name: 'mutants', milliseconds, cases })];
}

/** A test for each recording: whether all of it was equal. */
export function replaySuites({ replay }: Result): string[] {
  if (replay === undefined) return [];
  const cases = [
    ...replay.files.map((recording) => {
      const lines = [recordingText(recording), ...recording.differences.flatMap(differenceLines)];
      return otherXml('replay', recording.file, isEqual(recording) ? 'passed' : 'failed', lines.join('\n'));
    }),
    ...replay.errors.map(({ file, error }) => otherXml('replay', file, 'error', error)),
  ];
  return [suiteElement({ name: 'replay', milliseconds: 0, cases })];
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
