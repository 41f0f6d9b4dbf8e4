/** The frame generator of a lab, as the bench speaks with it. */
import { fileURLToPath } from 'node:url';
import { Conversation } from '../conversation.ts';
import { portOf } from '../netns/blueprint.ts';
import type { Lab } from '../netns/lab.ts';
import type { Ending } from './frame-ends.ts';
import type { Aim } from './frame-source.ts';
import type { Aimed, Order, Sent } from './orders.ts';
import type { Load } from './pacing.ts';

const PROGRAM = fileURLToPath(new URL('./main.ts', import.meta.url));

/** One end of a link, by its host and interface. */
export interface LinkEnd {
  readonly host: string;
  readonly interface: string;
}

/** An aim in the words of the topology. */
export interface FrameTarget {
  readonly from: LinkEnd;
  readonly to: LinkEnd;
  /** Where what arrives is counted. */
  readonly end: LinkEnd;
  readonly source: string;
  readonly destination: string;
  readonly destinationPort: number;
  readonly frameBytes: number;
  readonly flows: number;
  readonly isInTurn?: boolean;
  /** Whether frames are put onto the link itself, and end where `end`'s link does (`FrameGenerator.endAt`). */
  readonly isPastSwitches?: boolean;
}

export class FrameGenerator implements AsyncDisposable {
  readonly #lab: Lab;
  readonly #conversation: Conversation;
  #count = { offered: '', delivered: '' };

  private constructor(lab: Lab, conversation: Conversation) {
    this.#lab = lab;
    this.#conversation = conversation;
  }

  /** @param method `socket` for frames from a packet socket even where the kernel could make them itself. */
  static start(lab: Lab, method?: 'socket'): FrameGenerator {
    // Any host will do to start it on: it goes to the switches by itself.
    const [host] = lab.hosts;
    return new FrameGenerator(
      lab,
      Conversation.start(host!, PROGRAM, [lab.fabric, ...(method === undefined ? [] : [method])]),
    );
  }

  /** Resolves when it runs. */
  ready(): Promise<void> {
    return this.#conversation.ready();
  }

  /** What is sent from now on. Says how frames are made. */
  async aim(target: FrameTarget): Promise<Aimed> {
    this.#count = { offered: this.#port(target.to), delivered: this.#port(target.end) };
    return this.#ask({ aim: this.#aimOf(target) });
  }

  /** Frames past the switches end from now on where the links of these do. */
  async endAt(ends: readonly LinkEnd[], ending: Ending): Promise<void> {
    await this.#ask({ ends: ends.map((end) => this.#port(end)), ending });
  }

  /** How many such frames it can make per second, with nothing behind it. Another aim must follow. */
  async limit(target: FrameTarget, durationMs: number): Promise<number> {
    return this.#ask({ limit: this.#aimOf(target), durationMs });
  }

  /** Sends, and resolves when what was sent has arrived or is lost. */
  send(load: Load): Promise<Sent> {
    return this.#ask({ send: load, count: this.#count });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#conversation[Symbol.asyncDispose]();
  }

  #aimOf({ from, to, end: _end, isPastSwitches, ...frame }: FrameTarget): Aim {
    return {
      ...frame,
      ...(isPastSwitches === true && { link: this.#port(to) }),
      port: this.#port(from),
      namespace: this.#lab.host(from.host).namespace,
      interface: from.interface,
      sourceMac: this.#interface(from).mac,
      destinationMac: this.#interface(to).mac,
    };
  }

  #ask<Reply>(order: Order): Promise<Reply> {
    return this.#conversation.ask<Reply>(order);
  }

  #port(end: LinkEnd): string {
    return portOf(this.#lab.host(end.host).spec, this.#interface(end));
  }

  #interface({ host, interface: name }: LinkEnd) {
    const found = this.#lab.host(host).spec.interfaces.find((own) => own.name === name);
    if (found === undefined) throw new Error(`${host} has no interface ${name}`);
    return found;
  }
}
