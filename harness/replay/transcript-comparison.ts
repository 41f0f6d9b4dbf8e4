/** Compares what a command printed with what was recorded, byte for byte but for what moves with time. */

import type { Output } from './transcript-director.ts';
import type { RecordedCommand } from './transcript-schema.ts';

const CONNECTIONS_TITLE = 'IPVS connection entries\n';
const TIME_LEFT = /^(\S+ +)\d+:\d\d /;

/** What differs, a line each. */
export function compareOutput(recorded: RecordedCommand, seen: Output): string[] {
  const findings: string[] = [];
  if (recorded.rc !== seen.rc) findings.push(`recorded: exit code ${recorded.rc}; seen: ${seen.rc}`);
  for (const stream of ['stdout', 'stderr'] as const) {
    const difference = firstDifference(comparable(recorded[stream]), comparable(seen[stream]));
    if (difference !== undefined) findings.push(`${stream}, ${difference}`);
  }
  return findings;
}

/** Connections are listed in an order that hangs on a random key, and their times run while nobody looks. */
function comparable(text: string): string {
  if (!text.startsWith(CONNECTIONS_TITLE)) return text;
  const [title, columns, ...rows] = text.split('\n');
  const timeless = rows.map((row) => row.replace(TIME_LEFT, '$1--:-- '));
  return [title, columns, ...timeless.sort()].join('\n');
}

function firstDifference(recorded: string, seen: string): string | undefined {
  if (recorded === seen) return undefined;
  const [wanted, got] = [recorded.split('\n'), seen.split('\n')];
  const at = wanted.findIndex((line, i) => line !== got[i]);
  const line = at < 0 ? wanted.length : at;
  return `line ${line + 1}: recorded ${quoted(wanted[line])}; seen ${quoted(got[line])}`;
}

function quoted(line: string | undefined): string {
  return line === undefined ? 'nothing more' : JSON.stringify(line);
}
