/** Inputs that are kept: each was found by fuzzing, or was a fault once, and every run begins with them. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CORPUS = fileURLToPath(new URL('corpus', import.meta.url));

export interface Kept {
  readonly file: string;
  /** What was wrong, in a sentence. */
  readonly about: string;
  readonly input: unknown;
}

export async function keptFor(target: string): Promise<Kept[]> {
  const folder = join(CORPUS, target);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (file) => ({ file, ...JSON.parse(await readFile(join(folder, file), 'utf8')) })),
  );
}

/** @returns the path of the file. */
export async function keep(target: string, about: string, input: unknown): Promise<string> {
  const text = `${JSON.stringify({ about, input }, null, 2)}\n`;
  const folder = join(CORPUS, target);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`);
  await writeFile(path, text);
  return path;
}
