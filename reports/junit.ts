import { allowedCharacters } from './characters.ts';
import { captureTime } from './format.ts';
import type { CaseResult, Finding, Result } from './result.ts';
import { type Suite, suitesOf } from './suites.ts';
import { headline } from './verdict.ts';

/**
 * JUnit XML as CI systems read it: one test suite for each mode, director and scheduler, and one for the run
 * itself. The latter fails whenever the verdict is not `passed`, so that a run without cases is never green.
 */
export function renderJunit(result: Result): string {
  const suites = [verdictSuite(result), ...suitesOf(result).map(suiteXml)];
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

interface TestCase {
  readonly classname: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  readonly body: string;
}

function caseXml(key: string, result: CaseResult): TestCase {
  const named = { classname: key.replaceAll('/', '.'), name: `${result.id}: ${result.title}` };
  const why = result.reason ?? result.findings[0]?.message ?? result.requirement;
  switch (result.status) {
    case 'passed':
      return { ...named, outcome: 'passed', body: `<system-out>${xml(result.evidence)}</system-out>` };
    case 'skipped':
      return { ...named, outcome: 'skipped', body: `<skipped message="${xml(why)}"/>` };
    case 'failed':
      return { ...named, outcome: 'failure', body: element('failure', why, failureText(result)) };
    case 'error':
      return { ...named, outcome: 'error', body: element('error', why, failureText(result)) };
  }
}

function failureText(result: CaseResult): string {
  return [
    `Asked for: ${result.requirement} [${result.source}]`,
    ...(result.reason ? [`Reason: ${result.reason}`] : []),
    `Looked at: ${result.evidence}`,
    ...result.findings.flatMap(findingText),
    ...(result.findingsLeftOut > 0 ? [`and ${result.findingsLeftOut} more like these`] : []),
  ].join('\n');
}

function findingText({ message, fields, packet, command }: Finding): string[] {
  return [
    `Found: ${message}`,
    ...fields.map(({ field, expected, seen }) => `  ${field}: expected ${expected}, seen ${seen}`),
    ...(packet
      ? [
          `  packet: ${packet.capture} frame ${packet.frame}, on ${packet.host} ${packet.interface} at ${captureTime(packet.time)}`,
          `  ${packet.summary}`,
        ]
      : []),
    ...(command ? [`  see it: ${command}`] : []),
  ];
}

function suiteElement(suite: {
  readonly name: string;
  readonly milliseconds: number;
  readonly timestamp?: string;
  readonly cases: readonly TestCase[];
}): string {
  const tally = (outcome: TestCase['outcome']) =>
    suite.cases.filter((item) => item.outcome === outcome).length;
  const timestamp = suite.timestamp ? ` timestamp="${xml(suite.timestamp)}"` : '';
  const cases = suite.cases.map(
    ({ classname, name, body }) =>
      `    <testcase classname="${xml(classname)}" name="${xml(name)}">${body}</testcase>`,
  );
  return [
    `  <testsuite name="${xml(suite.name)}" tests="${suite.cases.length}" failures="${tally('failure')}" errors="${tally('error')}" skipped="${tally('skipped')}" time="${seconds(suite.milliseconds)}"${timestamp}>`,
    ...cases,
    '  </testsuite>',
  ].join('\n');
}

function element(name: string, message: string, text: string): string {
  return `<${name} message="${xml(message)}">${xml(text)}</${name}>`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** Text for XML content and attribute values. Line ends become references, or an attribute would lose them. */
function xml(text: string): string {
  return allowedCharacters(text).replace(/[&<>"'\n\r\t]/g, (character) => ENTITIES[character] ?? '\ufffd');
}
