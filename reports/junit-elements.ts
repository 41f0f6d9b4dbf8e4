/** The elements of JUnit XML, and a case as one of them. */
import { captureTime } from './format.ts';
import type { CaseResult, Finding } from './result.ts';
import { escaped } from './xml.ts';

/** A test as JUnit knows it. `body` is markup. */
export interface TestCase {
  readonly classname: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  readonly body: string;
}

export interface TestSuite {
  readonly name: string;
  readonly milliseconds: number;
  readonly timestamp?: string;
  readonly cases: readonly TestCase[];
}

/** How many tests there are, and how they ended, as attributes. */
export function tallies(cases: readonly TestCase[]): string {
  const count = (outcome: TestCase['outcome']) => cases.filter((item) => item.outcome === outcome).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

export function suiteElement(suite: TestSuite): string {
  const timestamp = suite.timestamp ? ` timestamp="${xml(suite.timestamp)}"` : '';
  const cases = suite.cases.map(
    ({ classname, name, body }) =>
      `    <testcase classname="${xml(classname)}" name="${xml(name)}">${body}</testcase>`,
  );
  return [
    `  <testsuite name="${xml(suite.name)}" ${tallies(suite.cases)} time="${seconds(suite.milliseconds)}"${timestamp}>`,
    ...cases,
    '  </testsuite>',
  ].join('\n');
}

export function element(name: string, message: string, text: string): string {
  return `<${name} message="${xml(message)}">${xml(text)}</${name}>`;
}

export function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** Text for XML content and attribute values. Line ends become references, or an attribute would lose them. */
export function xml(text: string): string {
  return escaped(text).replace(/[\n\r\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** One case as a test, with everything that was found. `key` is the suite that it belongs to. */
export function caseXml(key: string, result: CaseResult): TestCase {
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
