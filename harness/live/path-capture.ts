/** The connection that stands for a session in the report, cut out of its captures. */
import { conversationOf } from '../../lab/captures/trace/conversation.ts';
import { observationsOfSession } from '../../lab/captures/trace/observation.ts';
import { linkTransitsOf } from '../../lab/captures/trace/packet-trace.ts';
import { writeCapture } from '../../lab/captures/write-capture.ts';
import type { Evidence } from '../../scenarios/kit/session/evidence.ts';
import type { ObservedPath } from './observed-path.ts';

/**
 * Writes all packets of the observed connection to a pcap, each once for every link that it crossed, in time order.
 *
 * @param file Absolute path. @returns Whether there was a connection to write.
 * @throws CaptureError if it cannot be written.
 */
export async function savePathCapture(
  evidence: Evidence,
  { request: [first] }: ObservedPath,
  file: string,
): Promise<boolean> {
  const opening = first && evidence.on(first.host, first.interface)[first.packet.frame - 1];
  const isOfConnection = opening && conversationOf(evidence.topology, opening);
  if (isOfConnection === undefined) return false;
  const observations = observationsOfSession(evidence, isOfConnection);
  const frames = linkTransitsOf(evidence.topology, observations).map(({ packet }) => ({
    time: packet.time,
    frame: packet.bytes,
  }));
  await writeCapture(file, frames);
  return true;
}
