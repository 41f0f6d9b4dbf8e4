import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaptureError, readCapture } from '../../../lab/captures/read-capture.ts';
import { fileHeader, packetRecord, pcapFile } from './pcap-file.ts';
import { ARP_QUESTION, DATAGRAM, SYN, TUNNELLED } from './sample-frames.ts';

let directory = '';
let file = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
  file = join(directory, 'client-eth0.pcap');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function read(content: Uint8Array) {
  await writeFile(file, content);
  return readCapture({ host: 'client', interface: 'eth0', file });
}

async function refusal(content: Uint8Array): Promise<string> {
  const outcome = await read(content).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(CaptureError);
  const { message } = outcome as CaptureError;
  expect(message).toContain(file);
  return message;
}

describe('reading a capture', () => {
  it('gives every packet its number, its time and its bytes', async () => {
    const content = Buffer.concat([
      fileHeader(),
      packetRecord(SYN, 1_500_000_250_000),
      packetRecord(ARP_QUESTION, 1_500_001_000_001),
    ]);
    const capture = await read(content);
    expect(capture).toMatchObject({ host: 'client', interface: 'eth0', file });
    expect(capture.packets.map(({ frame, time }) => [frame, time])).toEqual([
      [1, 1_500_000.25],
      [2, 1_500_001.000001],
    ]);
    expect(Buffer.from(capture.packets[0]!.bytes)).toEqual(SYN);
    expect(capture.packets[1]!.arp).toBeDefined();
  });

  it('reads one without packets: nothing passed there', async () => {
    expect((await read(fileHeader())).packets).toEqual([]);
  });

  it('reads one that is longer than what is read at a time', async () => {
    const capture = await read(pcapFile(...Array.from({ length: 20_000 }, () => TUNNELLED)));
    expect(capture.packets).toHaveLength(20_000);
    expect(capture.packets.every(({ inner }) => inner !== undefined)).toBe(true);
  });

  it('refuses a file that is cut anywhere but between two packets', async () => {
    const whole = pcapFile(SYN, DATAGRAM, ARP_QUESTION);
    const ends = [24, 24 + 16 + SYN.length, 24 + 32 + SYN.length + DATAGRAM.length, whole.length];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        fc.pre(!ends.includes(length));
        expect(await refusal(whole.subarray(0, length))).toMatch(/the file has \d+ bytes.* cut or corrupt/);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['is empty', Buffer.alloc(0), /has 0 bytes, but whole packets end at 24/],
    ['ends in its header', fileHeader().subarray(0, 23), /has 23 bytes, but whole packets end at 24/],
    ['ends in a packet header', pcapFile(SYN).subarray(0, 39), /has 39 bytes, but whole packets end at 24/],
    [
      'ends in a packet',
      pcapFile(SYN).subarray(0, 24 + 16 + 73),
      /has 113 bytes, but whole packets end at 24/,
    ],
    ['has bytes at its end', Buffer.concat([pcapFile(SYN), Buffer.alloc(3)]), /has 117 bytes.* end at 114/],
    ['is of another link type', fileHeader({ linkType: 113 }), /link type 113, expected Ethernet \(1\)/],
    [
      'has snapped packets',
      Buffer.concat([pcapFile(SYN), packetRecord(SYN.subarray(0, 54), 9, 74)]),
      /packet 2 holds 54 of 74 bytes: capture with -s 0/,
    ],
    ['is no pcap', Buffer.from('<html>This is something else.</html>'), /unknown magic number: 3c68746d/],
    [
      'has nanoseconds, whose times would be read wrong',
      fileHeader({ magic: 0xa1b23c4d }),
      /unknown magic number/,
    ],
  ])('refuses a file that %s', async (_what, content, message) => {
    expect(await refusal(content)).toMatch(message);
  });

  it('refuses a file that is not there', async () => {
    const missing = join(directory, 'missing.pcap');
    await expect(readCapture({ host: 'a', interface: 'b', file: missing })).rejects.toThrow(
      new CaptureError(`${missing}: no such capture`, 'CAPTURE_MISSING'),
    );
  });

  it('refuses a folder', async () => {
    await expect(readCapture({ host: 'a', interface: 'b', file: directory })).rejects.toThrow(CaptureError);
  });
});
