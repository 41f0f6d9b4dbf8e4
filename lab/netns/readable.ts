/**
 * Tells when sockets can be read that Node does not know. One call waits for all of them: a call of its own for each set
 * would keep a thread of Node’s small pool busy for each.
 */
import { addressOf } from '../../native/memory.ts';
import { POLL_ENTRY_BYTES, POLLIN, poll } from '../../native/sockets.ts';

/** Longest wait, so that what comes to be watched is noticed. */
const WAIT_MS = 20;
const WORDS_PER_ENTRY = POLL_ENTRY_BYTES / Int32Array.BYTES_PER_ELEMENT;

interface Watched {
  readonly descriptors: readonly number[];
  readonly look: () => void;
}

const watched = new Set<Watched>();
/** What the call that waits is reading and writing, while nothing else of this process knows of it: it must not be freed. */
let entries = new Int32Array(0);
let isWaiting = false;

/**
 * Has `look` called whenever one of the descriptors may be readable, until the returned handle is disposed of; the
 * descriptors may be closed then. `look` must not throw.
 */
export function watchReadable(descriptors: readonly number[], look: () => void): Disposable {
  const one: Watched = { descriptors, look };
  watched.add(one);
  if (!isWaiting) void waitAlways();
  return {
    [Symbol.dispose]() {
      watched.delete(one);
    },
  };
}

async function waitAlways(): Promise<void> {
  isWaiting = true;
  while (watched.size > 0) {
    const descriptors = [...watched].flatMap((one) => one.descriptors);
    entries = new Int32Array(descriptors.length * WORDS_PER_ENTRY);
    for (const [i, fd] of descriptors.entries()) entries.set([fd, POLLIN], i * WORDS_PER_ENTRY);
    await poll(addressOf(entries), descriptors.length, WAIT_MS);
    for (const { look } of [...watched]) look();
  }
  isWaiting = false;
}
