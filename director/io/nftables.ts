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
  bufferOutput: library.func('int nft_ctx_buffer_output(void *context)'),
  errors: library.func('const char *nft_ctx_get_error_buffer(void *context)'),
  run: library.func('int nft_run_cmd_from_buffer(void *context, const char *commands)'),
};

const NOTHING: ReadonlySet<string> = new Set();
/** Elements of a set that cost less to take out together, where they are all that it has. */
const MANY = 1_000;
/** What strerror(3) says of EINTR, and how often it may come in a row. */
const INTERRUPTED = 'Interrupted system call';
/** Set of a table whose one element is the number of the last transaction that was made. */
const MADE = 'made';
const MOST_TRIES = 100;
/** Directors that follow one another fast have as many: a keeper's table stays for a moment after the keeper was killed. */
const MOST_TABLES = 4;

/** How a set has changed: whether each element that has is there now. Cleared once the table has taken that over. */
export interface Changes {
  readonly changes: Map<string, boolean>;
}

/** What an owned table is to hold, besides what its definition says. */
export interface TableContent {
  /** Elements of its sets, by name: all of them, or where there are many, what has changed of them. */
  readonly sets: Readonly<Record<string, ReadonlySet<string> | Changes>>;
  /** Elements of its maps, by name. */
  readonly maps?: Readonly<Record<string, ReadonlySet<string>>>;
  /** Rules of its chains that follow what is wanted, which are few: those of a chain are replaced together. */
  readonly rules?: Readonly<Record<string, ReadonlySet<string>>>;
  /** Interfaces whose frames are to run through its chains that have a hook, by chain. */
  readonly interfaces?: Readonly<Record<string, readonly Interface[]>>;
}

interface Interface {
  readonly index: number;
  readonly name: string;
}

export interface TableOptions {
  /** Family and name, as commands take them. */
  readonly name: string;
  /** What is in it from the start, in braces. */
  readonly definition: string;
  /** Whether a table of that name may be that of a director which this one replaces: then it gets another name. */
  readonly replaces: boolean;
  /** Chains that look at the frames of interfaces, and where they do. */
  readonly hooks?: Readonly<Record<string, 'ingress' | 'egress'>>;
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
  #rules: Readonly<Record<string, ReadonlySet<string>>> = {};
  /** Chains that stand at the hook of an interface. */
  #hooked: ReadonlySet<string> = new Set();
  #transaction = 0;

  constructor(options: TableOptions) {
    this.#options = options;
    this.#name = options.name;
    const before = openSockets();
    this.#context = nft.contextNew(0);
    this.socket = openSockets().find((fd) => !before.includes(fd)) as number;
    closeOnExec(this.socket);
    nft.bufferErrors(this.#context);
    nft.bufferOutput(this.#context);
  }

  /** Makes the table. Returns what nftables has against it, in a line; undefined if nothing. */
  create(): string | undefined {
    const { name, replaces } = this.#options;
    let refusal = this.#create(name);
    for (let i = 2; refusal !== undefined && replaces && i <= MOST_TABLES; i++) {
      refusal = this.#create(`${name}-${i}`);
    }
    return refusal;
  }

  /**
   * Makes the table hold this, in one transaction. Only what differs from what it holds goes to the kernel, so a change of
   * one rule costs as little beside ten thousand others. Returns what nftables has against it; undefined if nothing.
   */
  replace({ sets, maps = {}, rules = {}, interfaces = {} }: TableContent): string | undefined {
    const name = this.#name;
    const hooked = this.#hookedChains(interfaces);
    for (const chain of this.#hooked.difference(new Set(hooked.keys()))) {
      // The kernel may have removed the chain already, together with its interface.
      this.#again(() => this.#run(`delete chain ${name} ${chain}`));
    }
    const changes = [
      ...Object.entries(sets).map(([set, elements]) => this.#changesOf('set', set, elements)),
      ...Object.entries(maps).map(([map, elements]) => this.#changesOf('map', map, elements)),
    ];
    const commands = [
      ...changes.flatMap(({ kind, set, held, added, deleted }) => [
        ...(deleted.length === held.size && deleted.length > MANY
          ? [`flush ${kind} ${name} ${set}`]
          : this.#elements('delete', set, deleted)),
        ...this.#elements('add', set, added),
      ]),
      ...Object.entries(rules)
        .filter(([chain, wanted]) => wanted.symmetricDifference(this.#rules[chain] ?? NOTHING).size > 0)
        .flatMap(([chain, wanted]) => [
          `flush chain ${name} ${chain}`,
          ...Array.from(wanted, (rule) => `add rule ${name} ${chain} ${rule}`),
        ]),
      ...Array.from(hooked).flatMap(([chain, added]) => (this.#hooked.has(chain) ? [] : added)),
    ];
    const refusal = commands.length === 0 ? undefined : this.#make(commands);
    if (refusal !== undefined) return refusal;
    for (const { held, added, deleted, source } of changes) {
      for (const element of deleted) held.delete(element);
      for (const element of added) held.add(element);
      if ('changes' in source) source.changes.clear();
    }
    this.#sources = sets;
    this.#rules = rules;
    this.#hooked = new Set(hooked.keys());
    return undefined;
  }

  /** Adds to it what another definition says, in one transaction. Returns what nftables has against it. */
  extend(definition: string): string | undefined {
    return this.#make([`table ${this.#name} ${definition}`]);
  }

  close(): void {
    nft.contextFree(this.#context);
  }

  /** The chains that stand at interfaces' hooks, and the commands that make each. */
  #hookedChains(interfaces: NonNullable<TableContent['interfaces']>): Map<string, readonly string[]> {
    const name = this.#name;
    return new Map(
      Object.entries(interfaces).flatMap(([chain, list]) =>
        list.map(({ index, name: device }) => [
          `${chain}-${index}`,
          [
            `add chain ${name} ${chain}-${index} { type filter hook ${this.#options.hooks?.[chain]} device "${device}" priority 0; policy accept; }`,
            `add rule ${name} ${chain}-${index} jump ${chain}`,
          ],
        ]),
      ),
    );
  }

  #changesOf(kind: 'set' | 'map', set: string, source: ReadonlySet<string> | Changes) {
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
    return { kind, set, source, held, added, deleted };
  }

  #elements(verb: 'add' | 'delete', set: string, elements: readonly string[]): string[] {
    if (elements.length === 0) return [];
    return [`${verb} element ${this.#name} ${set} { ${elements.join(', ')} }`];
  }

  /** Anew where it was made already, as it may be when a signal came in between. */
  #create(name: string): string | undefined {
    this.#name = name;
    const commands = [
      `add table ${name} { flags owner; }`,
      `delete table ${name}`,
      `table ${name} ${this.#options.definition}`,
      `add set ${name} ${MADE} { type mark; }`,
    ].join('\n');
    return this.#again(() => this.#run(commands));
  }

  /**
   * Makes one transaction, once. Where a signal interrupts it, the library does not tell whether that was before the kernel
   * made it or before its answer was read: what a second one deletes might be gone.
   */
  #make(commands: readonly string[]): string | undefined {
    const name = this.#name;
    const number = this.#transaction + 1;
    const numbered = [
      `add element ${name} ${MADE} { ${number} }`,
      ...(this.#transaction > 0 ? [`delete element ${name} ${MADE} { ${this.#transaction} }`] : []),
      ...commands,
    ].join('\n');
    const isMade = () =>
      this.#again(() => this.#run(`get element ${name} ${MADE} { ${number} }`)) === undefined;
    const refusal = this.#again(() => {
      const refused = this.#run(numbered);
      return isInterrupted(refused) && isMade() ? undefined : refused;
    });
    if (refusal === undefined) this.#transaction = number;
    return refusal;
  }

  /** As often as a signal interrupts it. */
  #again(attempt: () => string | undefined): string | undefined {
    let refusal = attempt();
    for (let tries = 1; tries < MOST_TRIES && isInterrupted(refusal); tries++) refusal = attempt();
    return refusal;
  }

  #run(commands: string): string | undefined {
    if (nft.run(this.#context, commands) === 0) return undefined;
    return String(nft.errors(this.#context)).trim().split('\n')[0];
  }
}

function isInterrupted(refusal: string | undefined): boolean {
  return refusal?.includes(INTERRUPTED) ?? false;
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
