/** Mistakes by which a director keeps what is over: it grows with each connection, datagram, address or rule, until no room is left. */
import type { Mutant } from '../mutant.ts';

export const age: readonly Mutant[] = [
  {
    id: 'rows-never-given-back',
    sentence: 'The place of a connection that is over is never used again: the table fills with age.',
    file: 'connections/table.ts',
    before: '    this.#pool.giveBack(row);\n',
    after: '',
    expected: 'scale/connections-in-turn',
  },
  {
    id: 'fragments-never-let-go',
    sentence: 'What fragments took of their memory stays taken once their datagram is whole.',
    file: 'network/reassembly.ts',
    before: '    this.#heldBytes -= datagram.heldBytes;\n',
    after: '',
    expected: 'scale/fragments-in-turn',
  },
  {
    id: 'deleted-servers-kept',
    sentence: 'A server that was deleted is never forgotten.',
    file: 'services/parked-destinations.ts',
    before: 'return this.#checkedAtMs >= parked.idleSinceMs + KEPT_MS;',
    after: 'return this.#checkedAtMs >= parked.idleSinceMs + KEPT_MS && false;',
    expected: 'lifetime/deleted-server',
  },
  {
    id: 'lblc-never-forgets',
    sentence: 'lblc remembers every address that was ever asked for.',
    file: 'schedulers/locality.ts',
    before: 'if (atMs - lastUseMs >= idleMs) buckets[',
    after: 'if (atMs - lastUseMs >= idleMs && false) buckets[',
    expected: 'scheduler/lblc/expiration',
  },
];
