/** This project's director in a test's network. */
import type { DirectorSnapshot } from '../director/index.ts';
import type { RunningDirector } from '../harness/directors/director-under-test.ts';
import { ownDirector } from '../harness/directors/index.ts';
import { LabError } from '../lab/index.ts';
import type { TestLab } from './lab.ts';

export interface DirectorOptions {
  /** In the language of `ipvsadm -R`, one rule a line or an element; those of `TestLab.rules()` if absent. */
  readonly rules?: string | readonly string[];
  /** For what is random in its scheduling. */
  readonly seed?: number;
}

/**
 * Starts the director on the network's director host. It ends when it is disposed of, or with the network.
 *
 * @throws LabError with its log if it does not come up, as with rules that are wrong.
 */
export async function director(lab: TestLab, options: DirectorOptions = {}): Promise<TestDirector> {
  const { rules = lab.rules(), seed = 1 } = options;
  return new TestDirector(await ownDirector.start(lab.network, linesOf(rules), seed));
}

export class TestDirector implements AsyncDisposable {
  readonly #running: RunningDirector;

  constructor(running: RunningDirector) {
    this.#running = running;
  }

  /** Carries out more rules. @throws where one is refused; nothing is changed then. */
  async apply(rules: string | readonly string[]): Promise<void> {
    await present(this.#running.apply, 'take rules')(linesOf(rules));
  }

  /** Services, servers, counters and connections as they are now. */
  snapshot(): Promise<DirectorSnapshot> {
    return present(this.#running.snapshot, 'show its state')();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running.stop();
  }
}

function linesOf(rules: string | readonly string[]): readonly string[] {
  return typeof rules === 'string' ? rules.split('\n').filter((line) => line.trim() !== '') : rules;
}

function present<Ability>(ability: Ability | undefined, what: string): Ability {
  if (ability === undefined) throw new LabError(`This director cannot ${what} while it runs.`);
  return ability;
}
