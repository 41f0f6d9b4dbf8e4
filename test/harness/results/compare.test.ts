import { describe, expect, it } from 'vitest';
import { compare } from '../../../harness/results/compare.ts';
import { letter } from '../../../reports/comparison/document.ts';
import { sheetsMarkdown, sheetsText } from '../../../reports/comparison/render.ts';
import { sheetsOf } from '../../../reports/comparison/sheets.ts';
import type { Result } from '../../../reports/result.ts';
import { gatedResult } from '../gate/results.ts';

const screen = { columns: 90, paint: (_: unknown, text: string) => text };
const shown = (results: readonly Result[], by: Parameters<typeof compare>[1] = [], all = false) =>
  sheetsText(sheetsOf(compare(results, by), { all }), screen);

const A = gatedResult({ seed: 1 });
const B = gatedResult({ seed: 2 });

/** The same, of another director. */
const of = (director: string, result: Result): Result => ({
  ...result,
  cases: result.cases.map((one) => ({ ...one, director })),
  fairness: result.fairness.map((one) => ({ ...one, director })),
  throughput: result.throughput.map((one) =>
    one.director === 'ts' ? { ...one, director, id: one.id.replace(/ts$/, director) } : one,
  ),
});

describe('two runs of the same', () => {
  it('differ in nothing', () => {
    const compared = compare([A, B], []);
    expect(compared.columns.map(({ label }) => label)).toEqual(['A', 'B']);
    expect(compared.cases).toEqual({ alike: A.cases.length, different: [], partial: [] });
    expect(compared.counts).toEqual([
      { passed: 26, failed: 0, skipped: 2, error: 0, unsupported: 0 },
      { passed: 26, failed: 0, skipped: 2, error: 0, unsupported: 0 },
    ]);
    for (const { values } of compared.fairness) expect(values[0]).toBe(values[1]);
    expect(compared.throughput.map(({ cells }) => cells[1]?.against?.answer)).toEqual(Array(9).fill('same'));
  });

  it('are shown as few lines', () => {
    const text = shown([A, B]);
    expect(text).toContain('28 cases have the same outcome in every column.');
    expect(text).toMatch(/Fairness, alike\n {2}In every column the same: equal, weights, speeds/);
    expect(text).toMatch(
      /packets nat +nft forward direct +0\.4\d \(0\.4\d–0\.4\d\) +0\.4\d \(\S+–\S+\) same/,
    );
  });
});

describe('one run of several directors', () => {
  const nft = of('nft', A);
  const proxy = of('proxy', A);
  const run: Result = {
    ...A,
    cases: [
      ...A.cases,
      ...nft.cases.map((one) =>
        one.id === 'nat/reply/source' ? { ...one, status: 'failed' as const } : one,
      ),
      ...proxy.cases.map((one) => ({ ...one, id: `proxy/${one.id}` })),
    ],
    fairness: [...A.fairness, ...nft.fairness],
    throughput: [...A.throughput, ...proxy.throughput.filter(({ ratios }) => ratios.length > 0)],
  };

  it('has a column for each one asked for, in that order, and no rows of others', () => {
    const { columns, cases, throughput } = compare([run], [], ['nft', 'ts']);
    expect(columns.map(({ label }) => label)).toEqual(['A nft', 'A ts']);
    expect(cases.different.map(({ key }) => key)).toEqual([
      'nat/reply/source (wrr live)',
      'nat/reply/source (various memory)',
    ]);
    expect(cases.partial).toEqual([]);
    expect(throughput.every(({ cells }) => cells[0] === undefined && cells[1] !== undefined)).toBe(true);
  });
});

describe('runs that differ', () => {
  const changed: Result = {
    ...gatedResult({ seed: 2, speed: { ts: 0.7 } }),
    cases: B.cases
      .filter(({ id }) => id !== 'dr/arp/silence')
      .map((one) =>
        one.id === 'nat/reply/source' && one.lab === 'live' ? { ...one, status: 'failed' } : one,
      ),
    fairness: B.fairness.map((one) =>
      one.id === 'fairness/equal/nat/rr' ? { ...one, figures: { ...one.figures, jainIndex: 0.97 } } : one,
    ),
  };

  it('show the cases that differ, and apart from them those that not all have', () => {
    const { cases } = compare([A, changed], []);
    expect(cases.different).toEqual([
      { key: 'nat/reply/source (wrr live)', title: expect.any(String), values: ['passed', 'failed'] },
    ]);
    expect(cases.partial.map(({ key, values }) => [key, values])).toEqual([
      ['dr/arp/silence (wrr live)', ['passed', undefined]],
      ['dr/arp/silence (various memory)', ['passed', undefined]],
    ]);
    expect(shown([A, changed])).toMatch(
      /nat\/reply\/source \(wrr live\) +The reply comes from the VIP +✓ +✗/,
    );
  });

  it('show the figures that differ, and all of them if asked', () => {
    expect(shown([A, changed])).toMatch(
      /Fairness: equal\n +figure +A +B\n +equal\/nat\/rr \(live\) +jain index +1\.000 +0\.970\n {2}35 more figures are the same/,
    );
    expect(shown([A, changed], [], true)).toMatch(/equal\/nat\/rr \(live\) +max over average +1\S* +1\S*\n/);
  });

  it('show timings beside references, and what is worse for sure', () => {
    const text = shown([A, changed]);
    expect(text).toMatch(/packets nat .*0\.3\d \(0\.3\d–0\.3\d\) ×0\.\d\d worse/);
    // Less is better: it takes longer.
    expect(text).toMatch(/latency nat .*×1\.\d\d worse/);
  });

  it('hold no timings of unlike machines against each other, and say so', () => {
    const machine = { ...changed.run.machine, cores: 64 };
    const compared = compare([A, { ...changed, run: { ...changed.run, machine } }], []);
    expect(compared.throughput.every(({ cells }) => cells[1]?.against === undefined)).toBe(true);
    expect(sheetsText(sheetsOf(compared, { all: false }), screen).replace(/\s+/g, ' ')).toContain(
      'B was measured on another machine than A (64 cores instead of 2)',
    );
  });
});

describe('runs with samples of different sizes', () => {
  const small: Result = {
    ...gatedResult({ seed: 2, turns: 2 }),
    fairness: B.fairness.map((one) => ({
      ...one,
      sample: { ...one.sample, connections: 79 },
      figures: { ...one.figures, jainIndex: 0.97 },
    })),
  };

  it('are told apart at the top, in one sentence, and beside the figures', () => {
    const text = shown([A, small]);
    const top = text.slice(0, text.indexOf('\nCases\n')).replace(/\s+/g, ' ');
    expect(top).toMatch(
      /The samples differ in size: connections of fairness runs \(A .*, B 79\) and turns of throughput \(A 12, B 2\);/,
    );
    expect(text).toMatch(/jain index +1\.000 \(N [\d,]+\) +0\.970 \(N 79\)/);
    expect(text).toMatch(/packets nat .* 0\.4\d \(0\.4\d–0\.4\d\) 12 turns +0\.4\d \(2 turns\)/);
  });

  it('have their profiles named beside each other', () => {
    const as = (profile: string, result: Result): Result => ({ ...result, run: { ...result.run, profile } });
    const text = shown([as('default', A), as('quick', small)]);
    expect(text).toContain('The profiles differ: A is a default run, B is a quick run.');
    expect(shown([as('quick', A), as('quick', B)])).not.toContain('profiles differ');
  });

  it('and those of one size have no such sentence', () => {
    expect(shown([A, B])).not.toContain('samples differ');
    expect(shown([A, B], [], true)).not.toMatch(/\(N \d/);
  });
});

describe('columns', () => {
  it('are directors, of one run or several, whose rows are about the same', () => {
    const both: Result = { ...A, cases: [...A.cases, ...of('ipvs', A).cases] };
    expect(compare([both], []).columns.map(({ label }) => label)).toEqual(['A ts', 'A ipvs']);
    const compared = compare([A, of('ipvs', B)], []);
    expect(compared.columns.map(({ label }) => label)).toEqual(['A ts', 'B ipvs']);
    expect(compared.cases.alike).toBe(A.cases.length);
    expect(compared.throughput[0]?.cells[1]?.against?.answer).toBe('same');
  });

  it('are modes, where a row is what the modes have in common', () => {
    const compared = compare([A], ['mode']);
    expect(compared.columns.map(({ label }) => label)).toEqual(['nat', 'dr', 'tun']);
    expect(compared.cases.different.map(({ key, values }) => [key, values])).toContainEqual([
      'arp/silence (wrr live)',
      ['skipped', 'passed', undefined],
    ]);
    expect(compared.throughput.map(({ key }) => key)).toEqual(['packets', 'connections', 'latency']);
    expect(compared.fairness.map(({ key }) => key)).toContain('fairness/equal/rr (live) jainIndex');
  });

  it('are schedulers, without timings, which know none', () => {
    const compared = compare([A], ['scheduler']);
    expect(compared.columns.map(({ label }) => label)).toEqual(['wrr', 'various', 'rr', 'wlc', 'mh']);
    expect(
      compared.fairness.find(({ key }) => key === 'fairness/equal/nat (live) jainIndex')?.values,
    ).toHaveLength(5);
    expect(compared.throughput).toEqual([]);
  });

  it('are labs, and where nothing is in common, that helps', () => {
    const verdicts = { ...A, fairness: [], throughput: [] };
    const live = { ...verdicts, cases: A.cases.filter(({ lab }) => lab === 'live') };
    const memory = { ...verdicts, cases: A.cases.filter(({ lab }) => lab === 'memory') };
    const netns = { ...verdicts, cases: memory.cases.map((one) => ({ ...one, lab: 'netns' as const })) };
    expect(compare([memory, netns], ['lab']).cases).toMatchObject({ alike: 14, partial: [] });
    expect(shown([live, memory])).toContain('--by lab');
  });

  it('of more than fit the screen go into further tables, with their labels', () => {
    const text = shown([A, B, A, B, A, B, A, B]);
    expect(text.match(/^ +measure +beside/gm)?.length).toBeGreaterThan(1);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(screen.columns);
  });

  it('have letters as spreadsheets do', () => {
    expect([0, 25, 26, 51, 52].map(letter)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA']);
  });
});

it('Markdown has the same tables, with nothing in them that is markup', () => {
  const [first] = A.cases;
  const nasty: Result = { ...B, cases: [{ ...first!, status: 'failed', title: '<b>|*x*' }] };
  const text = sheetsMarkdown(sheetsOf(compare([A, nasty], []), { all: false }));
  expect(text).toContain('## Cases that differ');
  expect(text).toMatch(/^\| `nat\/request\/destination \(wrr live\)` \| .* \| ✓ \| ✗ \|$/m);
  expect(text).not.toContain('<b>');
});

describe('two directors', () => {
  it('differ in what both were judged by, not in what one of them does not support', () => {
    const [first, second, third] = A.cases;
    const of = (director: string, one: typeof first, more: object) => ({ ...one!, director, ...more });
    const both = {
      ...A,
      fairness: [],
      throughput: [],
      directors: [
        { name: 'a', description: '', available: true },
        { name: 'b', description: '', available: true, features: ['edits'] },
      ],
      cases: [first, second, third].flatMap((one, at) => [
        of('a', one, { status: 'passed' }),
        of(
          'b',
          one,
          [{ status: 'failed' }, { status: 'skipped', needs: ['marks'] }, { status: 'passed' }][at]!,
        ),
      ]),
    };
    const { cases, counts } = compare([both], []);
    expect(cases.different.map(({ values }) => values)).toEqual([['passed', 'failed']]);
    expect(cases.partial.map(({ values }) => values)).toEqual([['passed', 'unsupported']]);
    expect(cases.alike).toBe(1);
    expect(counts[1]).toEqual({ passed: 1, failed: 1, skipped: 0, error: 0, unsupported: 1 });
  });
});
