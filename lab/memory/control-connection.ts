/** A director in memory, asked as a running one is: by requests and answers over a connection, which is in memory too. */
import { type Duplex, duplexPair } from 'node:stream';
import { answer, type Controlled, serveControl, Turns } from '../../director/index.ts';
import type { VirtualDirector } from './virtual-director.ts';

/** Each look at the clock of turns: what takes long is done in several of them, and always in the same ones. */
const MS_PER_LOOK = 0.5;
const STARTED = { fastPath: 'off', isRevived: false };
/** In place of a path, in messages. */
export const IN_MEMORY = 'a director in memory';

/** What makes connections to the director's control socket. */
export function connectionsTo(director: VirtualDirector): () => Duplex {
  let looks = 0;
  const turns = new Turns({ now: () => looks++ * MS_PER_LOOK, letPacketsPass: async () => undefined });
  const controlled = new ControlledInMemory(director);
  return () => {
    const [near, far] = duplexPair();
    void serveControl(far, turns, async (request) => {
      switch (request.method) {
        case 'stop':
        case 'handover':
        case 'reset':
        case 'inheritance':
          throw new Error(`a director in memory is no process: ${request.method} does not apply to it`);
        default:
          return await answer(controlled, director.kernel, turns, request, STARTED);
      }
    });
    return near;
  };
}

/** Frames are dealt with as they come in, on interfaces that take all of them. */
class ControlledInMemory implements Controlled {
  readonly warnings = [];
  readonly fastPath = { places: {}, flows: 0 };
  readonly lostFrames = 0;
  readonly untakenFrames = {};
  readonly #director: VirtualDirector;

  constructor(director: VirtualDirector) {
    this.#director = director;
  }

  get core() {
    return this.#director.core;
  }

  now(): number {
    return this.#director.nowMs;
  }

  changeRules(apply: () => void): void {
    this.#director.changeRules(apply);
  }

  settle(): void {}
}
