/** Round robin on a list that changes: whoever stands behind the one chosen last is next. */
import { isEligible, type ModelServer } from './choice.ts';
import type { Scheduling, Servers } from './scheduling.ts';

export class RoundRobinTurns implements Scheduling {
  /** How many servers stand up to and with the one chosen last; 0 before the first one. */
  #past = 0;

  choose({ listed }: Servers): string | undefined {
    const turns = [...listed.slice(this.#past), ...listed.slice(0, this.#past)];
    const chosen = turns.find(isEligible);
    if (chosen !== undefined) this.#past = listed.indexOf(chosen) + 1;
    return chosen?.name;
  }

  /** Its place is kept: a new server at the head waits until the turn comes round. */
  added(): void {
    if (this.#past > 0) this.#past++;
  }

  /** Where the one chosen last goes, the one behind it is still next. */
  removed(index: number, _left: readonly ModelServer[]): void {
    if (index < this.#past) this.#past--;
  }
}
