import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observedPath } from '../../../harness/live/observed-path.ts';
import { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { alongPath } from '../../../lab/captures/trace/path-order.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { evidenceOf } from '../../scenarios/fixtures/evidence.ts';
import { converse, ROUND_ROBIN, sceneOf } from '../../scenarios/fixtures/wire.ts';

describe('the places where a packet was seen', () => {
  it.each(ALL_MODES)('are in the order of its path although all are in one microsecond: %s', (mode) => {
    const scene = sceneOf(mode);
    const evidence = evidenceOf(scene, { transmissions: converse(scene, ROUND_ROBIN.slice(0, 1)) });
    const { request, reply } = observedPath(evidence);
    for (const hops of [request, reply]) {
      const seen = hops.map(({ host, interface: port, direction, packet }) => {
        const { place, frame, bytes } = evidence.on(host, port)[packet.frame - 1] as DecodedPacket;
        return { packet: new DecodedPacket(place, frame, 1000, bytes), sent: direction === 'out' };
      });
      expect(seen.length).toBeGreaterThan(2);
      fc.assert(
        fc.property(fc.shuffledSubarray(seen, { minLength: seen.length }), (shuffled) => {
          expect(shuffled.toSorted(alongPath)).toEqual(seen);
        }),
        { numRuns: 50 },
      );
    }
  });
});
