/** What is kept of a packet case: its ladder, the frames on the director’s interfaces, and the captures that findings name. */
import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { conversationOf } from '../../lab/captures/trace/conversation.ts';
import { type Observation, observationsOfCase } from '../../lab/captures/trace/observation.ts';
import { type TimedFrame, writeCapture } from '../../lab/captures/write-capture.ts';
import type { InterfaceCapture } from '../../lab/memory/index.ts';
import type { CaseResult, Finding, LadderFlow } from '../../reports/result.ts';
import type { Seen } from '../../scenarios/kit/packet-case.ts';
import { ladderOf } from '../run/ladder.ts';
import { type CaseRun, captureFileName } from './case-run.ts';

/** Packets that a ladder shows; those beyond are counted. */
const SHOWN_OF_PASSED = 16;
const SHOWN_OF_OTHERS = 40;
/** Of more than so many, one conversation is followed: where thousands are alike, that shows as much. */
const MANY = 2_000;

/** Folder of the captures of one case, and with `.pcap` its cut capture. @param directory With the evidence about its director. */
export function caseDirectory(directory: string, id: string): string {
  return join(directory, 'cases', id.replaceAll('/', '-'));
}

/**
 * Writes the captures, and makes the ladder.
 *
 * @param directory As `caseDirectory` has it. @param resultDirectory Where the result file will lie.
 * @throws CaptureError if they cannot be written.
 */
export async function saveCase(
  play: CaseRun,
  { status, findings }: Pick<CaseResult, 'status' | 'findings'>,
  directory: string,
  resultDirectory: string,
): Promise<LadderFlow> {
  const pcap = `${directory}.pcap`;
  // There after the first case: asking for it in a thread would cost more.
  mkdirSync(dirname(pcap), { recursive: true });
  await writeCapture(pcap, framesOfDirector(play));
  await writeNamed(play, findings, directory, resultDirectory);
  const { shown, others } = observationsToShow(play.seen, findings);
  const ladder = ladderOf(play.seen.topology, shown, {
    pcap: relative(resultDirectory, pcap),
    limit: status === 'passed' ? SHOWN_OF_PASSED : SHOWN_OF_OTHERS,
  });
  return { ...ladder, leftOut: ladder.leftOut + others };
}

/**
 * Without ARP, unless it went wrong or is all there was. Only of the conversation that went wrong, where one did; and of
 * the first one, where there are many packets. `others`: packets that were sent beside it then.
 */
function observationsToShow(
  seen: Seen,
  findings: readonly Finding[],
): { readonly shown: readonly Observation[]; readonly others: number } {
  const wrong = packetOf(seen, findings);
  const withoutArp = wrong?.arp === undefined ? observationsOfCase(seen, false) : [];
  const observations = withoutArp.length > 0 ? withoutArp : observationsOfCase(seen, true);
  const followed = wrong ?? (observations.length > MANY ? observations[0]?.packet : undefined);
  const isOfConversation = followed && conversationOf(seen.topology, followed);
  if (isOfConversation === undefined) return { shown: observations, others: 0 };
  const shown = observations.filter(({ packet }) => packet === followed || isOfConversation(packet));
  return { shown, others: wrong === undefined ? sentOf(observations) - sentOf(shown) : 0 };
}

function sentOf(observations: readonly Observation[]): number {
  return observations.reduce((count, { sent }) => count + Number(sent), 0);
}

/** The packet of the first finding that has one. */
function packetOf(seen: Seen, findings: readonly Finding[]): DecodedPacket | undefined {
  const wanted = findings.find(({ packet }) => packet !== undefined)?.packet;
  if (wanted === undefined) return undefined;
  const { host, interface: port, frame } = wanted;
  return [...seen.on(host, port), ...seen.arp(host, port)].find((packet) => packet.frame === frame);
}

function framesOfDirector({ captures, seen, epochMs }: CaseRun): TimedFrame[] {
  const name = seen.topology.hosts.find(({ role }) => role === 'director')?.name;
  return captures
    .filter(({ host }) => host === name)
    .flatMap((capture) => timed(capture, epochMs))
    .sort((a, b) => a.time - b.time);
}

/** Findings name packets by capture and number, so these captures are kept whole. */
async function writeNamed(
  { captures, epochMs }: CaseRun,
  findings: readonly Finding[],
  directory: string,
  resultDirectory: string,
): Promise<void> {
  const named = new Set(findings.flatMap(({ packet }) => packet?.capture ?? []));
  for (const capture of captures) {
    const file = join(directory, captureFileName(capture));
    if (!named.has(relative(resultDirectory, file))) continue;
    await mkdir(directory, { recursive: true });
    await writeCapture(file, timed(capture, epochMs));
  }
}

function timed({ frames }: InterfaceCapture, epochMs: number): TimedFrame[] {
  return frames.map(({ timeMs, frame }) => ({ time: (epochMs + timeMs) / 1000, frame }));
}
