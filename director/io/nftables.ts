/**
 * Tables of nftables that belong to this process (`flags owner`): when it ends, however it ends, the kernel removes them.
 */
import { fstatSync, readdirSync } from 'node:fs';
import koffi from 'koffi';
import { closeOnExec } from '../../native/descriptors.ts';

const library = koffi.load('libnftables.so.1');
const nft = {
  contextNew: library.func('void *nft_ctx_new(uint32_t flags)'),
  contextFree: library.func('void nft_ctx_free(void *context)'),
  bufferErrors: library.func('int nft_ctx_buffer_error(void *context)'),
  errors: library.func('const char *nft_ctx_get_error_buffer(void *context)'),
  run: library.func('int nft_run_cmd_from_buffer(void *context, const char *commands)'),
};

const NOTHING: ReadonlySet<string> = new Set();
/** Elements of a set that cost less to take out together, where they are all that it has. Maps have fewer. */
const MANY = 1_000;
/** What strerror(3) says of EINTR, and how often it may come in a row. */
const INTERRUPTED = 'Interrupted system call';
const MOST_TRIES = 100;
/** Directors that follow one another fast have as many: a keeper's table stays for a moment after the keeper was killed. */
const MOST_TABLES = 4;

/** How a set has changed: whether each element that has is there now. Cleared once the table has taken that over. */
export interface Changes {
  readonly changes: Map<string, boolean>;
}

/** What an owned table is to hold, besides what its definition says. */
export interface TableContent {
  /** Elements of its sets and maps, by name: all of them, or where there are many, what has changed of them. */
  readonly sets: Readonly<Record<string, ReadonlySet<string> | Changes>>;
  /** Rules of its chain `ranges`, which are few: they are replaced together. */
  readonly ranges?: ReadonlySet<string>;
  /** Interfaces whose frames are to run through the chain that the table was made with. */
  readonly interfaces?: readonly { readonly index: number; readonly name: string }[];
}

export interface TableOptions {
  /** Family and name, as commands take them. */
  readonly name: string;
  /** What is in it from the start, in braces. */
  readonly definition: string;
  /** Whether a table of that name may be that of a director which this one replaces: then it gets another name. */
  readonly replaces: boolean;
  /** Where the interfaces' frames are looked at, and by which chain. */
  readonly hook?: { readonly at: 'ingress' | 'egress'; readonly chain: string };
}

/** One table, and what this process has put into it. */
export class OwnedTable {
  readonly #options: TableOptions;
  #name: string;
  readonly #context: unknown;
  /** The socket that the table belongs to: it lasts as long as any process has that open. */
  readonly socket: number;
  readonly #held = new Map<string, Set<string>>();
  /** Who told of each set's changes. */
  #sources: TableContent['sets'] = {};
  #ranges = NOTHING;
  /** Indexes of the interfaces that have a chain. */
  #interfaces: ReadonlySet<number> = new Set();

  constructor(options: TableOptions) {
    this.#options = options;
    this.#name = options.name;
    const before = openSockets();
    this.#context = nft.contextNew(0);
    this.socket = openSockets().find((fd) => !before.includes(fd)) as number;
    closeOnExec(this.socket);
    nft.bufferErrors(this.#context);
  }

  /** Makes the table. Returns what nftables has against it, in a line; undefined if nothing. */
  create(): string | undefined {
    const { name, definition, replaces } = this.#options;
    let refusal = this.#run(`table ${name} ${definition}`);
    for (let i = 2; refusal !== undefined && replaces && i <= MOST_TABLES; i++) {
      this.#name = `${name}-${i}`;
      refusal = this.#run(`table ${this.#name} ${definition}`);
    }
    return refusal;
  }

  /**
   * Makes the table hold this, in one transaction. Only what differs from what it holds goes to the kernel, so a change of
   * one rule costs as little beside ten thousand others. Returns what nftables has against it; undefined if nothing.
   */
  replace({ sets, ranges = NOTHING, interfaces = [] }: TableContent): string | undefined {
    const { hook } = this.#options;
    const name = this.#name;
    const wanted = new Set(interfaces.map(({ index }) => index));
    for (const index of this.#interfaces.difference(wanted)) {
      // The kernel may have removed the chain already, together with its interface.
      this.#run(`delete chain ${name} ${chainOf(index)}`);
    }
    const changes = Object.entries(sets).map(([set, elements]) => this.#changesOf(set, elements));
    const commands = [
      ...changes.flatMap(({ set, held, added, deleted }) => [
        ...(deleted.length === held.size && deleted.length > MANY
          ? [`flush set ${name} ${set}`]
          : this.#elements('delete', set, deleted)),
        ...this.#elements('add', set, added),
      ]),
      ...(this.#ranges.symmetricDifference(ranges).size === 0
        ? []
        : [`flush chain ${name} ranges`, ...Array.from(ranges, (rule) => `add rule ${name} ranges ${rule}`)]),
      ...interfaces
        .filter(({ index }) => !this.#interfaces.has(index))
        .flatMap((added) => [
          `add chain ${name} ${chainOf(added.index)} { type filter hook ${hook?.at} device "${added.name}" priority 0; policy accept; }`,
          `add rule ${name} ${chainOf(added.index)} jump ${hook?.chain}`,
        ]),
    ];
    const refusal = commands.length === 0 ? undefined : this.#run(commands.join('\n'));
    if (refusal !== undefined) return refusal;
    for (const { held, added, deleted, source } of changes) {
      for (const element of deleted) held.delete(element);
      for (const element of added) held.add(element);
      if ('changes' in source) source.changes.clear();
    }
    this.#sources = sets;
    this.#ranges = ranges;
    this.#interfaces = wanted;
    return undefined;
  }

  close(): void {
    nft.contextFree(this.#context);
  }

  #changesOf(set: string, source: ReadonlySet<string> | Changes) {
    const held = this.#held.get(set) ?? new Set<string>();
    this.#held.set(set, held);
    const added: string[] = [];
    const deleted: string[] = [];
    if ('changes' in source) {
      for (const [element, isThere] of source.changes) {
        if (isThere && !held.has(element)) added.push(element);
        if (!isThere && held.has(element)) deleted.push(element);
      }
      // Whoever tells of changes now begins with all that there is.
      if (this.#sources[set] !== source)
        deleted.push(...Array.from(held).filter((element) => !source.changes.has(element)));
    } else {
      added.push(...source.difference(held));
      deleted.push(...held.difference(source));
    }
    return { set, source, held, added, deleted };
  }

  #elements(verb: 'add' | 'delete', set: string, elements: readonly string[]): string[] {
    if (elements.length === 0) return [];
    return [`${verb} element ${this.#name} ${set} { ${elements.join(', ')} }`];
  }

  #run(commands: string): string | undefined {
    for (let tries = 1; ; tries++) {
      if (nft.run(this.#context, commands) === 0) return undefined;
      const refusal = String(nft.errors(this.#context)).trim().split('\n')[0];
      // A signal ended the transaction: nothing of it was done.
      if (tries === MOST_TRIES || !refusal?.includes(INTERRUPTED)) return refusal;
    }
  }
}

/** The library does not tell which socket is its own: it is the one that was not there before. */
function openSockets(): number[] {
  return readdirSync('/proc/self/fd').map(Number).filter(isSocket);
}

function isSocket(fd: number): boolean {
  try {
    return fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}

function chainOf(interfaceIndex: number): string {
  return `port-${interfaceIndex}`;
}
