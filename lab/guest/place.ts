/** Where a guest stands: the host that it is in the place of, and what its network cards are plugged into. */
import { join } from 'node:path';
import { execa, type Options, type ResultPromise } from 'execa';
import type { LabHost } from '../netns/host.ts';
import type { Host, Interface } from '../topology.ts';
import { layTaps, tapOf } from './taps.ts';

export interface GuestPlace {
  readonly spec: Host;
  /** Where its console is kept. */
  readonly filesDirectory: string;
  /** Whether its cards are wires to this process (`Guest.wires`), in the order of its interfaces. */
  readonly isWired: boolean;
  /** What QEMU is to connect a card with (`-netdev`). @param descriptor Of its wire, in QEMU. */
  backend(own: Interface, descriptor: number): string;
  /** As with execa. */
  run<const Given extends Options>(
    file: string,
    words: readonly string[],
    options: Given,
  ): ResultPromise<Given>;
}

/** In the namespace of a host of a lab, whose interfaces are the guest's own from now on. */
export async function inNamespace(host: LabHost): Promise<GuestPlace> {
  await layTaps(host);
  return {
    spec: host.spec,
    filesDirectory: host.filesDirectory,
    isWired: false,
    backend: (own) => `tap,ifname=${tapOf(own)},script=no,downscript=no,vnet_hdr=off`,
    run: (file, words, options) => host.run(file, words, options),
  };
}

/** Beside this process, which carries its frames: for that nobody needs a right to anything. */
export function onWires(spec: Host, runDirectory: string): GuestPlace {
  return {
    spec,
    filesDirectory: join(runDirectory, spec.name),
    isWired: true,
    backend: (_, descriptor) => `socket,fd=${descriptor}`,
    // It ends with this process, however that ends; a signal from the terminal is for this process alone.
    run: <Given extends Options>(file: string, words: readonly string[], options: Given) =>
      execa('setpriv', ['--pdeathsig', 'KILL', '--', file, ...words], {
        ...options,
        detached: true,
      }) as unknown as ResultPromise<Given>,
  };
}
