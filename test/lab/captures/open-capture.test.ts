import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCapture } from '../../../lab/captures/files/open-capture.ts';
import { CaptureError } from '../../../lab/captures/read-capture.ts';
import { fileHeader, packetRecord, pcapFile } from './pcap-file.ts';
import { pcapng } from './pcapng-file.ts';
import { ARP_QUESTION, SYN } from './sample-frames.ts';

let directory = '';
let file = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
  file = join(directory, 'some.pcap');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function open(content: Uint8Array) {
  await writeFile(file, content);
  return openCapture('client', file);
}

const IP = SYN.subarray(14);

function withLinkType(linkType: number, ...frames: readonly Uint8Array[]): Buffer {
  return Buffer.concat([fileHeader({ linkType }), ...frames.map((frame, i) => packetRecord(frame, i + 1))]);
}

describe('opening a capture of somebody’s own', () => {
  it.each([
    ['nanoseconds', Buffer.concat([fileHeader({ magic: 0xa1b23c4d }), packetRecord(SYN)])],
    ['gzip', gzipSync(pcapFile(SYN))],
    ['zstd', zstdCompressSync(pcapFile(SYN))],
    ['pcapng', pcapng(SYN)],
    ['pcapng of the other byte order', pcapng(SYN, { isLittleEndian: false, ticksPower: 6 })],
    [
      'a VLAN tag',
      withLinkType(1, Buffer.concat([SYN.subarray(0, 12), Buffer.from('8100000a0800', 'hex'), IP])),
    ],
    [
      'two VLAN tags',
      withLinkType(1, Buffer.concat([SYN.subarray(0, 12), Buffer.from('88a800648100000a0800', 'hex'), IP])),
    ],
    ['raw IP', withLinkType(101, IP)],
    ['BSD loopback', withLinkType(0, Buffer.concat([Buffer.from('02000000', 'hex'), IP]))],
    [
      'cooked frames',
      withLinkType(113, Buffer.concat([Buffer.from('0000000100060200000000c100000800', 'hex'), IP])),
    ],
    [
      'cooked frames, second version',
      withLinkType(276, Buffer.concat([Buffer.from('0800000000000002000100060200000000c10000', 'hex'), IP])),
    ],
  ])('reads %s', async (_what, content) => {
    const { packets, endsEarly } = await open(content);
    expect(endsEarly).toBe(false);
    expect(packets).toHaveLength(1);
    expect(Buffer.from(packets[0]!.ipBytes).toString('hex')).toBe(IP.toString('hex'));
  });

  it('tells times, interfaces, VLANs and directions', async () => {
    const [nano] = (await open(pcapng(SYN))).packets;
    expect(nano).toMatchObject({ time: 1_500_000_000.25, place: { host: 'client', interface: 'eth7' } });
    const [tagged] = (
      await open(
        withLinkType(1, Buffer.concat([SYN.subarray(0, 12), Buffer.from('8100300a0800', 'hex'), IP])),
      )
    ).packets;
    expect(tagged).toMatchObject({
      seen: { vlans: [10], wireBytes: SYN.length + 4 },
      sourceMac: '02:00:0a:00:01:02',
    });
    const [sent] = (
      await open(
        withLinkType(113, Buffer.concat([Buffer.from('0004000100060200000000c100000800', 'hex'), IP])),
      )
    ).packets;
    expect(sent).toMatchObject({
      seen: { direction: 'out' },
      sourceMac: '02:00:00:00:00:c1',
      destinationMac: '00:00:00:00:00:00',
    });
  });

  it('reads what is whole of a file that was cut', async () => {
    const whole = pcapFile(SYN, ARP_QUESTION);
    for (const length of [whole.length - 1, 24 + 16 + SYN.length + 3]) {
      const { packets, endsEarly } = await open(whole.subarray(0, length));
      expect([packets.length, endsEarly]).toEqual([1, true]);
    }
  });

  it('reads headers of packets that were snapped', async () => {
    const [packet] = (
      await open(Buffer.concat([fileHeader(), packetRecord(SYN.subarray(0, 54), 9, SYN.length)]))
    ).packets;
    expect(packet).toMatchObject({
      seen: { isSnapped: true, wireBytes: SYN.length },
      ip: { sourcePort: 59_196, tcpFlags: 2 },
    });
  });

  it.each([
    ['is of a link type that it does not know', withLinkType(105, SYN), /link type 105 is not supported/],
    ['is no capture', Buffer.from('<html>This is something else.</html>'), /neither pcap nor pcapng/],
    ['is empty', Buffer.alloc(0), /neither pcap nor pcapng/],
    ['claims a packet of a gigabyte', Buffer.concat([fileHeader(), Buffer.alloc(16, 0x3b), SYN]), /corrupt/],
    ['is cut within gzip', gzipSync(pcapFile(SYN)).subarray(0, 40), /cannot be decompressed/],
    ['has a block of no length', Buffer.concat([pcapng(SYN), Buffer.alloc(12)]), /claims 0 bytes/],
  ])('refuses a file that %s', async (_what, content, message) => {
    const outcome = await open(content).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(CaptureError);
    expect((outcome as CaptureError).message).toMatch(message);
    expect((outcome as CaptureError).message).toContain(file);
  });

  it('refuses a file that is not there, and a folder', async () => {
    await expect(openCapture('client', join(directory, 'none.pcap'))).rejects.toThrow('no such capture');
    await expect(openCapture('client', directory)).rejects.toThrow(CaptureError);
  });
});
