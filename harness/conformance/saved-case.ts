/** What is kept of a packet case: its ladder, the frames on the director’s interfaces, and the captures that findings name. */
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
  await mkdir(dirname(pcap), { recursive: true });
  await writeCapture(pcap, framesOfDirector(play));
  await writeNamed(play, findings, directory, resultDirectory);
  return ladderOf(play.seen.topology, observationsToShow(play.seen, findings), {
    pcap: relative(resultDirectory, pcap),
    limit: status === 'passed' ? SHOWN_OF_PASSED : SHOWN_OF_OTHERS,
  });
}

/** Without ARP, unless it went wrong or is all there was; and only of the conversation that went wrong, where one did. */
function observationsToShow(seen: Seen, findings: readonly Finding[]): Observation[] {
  const shown = packetOf(seen, findings);
  const withoutArp = shown?.arp === undefined ? observationsOfCase(seen, false) : [];
  const observations = withoutArp.length > 0 ? withoutArp : observationsOfCase(seen, true);
  const isOfConversation = shown === undefined ? undefined : conversationOf(seen.topology, shown);
  return isOfConversation === undefined
    ? observations
    : observations.filter(({ packet }) => packet === shown || isOfConversation(packet));
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
