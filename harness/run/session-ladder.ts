/** Of a whole session’s traffic, the conversation in which something was wrong: as a ladder, and as a small capture. */
import { mkdir } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { conversationOf } from '../../lab/captures/trace/conversation.ts';
import { observationsOfSession } from '../../lab/captures/trace/observation.ts';
import { writeCapture } from '../../lab/captures/write-capture.ts';
import type { Finding, LadderFlow } from '../../reports/result.ts';
import type { Evidence } from '../../scenarios/kit/session/evidence.ts';
import { ladderOf } from './ladder.ts';

const SHOWN_RUNGS = 40;

/**
 * The conversation of the first finding’s packet; undefined where no packet shows what is wrong.
 *
 * @param findings Of one case. @param file Absolute path of the pcap to write: the director’s frames of the conversation.
 * @throws CaptureError if it cannot be written.
 */
export async function saveSessionLadder(
  evidence: Evidence,
  findings: readonly Finding[],
  file: string,
  resultDirectory: string,
): Promise<LadderFlow | undefined> {
  const shown = packetOf(evidence, findings);
  if (shown === undefined) return undefined;
  const { topology } = evidence;
  const isOfConversation = conversationOf(topology, shown) ?? isArpOf(shown);
  const observations = observationsOfSession(
    evidence,
    (packet) => packet === shown || isOfConversation(packet),
  );
  const frames = observations
    .filter(({ packet }) => packet.place.host === 'director')
    .map(({ packet }) => ({ time: packet.time, frame: packet.bytes }));
  await mkdir(dirname(file), { recursive: true });
  await writeCapture(file, frames);
  return ladderOf(topology, observations, { pcap: relative(resultDirectory, file), limit: SHOWN_RUNGS });
}

/** The packet of the first finding that has one. */
function packetOf(evidence: Evidence, findings: readonly Finding[]): DecodedPacket | undefined {
  const packet = findings.find((one) => one.packet !== undefined)?.packet;
  return packet && evidence.on(packet.host, packet.interface)[packet.frame - 1];
}

/** Questions and answers about the same address. */
function isArpOf({ arp }: DecodedPacket): (other: DecodedPacket) => boolean {
  if (arp === undefined) return () => false;
  const addresses = [arp.senderIp, arp.targetIp];
  return (other) => other.arp !== undefined && addresses.includes(other.arp.targetIp);
}
