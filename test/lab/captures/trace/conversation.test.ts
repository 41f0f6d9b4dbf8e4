import { describe, expect, it } from 'vitest';
import type { DecodedPacket } from '../../../../lab/captures/decoded-packet.ts';
import { conversationOf } from '../../../../lab/captures/trace/conversation.ts';
import { withTtl } from '../../../../lab/frames/index.ts';
import type { Mode } from '../../../../lab/index.ts';
import { datagram, played } from '../../../harness/run/case-runs.ts';

/** What passed the director’s first interface while two clients’ ports spoke, one of them to a server that refuses. */
async function traffic(mode: Mode): Promise<readonly DecodedPacket[]> {
  const { seen } = await played(mode, async (stage) => {
    stage.client.send(datagram(stage, 4000, 7));
    stage.client.send(datagram(stage, 4001, 8));
    await stage.settle();
    // Too far for the director: it says so, quoting the packet.
    stage.client.send(withTtl(datagram(stage, 4000, 9), mode === 'nat' ? 1 : 2));
  });
  return [...seen.fromClients, ...seen.toClients, ...seen.fromServers, ...seen.toServers];
}

describe('a conversation', () => {
  it.each<Mode>(['nat', 'dr', 'tun'])(
    'is all of one client’s port, ICMP errors about it included: %s',
    async (mode) => {
      const packets = await traffic(mode);
      const { topology } = (await played(mode, () => undefined)).seen;
      const one = packets.find(({ payload }) => payload?.id === 7)!;
      const isSame = conversationOf(topology, one)!;
      const others = packets.filter(({ payload }) => payload?.id === 8);
      expect(others.length).toBeGreaterThan(1);
      expect(others.filter(isSame)).toEqual([]);
      const error = packets.find(({ ip }) => ip?.icmpType === 11)!;
      expect(isSame(error)).toBe(true);
      // From the error the same conversation is found.
      const found = conversationOf(topology, error)!;
      expect(packets.filter(found)).toEqual(packets.filter(isSame));
      expect(packets.filter(isSame).length).toBeGreaterThanOrEqual(mode === 'nat' ? 6 : 4);
    },
  );

  it('is not there where a packet speaks of no client', async () => {
    const { seen } = await played('nat', (stage) => stage.client.send(datagram(stage, 4000)));
    const arp = seen.arp('director', 'eth0')[0]!;
    expect(conversationOf(seen.topology, arp)).toBeUndefined();
  });
});
