import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEthernet, readUdp } from '../../../lab/frames/index.ts';
import { FIRST_PORT } from '../../../lab/generator/frame-source.ts';
import {
  bringUp,
  FrameGenerator,
  type Lab,
  type LaneNetwork,
  laneNetwork,
  SINK,
} from '../../../lab/index.ts';
import { Taps } from '../../../lab/netns/taps.ts';
import { describeAsRoot } from '../../root.ts';
import { temporaryRunDirectory } from '../fixtures/traces.ts';

const PORT = 5300;
const FLOWS = 64;

describeAsRoot('the frame generator', () => {
  let directory: Awaited<ReturnType<typeof temporaryRunDirectory>>;
  let lab: Lab;
  let network: LaneNetwork;

  beforeAll(async () => {
    directory = await temporaryRunDirectory();
    network = laneNetwork('nat', 1, [{ name: 'forward', kind: 'forwarder' }]);
    lab = await bringUp(network.topology, { runDirectory: directory.path });
  });
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  const target = (frameBytes: number) => ({
    from: network.lastHop,
    to: { host: 'forward', interface: 'eth0' },
    end: { host: SINK, interface: 'eth0' },
    source: network.lanes[0]!.source,
    destination: network.lanes[0]!.sinkTarget,
    destinationPort: PORT,
    frameBytes,
    flows: FLOWS,
  });

  it.each([
    [undefined, 64],
    [undefined, 1518],
    ['socket', 64],
    ['socket', 1518],
  ] as const)(
    'sends whole frames of many flows, as the link counts them (%s, %i bytes)',
    async (method, frameBytes) => {
      await using generator = FrameGenerator.start(lab, method);
      const aimed = await generator.aim(target(frameBytes));
      if (method === 'socket')
        expect(aimed).toMatchObject({ method: 'packet socket (sendmmsg)', instead: 'it was asked for' });
      // So that the router knows the sink by the time that counts.
      await generator.send({ framesPerSecond: 1_000, durationMs: 100 });

      const arrived: Uint8Array[] = [];
      await using taps = Taps.open(lab, ({ host, port, outgoing, bytes }) => {
        if (host === SINK && port === 'eth0' && !outgoing) arrived.push(bytes.slice());
      });
      const { offeredFrames, deliveredFrames } = await generator.send({
        framesPerSecond: 5_000,
        durationMs: 100,
      });
      taps.drain();
      expect(taps.lost()).toEqual([]);
      expect(offeredFrames).toBeGreaterThan(0);
      expect(deliveredFrames).toBe(offeredFrames);

      const datagrams = arrived
        .map(readEthernet)
        .flatMap(({ etherType, payload }) => (etherType === 0x0800 ? [readUdp(payload)] : []));
      expect(datagrams).toHaveLength(deliveredFrames);
      for (const { isChecksumRight, checksum, destinationPort, sourcePort, ip } of datagrams) {
        // One router on the way.
        expect({ isChecksumRight, destinationPort, ttl: ip.ttl }).toEqual({
          isChecksumRight: true,
          destinationPort: PORT,
          ttl: 63,
        });
        expect(checksum).not.toBe(0);
        expect(sourcePort - FIRST_PORT).toBeGreaterThanOrEqual(0);
        expect(sourcePort - FIRST_PORT).toBeLessThan(FLOWS);
      }
      expect(new Set(datagrams.map(({ sourcePort }) => sourcePort)).size).toBeGreaterThan(FLOWS / 4);
      const larger = arrived.filter((frame) => frame.length > 60).map(({ length }) => length);
      expect(new Set(larger)).toEqual(new Set(frameBytes > 64 ? [frameBytes - 4] : []));
    },
  );

  it('says how fast it is alone, and what is missing', async () => {
    await using generator = FrameGenerator.start(lab);
    await expect(generator.send({ framesPerSecond: 0, durationMs: 1 })).rejects.toThrow('an aim comes first');
    expect(await generator.limit(target(64), 20)).toBeGreaterThan(0);
    await expect(generator.aim({ ...target(64), to: { host: 'nobody', interface: 'eth0' } })).rejects.toThrow(
      'nobody',
    );
  });
});
