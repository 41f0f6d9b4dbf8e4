/** A diagnosis for a person: what is wrong first, then what shows it, what to change, and what was looked at. */
import { basename } from 'node:path';
import type { OpenedCapture } from '../../../lab/captures/files/open-capture.ts';
import type { Finding, Misconfiguration } from '../../../reports/result.ts';
import { counted } from '../../../statistics/number-text.ts';
import { either } from '../view/sentences.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { LookedAt, Point } from './looked-at.ts';

export function inWords(diagnosis: Diagnosis, captures: readonly OpenedCapture[]): string {
  const { verdict, found, lookedAt, missing, remarks } = diagnosis;
  return [
    ...(verdict === 'misconfigured'
      ? found.flatMap((one) => [...misconfigurationText(one, captures), ''])
      : [headline(diagnosis), '']),
    'Looked at:',
    ...lookedAt.points.map((point) => `  ${pointText(point)}`),
    ...(lookedAt.services.length === 0 ? [] : [`  ${sumText(lookedAt)}`]),
    ...section(
      'Not judged:',
      lookedAt.connections === 0 && verdict === 'not judged' ? missing.slice(1) : missing,
    ),
    ...section('Remarks:', remarks),
    '',
  ].join('\n');
}

function headline({ verdict, lookedAt, missing }: Diagnosis): string {
  if (verdict === 'healthy') return `No misconfiguration found in ${sumText(lookedAt)}`;
  return lookedAt.connections === 0
    ? `Nothing to judge. ${missing[0] ?? ''}`
    : `Not judged. No misconfiguration was found, but no answer either, in ${sumText(lookedAt)}`;
}

function sumText({ services, requests, replies, connections, answered }: LookedAt): string {
  const ofService =
    services.length > 3
      ? `${counted(services.length, 'virtual service')}`
      : either(services).replace(' or ', ' and ');
  return `${counted(requests, 'request')} and ${counted(replies, 'reply', 'replies')} of ${counted(connections, 'connection')} with ${ofService}; ${answered} of them answered.`;
}

function misconfigurationText(
  { id, host, message, cure, findings }: Misconfiguration,
  captures: readonly OpenedCapture[],
): string[] {
  return [
    `${id}: ${message}`,
    '  What shows it:',
    ...findings.flatMap((one) => evidenceText(one, captures).map((line) => `    ${line}`)),
    `  What to change on ${host}:`,
    ...cure.map((command) => `    ${command}`),
  ];
}

function evidenceText({ message, packet, fields }: Finding, captures: readonly OpenedCapture[]): string[] {
  const differences = fields.map(
    ({ field, expected, seen }) => `  ${field}: expected ${expected}, seen ${seen}`,
  );
  if (packet === undefined) return [message, ...differences];
  const { host, capture, frame, time, summary } = packet;
  const bytes = wireBytesOf(captures, capture, frame);
  return [
    `${host}, frame ${frame} of ${basename(capture)}, ${clockText(time)}${bytes === undefined ? '' : `, ${counted(bytes, 'byte')}`}: ${summary}`,
    `  ${message}`,
    ...differences,
  ];
}

export function wireBytesOf(
  captures: readonly OpenedCapture[],
  file: string,
  frame: number,
): number | undefined {
  const packet = captures
    .flatMap(({ packets }) => packets)
    .find((one) => one.place.file === file && one.frame === frame);
  return packet?.seen?.wireBytes;
}

function pointText({
  host,
  role,
  file,
  interface: port,
  packets,
  requests,
  replies,
  from,
  to,
}: Point): string {
  const when = from === undefined || to === undefined ? '' : `, ${clockText(from)} to ${clockText(to)}`;
  const who =
    role === 'other' ? `${host} (client, router or other host)` : role === host ? host : `${host} (${role})`;
  return `${who}, ${basename(file)}${port === '' ? '' : ` (${port})`}: ${counted(packets, 'packet')}${when}; ${counted(requests, 'request')}, ${counted(replies, 'reply', 'replies')}`;
}

/** As tcpdump prints times: of the day, where this machine is. */
function clockText(time: number): string {
  const at = new Date(Math.floor(time) * 1000);
  const [hours, minutes, seconds] = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  const micros = Math.min(999_999, Math.round((time - Math.floor(time)) * 1e6));
  return `${hours}:${minutes}:${seconds}.${String(micros).padStart(6, '0')}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}
