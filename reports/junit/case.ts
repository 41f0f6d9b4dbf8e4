import { captureTime } from '../format.ts';
import type { CaseResult, Finding } from '../result.ts';
import { element, type TestCase, xml } from './elements.ts';

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
