import { dirname } from 'node:path';
import { shellWord } from '../../director/shown-text.ts';
import { count } from '../../statistics/number-text.ts';
import { cut, plain, wrap } from '../columns.ts';
import { captureTime } from '../format.ts';
import type { CaseResult, Finding } from '../result.ts';
import { SYMBOLS } from '../status.ts';
import { suiteTitle } from '../suites.ts';
import { fieldsTable } from '../tables/session.ts';
import { type Screen, STATUS_STYLES } from './screen.ts';
import { tableLines } from './table.ts';

const LABEL_COLUMNS = 14;

/**
 * A case that did not hold: what is asked for, what was found field by field, where the packet is, and how to see
 * it. Lines fit the screen, except commands, which stay in one piece so that they can be copied.
 *
 * @param report Path of a report of this run, if one was written: commands are to be run in its folder.
 */
export function failureLines(result: CaseResult, screen: Screen, report?: string): string[] {
  const style = STATUS_STYLES[result.status];
  const head = cut(plain(`${SYMBOLS[result.status]} ${result.id}  (${suiteTitle(result)})`), screen.columns);
  return [
    screen.paint(style, head),
    ...labelled(screen, 'asked for', `${result.requirement} [${result.source}]`),
    ...(result.reason ? labelled(screen, 'reason', result.reason) : []),
    ...labelled(screen, 'looked at', result.evidence),
    ...result.findings.flatMap((finding) => findingLines(finding, screen, report)),
    ...(result.findingsLeftOut > 0
      ? labelled(screen, '', `and ${count(result.findingsLeftOut)} more like these`)
      : []),
    ...(result.flow === undefined ? [] : labelled(screen, 'its packets', result.flow.pcap)),
  ];
}

function findingLines(
  { message, fields, packet, command }: Finding,
  screen: Screen,
  report: string | undefined,
): string[] {
  return [
    ...labelled(screen, 'found', message),
    ...(fields.length > 0 ? tableLines(fieldsTable(fields), screen, LABEL_COLUMNS) : []),
    ...(packet
      ? [
          ...labelled(
            screen,
            'packet',
            `${packet.capture} frame ${packet.frame}, on ${packet.host} ${packet.interface} at ${captureTime(packet.time)}`,
          ),
          ...labelled(screen, '', packet.summary),
        ]
      : []),
    ...(command ? [label(screen, 'see it') + screen.paint('cyan', plain(runnable(command, report)))] : []),
  ];
}

/** Captures are named relative to the folder of the run. */
function runnable(command: string, report: string | undefined): string {
  if (report === undefined) return command;
  const folder = dirname(report);
  return `(cd ${shellWord(folder)} && ${command})`;
}

function label(screen: Screen, text: string): string {
  return screen.paint('dim', `  ${text}`.padEnd(LABEL_COLUMNS));
}

function labelled(screen: Screen, name: string, text: string): string[] {
  return wrap(plain(text), screen.columns - LABEL_COLUMNS).map(
    (line, index) => label(screen, index === 0 ? name : '') + line,
  );
}
