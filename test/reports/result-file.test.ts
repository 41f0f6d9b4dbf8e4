import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ResultFileError, readResult } from '../../reports/read-result.ts';
import { SCHEMA_VERSION } from '../../reports/result.ts';
import { writeResult } from '../../reports/write-result.ts';
import { fullResult, sampleResult } from './full/result.ts';
import { failingResult, passingResult } from './results.ts';

let directory = '';
const pathOf = (name: string) => join(directory, name);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lvs-lab-result-'));
});

async function errorOf(text: string): Promise<ResultFileError> {
  await writeFile(pathOf('result.json'), text);
  return await failureOf(pathOf('result.json'));
}

async function failureOf(path: string): Promise<ResultFileError> {
  try {
    await readResult(path);
  } catch (error) {
    if (error instanceof ResultFileError) return error;
    throw error;
  }
  throw new Error('the file was read');
}

describe('a result file', () => {
  it('stays under 5 MB with 42 sessions and 1,900 cases, and is read as it was written', async () => {
    const full = fullResult();
    const live = full.cases.filter(({ lab }) => lab === 'live');
    const packets = full.cases.filter(({ lab }) => lab !== 'live');
    const cases = [
      ...live.flatMap((one) => [one, { ...one, id: `${one.id}-twice` }]).slice(0, 42 * 25),
      ...packets,
      ...packets.map((one) => ({ ...one, id: `${one.id}-twice` })),
    ];
    expect(cases.length).toBeGreaterThan(1_900);
    const result = { ...full, cases };
    await writeResult(pathOf('result.json'), result);
    expect((await stat(pathOf('result.json'))).size).toBeLessThan(5_000_000);
    expect(await readResult(pathOf('result.json'))).toEqual(result);
  });

  it('has a line for each row of numbers and for what is short', async () => {
    const [one] = fullResult().fairness;
    await writeResult(pathOf('result.json'), { ...passingResult(), fairness: [one!] });
    const text = await readFile(pathOf('result.json'), 'utf8');
    expect(text).toMatch(/^ +"x": \[0,0\.25,.*\],$/m);
    expect(text).toMatch(/^ +\{"host":"rs1","weight":1,.*\},$/m);
  });

  it('has a line for each rung of a ladder, whatever stands in it', async () => {
    const rung = {
      ...{ atMs: 0, from: 'client', to: 'director', direction: 'request' as const },
      summary: '"rungs": [ $& $1',
      fields: [{ field: 'IP TTL', value: '64\n' }],
      changed: [],
    };
    const flow = { pcap: 'cases/a.pcap', hosts: ['client'], rungs: [rung, rung], leftOut: 0 };
    const passing = passingResult();
    const result = { ...passing, cases: passing.cases.map((one) => ({ ...one, flow })) };
    await writeResult(pathOf('result.json'), result);
    expect(await readResult(pathOf('result.json'))).toEqual(result);
    const rungsIn = async (name: string) =>
      (await readFile(pathOf(name), 'utf8')).split('\n').filter((line) => line.includes('IP TTL'));
    const passed = result.cases.filter(({ status }) => status === 'passed').length;
    // Those of cases that passed lie beside it.
    expect(passed).toBeGreaterThan(0);
    expect(await rungsIn('ladders.json')).toHaveLength(2 * passed);
    expect(await rungsIn('result.json')).toHaveLength(2 * (result.cases.length - passed));
  });

  it.each([
    ['is missing', () => rm(pathOf('ladders.json'))],
    [
      'is of another run',
      async () => {
        const text = await readFile(pathOf('ladders.json'), 'utf8');
        await writeFile(pathOf('ladders.json'), text.replace(/"run": "[^"]+"/, '"run": "another"'));
      },
    ],
    ['was cut', () => writeFile(pathOf('ladders.json'), '{"format": "lvs')],
  ])('can be read where the file of its ladders %s: packets are counted only', async (_, happens) => {
    const full = sampleResult();
    const [passed] = full.cases.filter(
      ({ status, flow }) => status === 'passed' && (flow?.rungs.length ?? 0) > 0,
    );
    await writeResult(pathOf('result.json'), full);
    await happens();
    const read = (await readResult(pathOf('result.json'))).cases.find(({ id }) => id === passed!.id);
    const { rungs, leftOut } = passed!.flow!;
    expect(read!.flow).toMatchObject({ rungs: [], leftOut: rungs.length + leftOut });
  });

  it.each([
    ['passing', passingResult()],
    ['failing', failingResult()],
    ['empty', { ...passingResult([]) }],
  ])('that is %s reads back as it was written', async (_, result) => {
    await writeResult(pathOf('new/folder/result.json'), result);
    expect(await readResult(pathOf('new/folder/result.json'))).toEqual(result);
  });

  it('is written whole or not at all, and leaves no temporary file', async () => {
    await writeResult(pathOf('result.json'), passingResult());
    await writeResult(pathOf('result.json'), failingResult());
    expect(await readdir(directory)).toEqual(['result.json']);
  });

  it('is not written if it breaks the schema, and the place is named', async () => {
    const broken = passingResult();
    const [first] = broken.cases;
    const attempt = writeResult(pathOf('result.json'), { ...broken, cases: [{ ...first!, examined: -1 }] });
    await expect(attempt).rejects.toThrow(/cases\[0\]\.examined/);
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('a file that is no result', () => {
  it('says that it is missing and how to make one', async () => {
    const { message } = await failureOf(pathOf('absent.json'));
    expect(message).toContain(`${pathOf('absent.json')}: no such file`);
    expect(message).toContain('Run the bench');
  });

  it('says that it is a folder', async () => {
    expect((await failureOf(directory)).message).toContain('EISDIR');
  });

  it.each(['', '{"format": "lvs-lab res', 'passed'])('says that %j is not JSON', async (text) => {
    expect((await errorOf(text)).message).toMatch(/expected JSON of \d+ characters/);
  });

  it.each(['null', '[]', '{}', '{"format":"other","schemaVersion":1}'])(
    'says that %s is other JSON',
    async (text) => {
      expect((await errorOf(text)).message).toContain('some other JSON');
    },
  );

  it.each([
    [SCHEMA_VERSION + 1, 'newer version'],
    [SCHEMA_VERSION - 1, 'older version'],
  ])('says which side of schema version %i is too old', async (schemaVersion, words) => {
    const { message } = await errorOf(JSON.stringify({ ...passingResult(), schemaVersion }));
    expect(message).toContain(`expected schema version ${SCHEMA_VERSION}, seen ${schemaVersion}`);
    expect(message).toContain(words);
  });

  it('names the places that are wrong, and counts those beyond a screenful', async () => {
    const result = failingResult();
    const cases = result.cases.map((item) => ({ ...item, examined: 'many' }));
    const { message } = await errorOf(JSON.stringify({ ...result, cases }));
    expect(message).toContain('at cases[0].examined: ');
    expect(message).toContain(`and ${cases.length - 8} more`);
  });

  it('refuses a field that the schema does not know', async () => {
    expect((await errorOf(JSON.stringify({ ...passingResult(), verdit: 'passed' }))).message).toContain(
      'verdit',
    );
  });
});
