import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replayFile } from '../../../harness/replay/index.ts';
import { RecordingError } from '../../../harness/replay/recording.ts';
import { plainChecksum } from '../../../lab/frames/index.ts';

const RECORDINGS = join(import.meta.dirname, '../../golden/packets');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packets-'));
  await cp(join(RECORDINGS, 'index.json'), join(folder, 'index.json'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A copy of a recorded case; gives the path of its `case.json`. */
async function copyOf(name: string): Promise<string> {
  await cp(join(RECORDINGS, name), join(folder, name), { recursive: true });
  return join(folder, name, 'case.json');
}

/** Changes a frame, numbered from 1, in a capture of the case at `path`. */
async function changeFrame(path: string, side: string, number: number, change: (frame: Buffer) => void) {
  const file = join(path, '..', `${side}.pcap`);
  const bytes = await readFile(file);
  let at = 24;
  for (let i = 1; i < number; i++) at += 16 + bytes.readUInt32LE(at + 8);
  change(bytes.subarray(at + 16, at + 16 + bytes.readUInt32LE(at + 8)));
  await writeFile(file, bytes);
}

async function changeCase(path: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  await writeFile(path, changed);
}

/** The findings of the first step that differs. */
async function findings(path: string): Promise<string> {
  const { cases } = await replayFile(path);
  return cases[0]?.first?.findings.join('\n') ?? 'equal';
}

test('a copy of a recording is equal', async () => {
  const { format, cases } = await replayFile(await copyOf('gue/variant-gue--tun-port-6080--tun-csum'));
  expect(format).toBe('packets');
  expect(cases).toEqual([
    { name: 'variant gue --tun-port 6080 --tun-csum', steps: 8, differentSteps: 0, first: undefined },
  ]);
});

describe('a recording that was tampered with', () => {
  test.each([
    [
      'a byte of the payload',
      'nat/udp-port-mapping',
      (frame: Buffer) => frame.writeUInt8(frame[43]! ^ 1, 43),
    ],
    ['the MAC address', 'dr/udp-csum0', (frame: Buffer) => frame.writeUInt8(frame[5]! ^ 1, 5)],
    ['the time to live', 'gre/udp-csum0', (frame: Buffer) => frame.writeUInt8(frame[22]! ^ 1, 22)],
    ['the tunnel’s port', 'gue/udp-exchange', (frame: Buffer) => frame.writeUInt16BE(6081, 36)],
    [
      'a source port that a tunnel never has',
      'gue/udp-exchange',
      (frame: Buffer) => frame.writeUInt16BE(80, 34),
    ],
    [
      'the checksum of a tunnel packet',
      'gue/variant-gue--tun-port-6080--tun-csum',
      (frame: Buffer) => frame.writeUInt8(frame[40]! ^ 1, 40),
    ],
  ])('differs: %s', async (_what, name, change) => {
    const path = await copyOf(name);
    await changeFrame(path, 'dr', 1, change);
    expect(await findings(path)).toMatch(/^dr #1: recorded [0-9a-f]+\n +sent +[0-9a-f]+$/);
  });

  test('equal: the source port of a tunnel that has a checksum, and the checksum with it', async () => {
    const path = await copyOf('gue/variant-gue--tun-port-6080--tun-csum');
    await changeFrame(path, 'dr', 1, (frame) => {
      const port = frame.readUInt16BE(34);
      frame.writeUInt16BE(port + 1, 34);
      frame.writeUInt16BE(frame.readUInt16BE(40) - 1, 40);
    });
    expect(await findings(path)).toBe('equal');
  });

  test('differs: a frame that the kernel did not send', async () => {
    const path = await copyOf('gre/udp-csum0');
    const recorded = JSON.parse(await readFile(path, 'utf8'));
    recorded.steps[0].packets.pop();
    await writeFile(path, JSON.stringify(recorded));
    expect(await findings(path)).toContain('sent what was not recorded, on port 2: ');
  });

  test('differs: a frame that only the kernel sent', async () => {
    const path = await copyOf('gre/udp-csum0');
    await changeCase(path, '-A -u 10.99.0.1:8000', '-A -u 10.99.0.1:8001');
    await changeCase(path, '-a -u 10.99.0.1:8000', '-a -u 10.99.0.1:8001');
    expect(await findings(path)).toContain('nothing was sent');
  });

  test('differs: the identifications of two fragments of one packet', async () => {
    const path = await copyOf('gue/big-nodf');
    await changeFrame(path, 'dr', 3, (frame) => {
      frame.writeUInt16BE(frame.readUInt16BE(18) ^ 1, 18);
      frame.writeUInt16BE(0, 24);
      frame.writeUInt16BE(plainChecksum(frame.subarray(14, 34)), 24);
    });
    expect(await findings(path)).toMatch(
      /^dr #3: recorded with the id \d+, sent with \d+; other fragments say otherwise/,
    );
  });

  test('differs: the connection table, shown as it was before the step', async () => {
    const path = await copyOf('gre/tcp-refused');
    await changeCase(path, 'SYN_RECV', 'ESTABLISHED');
    const [result] = (await replayFile(path)).cases;
    expect(result?.first?.findings).toEqual([
      'recorded connection TCP 10.0.1.2:30061 10.99.0.1:81 10.0.2.11:81 ESTABLISHED',
      'seen connection TCP 10.0.1.2:30061 10.99.0.1:81 10.0.2.11:81 SYN_RECV',
    ]);
    expect(result?.first?.before).toEqual(['TCP 10.0.1.2:30061 10.99.0.1:81 10.0.2.11:81 SYN_RECV']);
  });
});

describe('a case that cannot be replayed', () => {
  test.each([
    [
      'says a side that is none',
      /"pt":"dr"/,
      '"pt":"du"',
      'looks like a recording of packets, but is not one',
    ],
    [
      'names a frame that is not there',
      '"frame":1,"dir":"in"',
      '"frame":9,"dir":"in"',
      'dc.pcap has no frame 9',
    ],
    ['has a rule that is none', '"-A -u', '"-B -u', 'does not start a rule'],
    ['has an unknown setting', '"steps"', '"sysctls":{"pmtu":1},"steps"', 'there is no setting "pmtu"'],
    [
      'does what nobody knows',
      /"do":"[^"]*"/,
      '"do":"ip link set lo down"',
      'no idea how to do "ip link set lo down"',
    ],
  ])('%s', async (_what, from, to, message) => {
    const path = await copyOf('gre/udp-csum0');
    await changeCase(path, from, to);
    await expect(replayFile(path)).rejects.toThrow(RecordingError);
    await expect(replayFile(path)).rejects.toThrow(message);
  });

  test('has a capture that was cut', async () => {
    const path = await copyOf('gre/udp-csum0');
    const capture = join(path, '../dr.pcap');
    await writeFile(capture, (await readFile(capture)).subarray(0, -1));
    await expect(replayFile(path)).rejects.toThrow(
      /dr\.pcap: the file has .* bytes, .* it is cut or corrupt/,
    );
  });

  test('has no capture', async () => {
    const path = await copyOf('gre/udp-csum0');
    await rm(join(path, '../dr.pcap'));
    await expect(replayFile(path)).rejects.toThrow(/dr\.pcap: no such capture/);
  });

  test('has no index above it', async () => {
    const path = await copyOf('gre/udp-csum0');
    await rm(join(folder, 'index.json'));
    await expect(replayFile(path)).rejects.toThrow('no index.json beside or above it');
  });
});
