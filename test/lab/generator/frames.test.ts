import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEthernet, readUdp } from '../../../lab/frames/index.ts';
import { frameProgram, headValue } from '../../../lab/generator/frame-program.ts';
import { type Aim, FIRST_PORT, type FrameSource, frameOf } from '../../../lab/generator/frame-source.ts';
import { readLinkCounters } from '../../../lab/generator/link-counters.ts';
import { sendLoad } from '../../../lab/generator/pacing.ts';

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

  it('get a right checksum from the sum that the program is given, for every source port', () => {
    fc.assert(
      fc.property(
        fc.ipV4(),
        fc.ipV4(),
        fc.integer({ min: 1, max: 65_535 }),
        fc.integer({ min: 64, max: 1518 }),
        (source, destination, sourcePort, frameBytes) => {
          const aim = { ...AIM, source, destination, frameBytes };
          const head = headValue(frameOf(aim, 0));
          // What the program does with the sum.
          const sum = new DataView(head.buffer).getUint32(44, true) + sourcePort;
          const folded = (sum & 0xffff) + (sum >>> 16);
          const checksum = ~((folded & 0xffff) + (folded >>> 16)) & 0xffff || 0xffff;
          const udp = readUdp(readEthernet(frameOf(aim, sourcePort)).payload);
          expect(checksum).toBe(udp.checksum);
        },
      ),
    );
  });

  it('come from a program whose jump leads to its last two instructions', () => {
    const program = new DataView(frameProgram(3, FIRST_PORT, 1024).buffer);
    const instructions = program.byteLength / 8;
    const jump = Array.from({ length: instructions }, (_, i) => i).find(
      (i) => program.getUint8(i * 8) === 0x2d,
    )!;
    expect(jump + 1 + program.getInt16(jump * 8 + 2, true)).toBe(instructions - 2);
    expect(program.getUint8((instructions - 1) * 8)).toBe(0x95);
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
