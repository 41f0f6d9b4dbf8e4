/** The file that describes a director of somebody’s own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDescription } from '../../../harness/directors/external/description.ts';
import { measuredDirectors } from '../../../harness/directors/index.ts';
import { directorsCalled } from '../../../harness/directors/select.ts';
import { featuresOf } from '../../../scenarios/features.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';

const example = (name: string) =>
  fileURLToPath(new URL(`../../../examples/directors/${name}.json`, import.meta.url));

async function described(text: string) {
  await using directory = await temporaryRunDirectory();
  const file = join(directory.path, 'lb.json');
  await writeFile(file, text);
  return await readDescription(file);
}

describe('the description of a director', () => {
  it('makes a director of the examples, with what they declare', async () => {
    const [nft, haproxy] = await directorsCalled([example('nft'), example('haproxy')]);
    expect(nft).toMatchObject({ name: 'nftshell', modes: ['nat'], protocols: ['tcp', 'udp'], isOwn: false });
    expect([...featuresOf(nft!.declared)]).toEqual(expect.arrayContaining(['scheduler/rr', 'end-to-end']));
    expect(featuresOf(nft!.declared)).not.toContain('order/rr');
    expect(haproxy).toMatchObject({ name: 'haproxysh', protocols: ['tcp'], quietMs: 30 });
  });

  it('is refused with the field that is wrong, and what belongs there', async () => {
    await expect(described('{"name": "My LB", "command": []}')).rejects.toThrow(
      /name: expected a name of at most ten small letters/,
    );
    await expect(described('{"name": "a", "abilities": ["flying"]}')).rejects.toThrow(/abilities\.0: /);
    await expect(described('{"name"')).rejects.toThrow(/is no JSON/);
    await expect(readDescription('/nowhere.json')).rejects.toThrow(/cannot be read/);
  });
});

describe('directors by name', () => {
  it('are found, in the order in which they are named', async () => {
    expect((await directorsCalled(['nft', 'ts'])).map(({ name }) => name)).toEqual(['nft', 'ts']);
  });

  it('with the fast path elsewhere are known where speed is measured', async () => {
    const named = ['ts-off', 'ts-xdp'];
    expect((await directorsCalled(named, undefined, measuredDirectors)).map(({ name }) => name)).toEqual(
      named,
    );
    await expect(directorsCalled(named)).rejects.toThrow(/There is no director "ts-off"/);
  });

  it('are refused where there is none of that name, or two', async () => {
    await expect(directorsCalled(['ipfw'])).rejects.toThrow(
      /There is no director "ipfw"; choose from ts, nft, haproxy/,
    );
    await expect(directorsCalled(['toString'])).rejects.toThrow(/There is no director/);
    await expect(directorsCalled(['nft', 'nft'])).rejects.toThrow(/Two directors are called nft/);
  });
});
