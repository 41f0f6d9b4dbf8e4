/** The kernel's IPVS in a guest: one boot, and a case of each kind of thing that is asked of it. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ipvs } from '../../../harness/directors/ipvs/index.ts';
import { readResult } from '../../../reports/read-result.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { lvsLabHere } from '../command-line.ts';

/** It boots in seconds where the processor can run a guest, and may take a minute where it cannot. */
const LIMIT_MS = 240_000;
/** Packets, decisions, settings, marks, the machine's own settings, and what ipvsadm refuses. */
const CASES = ['reply/ports', 'scheduler/rr/changes', 'marks/', 'mtu/', 'request/ttl'];

const why = process.geteuid?.() === 0 ? await ipvs.unavailable() : 'needs root';

describe.skipIf(why !== undefined)(`the kernel's IPVS${why === undefined ? '' : ` (${why})`}`, () => {
  it('passes the cases of the catalogue, in a guest that takes the director’s place', {
    timeout: LIMIT_MS,
  }, async () => {
    await using directory = await temporaryRunDirectory();
    const selection = CASES.flatMap((id) => ['--grep', `nat/${id}`]);
    await lvsLabHere(
      'conformance',
      '--lab',
      'netns',
      '--director',
      'ipvs',
      ...selection,
      '--out',
      directory.path,
    );
    const { cases } = await readResult(join(directory.path, 'latest', 'result.json'));
    expect(cases.length).toBeGreaterThanOrEqual(CASES.length);
    expect(cases.filter(({ status }) => status !== 'passed')).toEqual([]);
  });
});
