/**
 * Makes this process load the director with the switches of its mutants in it. Loaded before everything else:
 * `node --import …/load-instrumented.ts worker.ts`, with the file that holds the modules in the environment.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { Switches } from './switches.ts';

/** Variable of the environment: path of a JSON file that holds JavaScript by path below `director/`. */
export const MODULES_VARIABLE = 'LVS_LAB_INSTRUMENTED';
/** Variable of the environment: the mutant that the director is from the moment it is loaded. */
export const MUTANT_VARIABLE = 'LVS_LAB_MUTANT';

export const switches = new Switches();

/** Of the instrumented modules, those that this process has loaded: paths below `director/`. */
export const loaded = new Set<string>();

const { [MODULES_VARIABLE]: file, [MUTANT_VARIABLE]: mutant } = process.env;
if (file !== undefined) {
  switches.install();
  if (mutant !== undefined) switches.turnTo(Number(mutant));
  const sources = new Map<string, string>(Object.entries(JSON.parse(readFileSync(file, 'utf8'))));
  const director = new URL('../../../director/', import.meta.url).href;
  registerHooks({
    load(url, context, nextLoad) {
      const path = url.startsWith(director) ? url.slice(director.length) : undefined;
      const source = path === undefined ? undefined : sources.get(path);
      if (path === undefined || source === undefined) return nextLoad(url, context);
      loaded.add(path);
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
