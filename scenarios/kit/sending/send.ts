import type { Station } from '../../../lab/stations/station.ts';
import type { Stage } from '../stage.ts';

/**
 * Sends packets in bursts small enough for every queue on the way. The first packet goes ahead alone: it may have to wait
 * for ARP, and the others then find every MAC address known.
 */
export async function send(
  stage: Stage,
  station: Pick<Station, 'send'>,
  packets: readonly Uint8Array[],
): Promise<void> {
  let at = 0;
  while (at < packets.length) {
    const size = at === 0 ? 1 : BURST;
    for (const packet of packets.slice(at, at + size)) station.send(packet);
    await stage.settle();
    at += size;
  }
}

const BURST = 200;
