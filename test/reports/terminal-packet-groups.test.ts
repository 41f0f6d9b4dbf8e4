import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CaseResult } from '../../reports/result.ts';
import { packetGroupLines } from '../../reports/terminal/case-lines.ts';
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
  it('are told by subject, and those that do not hold one by one', () => {
    const lines = packetGroupLines(CASES, screenOf(new Text()));
    expect(lines.map((line) => line.replace(/ {2,}/g, '  ').trim())).toEqual([
      '✗ icmp  1 of 3 cases hold  20 examined',
      expect.stringMatching(/^✗ nat\/icmp\/quote {2}The quoted port is wrong\.$/),
      expect.stringMatching(/^! nat\/icmp\/late {2}it could not be played$/),
      '– timeout  1 skipped',
      '✓ ttl  2 cases hold  20 examined',
    ]);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(100);
  });

  it('have a row each only where that is asked for; cases of live traffic always', () => {
    const rowsWith = (verbose: boolean) => {
      const stdout = new Text();
      const terminal = createTerminal(stdout, new Text(), { verbose });
      terminal.sessionStarted({ mode: 'nat', director: 'ts', scheduler: 'packet by packet' });
      for (const one of [...CASES, packetCase('nat/wire/checksums', { lab: 'live' })]) terminal.caseDone(one);
      terminal.sessionDone();
      return stdout.written;
    };
    expect(rowsWith(false)).not.toContain('nat/ttl/one');
    expect(rowsWith(false)).toContain('nat/wire/checksums');
    expect(rowsWith(true)).toContain('nat/ttl/one');
    expect(rowsWith(true)).toContain('nat/timeout/day');
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
