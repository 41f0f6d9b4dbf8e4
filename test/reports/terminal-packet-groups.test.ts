import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CaseResult } from '../../reports/result.ts';
import { briefLines } from '../../reports/terminal/case-lines.ts';
import { createTerminal, screenOf, summary } from '../../reports/terminal.ts';
import { passingResult } from './results.ts';

function packetCase(id: string, more: Partial<CaseResult> = {}): CaseResult {
  const [live] = passingResult().cases;
  return { ...live!, id, mode: 'nat', lab: 'memory', scheduler: 'various', examined: 10, ...more };
}

const CASES = [
  packetCase('nat/ttl/one'),
  packetCase('nat/ttl/two'),
  packetCase('nat/icmp/echo'),
  packetCase('nat/icmp/quote', {
    status: 'failed',
    findings: [{ message: 'The quoted port is wrong.', fields: [] }],
  }),
  packetCase('nat/timeout/day', { status: 'skipped', reason: 'takes long', examined: 0 }),
  packetCase('nat/icmp/late', { status: 'error', reason: 'it could not be played', examined: 0 }),
];

class Text extends PassThrough {
  get written(): string {
    return this.read()?.toString() ?? '';
  }
}

// On a CI less is printed.
beforeEach(() => vi.stubEnv('CI', undefined));
afterEach(() => vi.unstubAllEnvs());

describe('cases played packet by packet', () => {
  it('take one line, and one for each that does not hold', () => {
    const lines = briefLines('NAT · ts · packet by packet', CASES, screenOf(new Text()));
    expect(lines.map((line) => line.replace(/ {2,}/g, '  ').trim())).toEqual([
      '✗ NAT · ts · packet by packet  3 of 5 cases hold',
      expect.stringMatching(/^✗ nat\/icmp\/quote {2}The quoted port is wrong\.$/),
      expect.stringMatching(/^! nat\/icmp\/late {2}it could not be played$/),
    ]);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(100);
  });

  it('have a row each only where that is asked for, as cases of live traffic have', () => {
    const rowsWith = (verbose: boolean) => {
      const stdout = new Text();
      const terminal = createTerminal(stdout, new Text(), { verbose });
      terminal.sessionStarted({ mode: 'nat', director: 'ts', scheduler: 'packet by packet' });
      for (const one of [...CASES, packetCase('nat/wire/checksums', { lab: 'live' })]) terminal.caseDone(one);
      terminal.sessionDone();
      return stdout.written;
    };
    expect(rowsWith(false)).not.toContain('nat/ttl/one');
    expect(rowsWith(false)).not.toContain('nat/wire/checksums');
    expect(rowsWith(false)).toContain('nat/icmp/quote');
    expect(rowsWith(true)).toContain('nat/ttl/one');
    expect(rowsWith(true)).toContain('nat/wire/checksums');
    expect(rowsWith(true)).toContain('nat/timeout/day');
  });

  it('are summed up by mode, and by subject where everything is asked for', () => {
    const result = { ...passingResult(), cases: CASES.slice(0, 3) };
    expect(summary(result, screenOf(new Text()))).toMatch(/packet by packet +✓ NAT 3 cases hold/);
    expect(summary(result, screenOf(new Text()), [], { verbose: true })).toMatch(/^ {2}ttl +✓ 2$/m);
  });

  it('are left out of the matrix, but not out of the failures; what was not covered is said', () => {
    const result = { ...passingResult(), cases: CASES, notCovered: ['Real servers: lvs-lab bench.'] };
    const text = summary(result, screenOf(new Text()));
    expect(text).not.toContain('ttl/one');
    expect(text).toContain('nat/icmp/quote');
    expect(text).toContain('The quoted port is wrong.');
    expect(text).toContain('not covered: Real servers: lvs-lab bench.');
  });
});
