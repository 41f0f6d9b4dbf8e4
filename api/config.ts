/** The default export of `lvs-lab.config.ts`. */
import type { Config } from '../harness/config/config.ts';

export type { Config };

/** Gives its argument back: it is there for editors, which then know what may stand in it. */
export function defineConfig(config: Config): Config {
  return config;
}
