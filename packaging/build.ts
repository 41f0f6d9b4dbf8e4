/**
 * Compiles the sources into `dist/`, as the package has them: Node strips no types below `node_modules`. Run by `npm pack`.
 */
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** Read while the program runs, beside the module that reads them. */
const ASSETS = 'reports/**/*.{css,js,json}';
const RESULTS = 'reports/out/**';

rmSync(DIST, { recursive: true, force: true });
execaSync(join(ROOT, 'node_modules/.bin/tsc'), ['--project', 'packaging'], { cwd: ROOT, stdio: 'inherit' });
for (const file of globSync(ASSETS, { cwd: ROOT, exclude: [RESULTS] })) {
  cpSync(join(ROOT, file), join(DIST, file));
}
for (const file of globSync('**/*.js', { cwd: DIST })) {
  const path = join(DIST, file);
  const compiled = readFileSync(path, 'utf8');
  const adapted = forNode22(ofPrograms(compiled));
  if (adapted !== compiled) writeFileSync(path, adapted);
}

/** The compiler changes the names of modules that are imported, and leaves those of programs that are started. */
function ofPrograms(compiled: string): string {
  return compiled.replaceAll(/(new URL\(\s*['"`][^'"`]*)\.ts(['"`])/g, '$1.js$2');
}

/** Node 22 does not tell a module whether it is the program. All programs are started by their real path. */
function forNode22(compiled: string): string {
  return compiled.replaceAll('import.meta.main', '(process.argv[1] === import.meta.filename)');
}
