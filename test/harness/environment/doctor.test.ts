import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { doctor, renderChecks, toCheck } from '../../../harness/environment/doctor.ts';
import { requirements } from '../../../harness/environment/requirements.ts';

afterEach(() => void vi.unstubAllEnvs());

const find = (name: string) => requirements.find((requirement) => requirement.name === name)!;
const present = toCheck({ requirement: find('ip'), present: true, detail: '/usr/sbin/ip' });
const missing = toCheck({ requirement: find('nft'), present: false, detail: 'not found' });
const optional = toCheck({ requirement: find('wrk'), present: false, detail: 'not found' });
const untried = toCheck({
  requirement: find('nftables netdev ingress'),
  present: false,
  untried: true,
  detail: 'not tried: needs nft',
});

async function run(json: boolean): Promise<{ exitCode: number; output: string }> {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const exitCode = await doctor({ json, stdout });
  return { exitCode, output: stdout.read() };
}

describe('a check', () => {
  it('carries a cure only where something is missing', () => {
    expect(present.cure).toBeUndefined();
    expect(missing.cure).toMatch(/nftables|setup/);
  });
});

describe('the table', () => {
  const table = renderChecks([present, missing, optional, untried], new PassThrough());

  it('marks what is there, what is missing and what is optional', () => {
    expect(table).toMatch(/✓ ip .*\/usr\/sbin\/ip/);
    expect(table).toMatch(/✗ nft .*not found/);
    expect(table).toMatch(/– wrk .*not found/);
  });

  it('tells what is missing from what could not be tried, and says the cure', () => {
    expect(table).toMatch(/^Missing: nft$/m);
    expect(table).toMatch(/^Not tried: nftables netdev ingress$/m);
    expect(table).toContain(missing.cure);
    expect(table).not.toContain('Everything required is there');
  });

  it('says that all is well when only optional things are absent', () => {
    const well = renderChecks([present, optional], new PassThrough());
    expect(well).toContain('Everything required is there.');
    expect(well).not.toMatch(/Missing|Not tried/);
  });

  it('fits a terminal of 80 columns and loses no word there', () => {
    const terminal = Object.assign(new PassThrough(), { columns: 80 });
    const checks = [present, missing, optional, untried];
    const lines = stripVTControlCharacters(renderChecks(checks, terminal)).split('\n');
    const tables = lines.slice(0, lines.indexOf('Missing: nft'));
    expect(Math.max(...tables.map(({ length }) => length))).toBeLessThanOrEqual(80);
    const words = new Set(tables.flatMap((line) => line.split(/\s+/)));
    for (const { usedFor } of checks) for (const word of usedFor.split(' ')) expect(words).toContain(word);
  });

  it('has no colour codes where the stream is no terminal', () => {
    vi.stubEnv('FORCE_COLOR', undefined);
    const plain = renderChecks([present, missing], new PassThrough());
    expect(plain).toBe(stripVTControlCharacters(plain));
  });
});

describe('doctor', () => {
  it('prints one JSON document whose verdict is the exit code', async () => {
    const { exitCode, output } = await run(true);
    const { ok, checks } = JSON.parse(output);
    expect(checks).toHaveLength(requirements.length);
    expect(exitCode).toBe(ok ? 0 : 3);
    expect(ok).toBe(checks.every((check: typeof present) => check.present || !check.required));
  });

  it('ends with 3 and names it when a required command is missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const { exitCode, output } = await run(false);
    expect(exitCode).toBe(3);
    expect(stripVTControlCharacters(output)).toMatch(/^Missing: .*tcpdump/m);
  });
});
