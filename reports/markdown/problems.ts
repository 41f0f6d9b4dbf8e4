import { count } from '../../statistics/number-text.ts';
import { citationsIn, citedKeys } from '../citations.ts';
import { captureTime } from '../format.ts';
import { problemsOf } from '../problems.ts';
import type { CaseResult, Finding, Result, Session } from '../result.ts';
import { isProblem, SYMBOLS } from '../status.ts';
import { suiteTitle } from '../suites.ts';
import { fieldsTable } from '../tables/session.ts';
import { code, fenced, list, markdownTable, text } from './syntax.ts';

/** Everything that somebody has to look at, cases with their evidence. */
export function problemBlocks(result: Result): string[] {
  const problems = result.cases.filter(isProblem);
  const others = problemsOf(result).filter(({ about }) => about.kind !== 'case');
  if (problems.length + others.length === 0) return [];
  return [
    '## What did not hold',
    ...problems.flatMap((one) => problemBlock(one, result.sources)),
    list(
      others.map(
        ({ status, title, about, why }) =>
          `${SYMBOLS[status]} ${text(title)} (${code(about.item.id)}): ${text(why)}`,
      ),
    ),
  ];
}

/** RFCs as links; what other sources say is listed below. */
function sourceMarkdown(source: string): string {
  return citationsIn(source)
    .map(({ text: own, href }) => (href === undefined ? text(own) : `[${text(own)}](${href})`))
    .join('');
}

function problemBlock(result: CaseResult, sources: Result['sources']): string[] {
  return [
    `### ${SYMBOLS[result.status]} ${code(result.id)} (${text(suiteTitle(result))})`,
    list([
      `Asked for: ${text(result.requirement)} (${sourceMarkdown(result.source)})`,
      ...citedKeys([result.source]).flatMap((key) =>
        sources[key] === undefined ? [] : [`${text(key)}: ${text(sources[key])}`],
      ),
      ...(result.reason ? [`Reason: ${text(result.reason)}`] : []),
      `Looked at: ${text(result.evidence)}`,
      ...(result.flow ? [`Its packets: ${code(result.flow.pcap)}`] : []),
    ]),
    ...result.findings.flatMap(findingBlocks),
    result.findingsLeftOut > 0 ? `And ${count(result.findingsLeftOut)} more like these.` : '',
  ];
}

function findingBlocks({ message, fields, packet, command }: Finding): string[] {
  return [
    `**${text(message)}**`,
    fields.length > 0 ? markdownTable(fieldsTable(fields)) : '',
    packet
      ? `Packet: ${code(packet.capture)} frame ${packet.frame}, on ${text(`${packet.host} ${packet.interface}`)} at ${captureTime(packet.time)}: ${code(packet.summary)}`
      : '',
    command ? fenced(command) : '',
  ];
}

/** What is misconfigured, with the commands that fix it. */
export function misconfigurationBlocks({ sessions }: Pick<Result, 'sessions'>): string[] {
  const wrong = sessions.filter(({ misconfigurations }) => misconfigurations.length > 0);
  if (wrong.length === 0) return [];
  return ['## What is misconfigured, and how to fix it', ...wrong.flatMap(cures)];
}

function cures(session: Session): string[] {
  return session.misconfigurations.flatMap(({ message, host, cure }) => [
    `**${text(message)}** (${text(suiteTitle(session))}). To fix it, run on ${text(host)}:`,
    cure.length > 0 ? fenced(cure.join('\n')) : '',
  ]);
}
