import { expect, it } from 'vitest';
import { cpioArchive } from '../../../lab/guest/cpio.ts';

const HEADER_BYTES = 110;

it('an archive has a header, a name and the content of each entry, each filled up to four bytes, and a trailer', () => {
  const archive = cpioArchive([
    { path: 'bin', kind: 'folder' },
    { path: 'bin/sh', kind: 'file', bytes: Buffer.from('hello'), isProgram: true },
    { path: 'dev/console', kind: 'device', major: 5, minor: 1 },
    { path: 'l', kind: 'link', target: 'bin/sh' },
  ]);
  expect(membersOf(archive)).toEqual([
    { name: 'bin', mode: '40755', device: [0, 0], content: '' },
    { name: 'bin/sh', mode: '100755', device: [0, 0], content: 'hello' },
    { name: 'dev/console', mode: '20600', device: [5, 1], content: '' },
    { name: 'l', mode: '120777', device: [0, 0], content: 'bin/sh' },
    { name: 'TRAILER!!!', mode: '0', device: [0, 0], content: '' },
  ]);
});

function membersOf(archive: Buffer) {
  const members = [];
  for (let at = 0; at < archive.length; ) {
    expect(at % 4).toBe(0);
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const field = (n: number) =>
      Number.parseInt(archive.toString('latin1', at + 6 + 8 * n, at + 14 + 8 * n), 16);
    const nameStart = at + HEADER_BYTES;
    const contentStart = Math.ceil((nameStart + field(11)) / 4) * 4;
    const contentEnd = contentStart + field(6);
    members.push({
      name: archive.toString('latin1', nameStart, nameStart + field(11) - 1),
      mode: field(1).toString(8),
      device: [field(9), field(10)],
      content: archive.toString('latin1', contentStart, contentEnd),
    });
    at = Math.ceil(contentEnd / 4) * 4;
  }
  return members;
}
