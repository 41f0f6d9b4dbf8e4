import { allowedCharacters } from '../characters.ts';

/** A test as JUnit knows it. `body` is markup. */
export interface TestCase {
  readonly classname: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  readonly body: string;
}

export function suiteElement(suite: {
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

export function element(name: string, message: string, text: string): string {
  return `<${name} message="${xml(message)}">${xml(text)}</${name}>`;
}

export function seconds(milliseconds: number): string {
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
export function xml(text: string): string {
  return allowedCharacters(text).replace(/[&<>"'\n\r\t]/g, (character) => ENTITIES[character] ?? '\ufffd');
}
