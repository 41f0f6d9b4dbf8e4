import { afterAll, describe, expect, it } from 'vitest';
import { plainChecksum, readEthernet, readUdp } from '../../../lab/frames/index.ts';
import { frameProgram, HEAD_VALUE_BYTES, headValue } from '../../../lab/generator/frame-program.ts';
import {
  type Aim,
  FIRST_PORT,
  type FrameSource,
  frameOf,
  PORTS_OF_A_SOURCE,
} from '../../../lab/generator/frame-source.ts';
import { readLinkCounters } from '../../../lab/generator/link-counters.ts';
import { sendLoad } from '../../../lab/generator/pacing.ts';
import { callBpf, loadProgram, PROGRAM_TYPE } from '../../../native/bpf/program.ts';
import { TestRun } from '../../../native/bpf/test-run.ts';
import { addressOf } from '../../../native/memory.ts';
import { close } from '../../../native/sockets.ts';
import { describeAsRoot } from '../../root.ts';

const AIM: Aim = {
  port: 'client.eth0',
  namespace: 'lvs-client',
  interface: 'eth0',
  sourceMac: '02:00:0a:00:01:02',
  destinationMac: '02:00:0a:00:01:01',
  source: '10.0.1.20',
  destination: '10.0.1.100',
  destinationPort: 5300,
  frameBytes: 64,
  flows: 1024,
};

describe('generated frames', () => {
  it.each([64, 512, 1518])('of %i bytes are well-formed UDP, their check sequence left out', (frameBytes) => {
    const frame = frameOf({ ...AIM, frameBytes }, FIRST_PORT);
    expect(frame).toHaveLength(frameBytes - 4);
    const udp = readUdp(readEthernet(frame).payload);
    expect(udp).toMatchObject({ sourcePort: FIRST_PORT, destinationPort: 5300, isChecksumRight: true });
    expect(udp.ip).toMatchObject({ source: '10.0.1.20', destination: '10.0.1.100', dontFragment: true });
  });

  describeAsRoot('made by the kernel', () => {
    const map = callBpf('make a map', 0, (attributes) => {
      for (const [i, number] of [2, 4, HEAD_VALUE_BYTES, 1].entries())
        attributes.setUint32(4 * i, number, true);
    });
    const program = loadProgram(frameProgram(map), PROGRAM_TYPE.xdp);
    afterAll(() => [program, map].forEach(close));

    it.each([1, 1_000, 100_000, 1_000_000])(
      'of %i flows have right checksums, and are all of them',
      (flows) => {
        const run = new TestRun();
        const made = (isInTurn: boolean, count: number) => {
          const head = headValue({ frame: frameOf(AIM, 0), flows, isInTurn, link: 0 });
          const key = new Uint8Array(4);
          callBpf('set the head', 2, (attributes) => {
            attributes.setUint32(0, map, true);
            attributes.setBigUint64(8, BigInt(addressOf(key)), true);
            attributes.setBigUint64(16, BigInt(addressOf(head)), true);
          });
          return Array.from({ length: count }, () => {
            const { output } = run.run(program, new Uint8Array(60).fill(0xff, 0, 42));
            const packet = readEthernet(output.slice()).payload;
            const { sourcePort, isChecksumRight, ip } = readUdp(packet);
            expect({ isChecksumRight, header: plainChecksum(packet.subarray(0, 20)) }).toEqual({
              isChecksumRight: true,
              header: 0,
            });
            const address = Number(ip.source.split('.')[3]) - 20;
            return address * PORTS_OF_A_SOURCE + sourcePort - FIRST_PORT;
          });
        };
        const few = Math.min(flows, 1_000);
        expect(made(true, few + 1)).toEqual([...Array(few).keys(), few % flows]);
        const any = made(false, 1_000);
        expect(Math.max(...any)).toBeLessThan(flows);
        // All of a thousand draws in the same nine tenths has a probability of 10^-46.
        expect(Math.max(...any)).toBeGreaterThanOrEqual(Math.floor(flows * 0.9));
      },
    );
  });
});

describe('sending at a rate', () => {
  function counting(): FrameSource & { bursts: number[] } {
    const bursts: number[] = [];
    return {
      method: 'counted',
      bursts,
      send: (count) => bursts.push(count) && count,
      close: () => undefined,
    };
  }

  it('goes in whole batches, and never beyond what was due', () => {
    const source = counting();
    const { frames, elapsedMs } = sendLoad(source, { framesPerSecond: 100_000, durationMs: 30 });
    expect(source.bursts.every((count) => count % 64 === 0)).toBe(true);
    expect(frames).toBe(source.bursts.reduce((sum, count) => sum + count, 0));
    expect(frames).toBeGreaterThan(0);
    expect(frames).toBeLessThanOrEqual(100 * elapsedMs);
  });

  it('counts what surely went', () => {
    const interrupted: FrameSource = { ...counting(), send: () => 0 };
    expect(sendLoad(interrupted, { framesPerSecond: 0, durationMs: 1 }).frames).toBe(0);
  });
});

describe('counters of links', () => {
  it('are read by name, where the kernel leaves no space behind the colon too', () => {
    const text = [
      'Inter-|   Receive                                                |  Transmit',
      ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
      '    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0',
      'rs1.eth0:1234567890     12    0    3    0     0          0         0  9876543      77    0    5    0     0       0          0',
      '',
    ].join('\n');
    const counters = readLinkCounters(text);
    expect([...counters.keys()]).toEqual(['lo', 'rs1.eth0']);
    expect(counters.get('rs1.eth0')).toEqual({ sentPackets: 77, sentDropped: 5 });
  });
});
