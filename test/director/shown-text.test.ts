import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableJson, shellWord } from '../../director/shown-text.ts';
import { nastyText } from '../reports/nasty.ts';

const STEERS = /(?!\n|\t)\p{Control}|\p{Bidi_Control}|[\u2028\u2029]/u;

describe('text from elsewhere', () => {
  it('shows escape sequences and obeys none', () => {
    expect(printable('\u001b[2J\u001b]0;title\u0007 \u009b31m\r')).toBe(
      '\\u001b[2J\\u001b]0;title\\u0007 \\u009b31m\\u000d',
    );
    expect(printable('admin\u202etxt.exe')).toBe('admin\\u202etxt.exe');
    expect(printable('漢字 👩‍👩‍👧 ✓\n\tas it is\r\n')).toBe('漢字 👩‍👩‍👧 ✓\n\tas it is\n');
  });

  it('never steers a terminal, and as JSON means the same', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        expect(printable(text)).not.toMatch(STEERS);
        const json = printableJson({ [text]: text });
        expect(json).not.toMatch(STEERS);
        expect(JSON.parse(json)).toEqual({ [text]: text });
      }),
    );
  });

  it('is one word to a shell, whatever it is', () => {
    const words = fc.sample(nastyText, 60).map((text) => text.toWellFormed().replaceAll('\0', ''));
    const hostile = ["'; touch /tmp/x; '", '$(id)', '`id`', 'a b', '-n', '~', '*', '#', '', "it's", 'a\nb'];
    const all = [...words, ...hostile];
    const script = `for word in ${all.map(shellWord).join(' ')}; do printf '%s\\0' "$word"; done`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(
      all.map((word) => `${word}\0`).join(''),
    );
    expect(shellWord('captures/director-eth0.pcap')).toBe('captures/director-eth0.pcap');
  });
});
