import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { renderReports } from '../../reports/render.ts';
import { failingResult } from './results.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lvs-lab-reports-'));
});

describe('rendering reports', () => {
  it('writes every report into the folder, and nothing else', async () => {
    const out = join(directory, 'new', 'folder');
    const rendered = await renderReports(failingResult(), out);
    expect(rendered).toEqual(
      ['report.md', 'report.html', 'junit.xml'].map((name) => ({ name, file: join(out, name) })),
    );
    expect((await readdir(out)).sort()).toEqual(['junit.xml', 'report.html', 'report.md']);
  });

  it('names the report that could not be written, and still writes the others', async () => {
    await mkdir(join(directory, 'report.html', 'occupied'), { recursive: true });
    const rendered = await renderReports(failingResult(), directory);
    const failed = rendered.filter((item) => 'error' in item);
    expect(failed.map(({ name }) => name)).toEqual(['report.html']);
    expect((await readdir(directory)).sort()).toEqual(['junit.xml', 'report.html', 'report.md']);
  });

  it('names every renderer that throws', async () => {
    const result = failingResult();
    const run = { ...result.run, startedAt: 'never' };
    const rendered = await renderReports({ ...result, run }, directory);
    expect(rendered.map((item) => [item.name, 'error' in item])).toEqual([
      ['report.md', true],
      ['report.html', true],
      ['junit.xml', false],
    ]);
    expect(await readdir(directory)).toEqual(['junit.xml']);
  });

  it('links to captures of a result that lies elsewhere', async () => {
    await renderReports(failingResult(), join(directory, 'again'), {
      resultDirectory: join(directory, 'run'),
    });
    const html = await readFile(join(directory, 'again', 'report.html'), 'utf8');
    expect(html).toContain('href="./../run/captures/client-eth0.pcap"');
  });
});
