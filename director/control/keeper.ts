/**
 * A director's keeper: a small process that has the director's memory, the sockets of its nftables tables and the fast
 * path's programs open, so that all outlast it. If the director is killed, the keeper starts another one at once. Until that
 * one is ready the tables stay, and the machine's own stack answers nothing in the director's place; and the kernel forwards
 * the flows that it knows.
 *
 * It is a shell that waits for a word of the director, or for the end of it, and then only for its time to pass.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { sleepMicroseconds } from '../../native/sleep.ts';
import { allOf, type FastPathDescriptors, type Inheritance, renumbered } from '../fast-path/descriptors.ts';
import { SharedMemory } from '../handover/shared-memory.ts';
import { namespaceId } from './namespace.ts';
import { holderOf } from './one-director.ts';
import { keeperPath, LINGER_SECONDS, logPath } from './socket.ts';

/** The same where the keeper has started one itself. */
const REVIVAL_SECONDS = 60;
/** How often it is looked whether a keeper that was ended is gone, in microseconds. */
const ENDING_POLL_US = 200;
/** First descriptor that is kept: the memory's. Those of the sockets follow. */
const MEMORY_FD = 3;
/** Last line of the keeper's file, once it has started a director. */
const REVIVING = 'reviving';

/** The shell can close no others for a program that it starts: these the next director does not get. */
const CLOSED_FDS = [3, 4, 5, 6, 7, 8, 9] as const;
/** First descriptor of the fast path's. */
const FAST_PATH_FD = 10;
/** Tells a director that the keeper starts under which numbers it has those. */
export const INHERITS = 'inherits';

function script(): string {
  const closed = CLOSED_FDS.map((fd) => `${fd}<&-`).join(' ');
  return `file=$1; shift
read -r word
case $word in
  stop) exit ;;
  linger) exec sleep ${LINGER_SECONDS} ;;
esac
echo ${REVIVING} >>"$file"
"$@" ${closed} </dev/null &
exec sleep ${REVIVAL_SECONDS}`;
}

/** What outlasts a director beside its memory. */
export interface Kept {
  /** Those that own its nftables tables. */
  readonly sockets: readonly number[];
  readonly fastPath: FastPathDescriptors | undefined;
}

export class Keeper {
  readonly #memory: SharedMemory;
  readonly #revive: readonly string[];
  #kept: Kept | undefined;
  #child: ChildProcess | undefined;

  /** @param revive The program that is a new director, with its arguments. */
  constructor(memory: SharedMemory, revive: readonly string[]) {
    this.#memory = memory;
    this.#revive = revive;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Has this kept from now on, at most six sockets. */
  hold(kept: Kept): void {
    if (this.#child !== undefined && JSON.stringify(kept) === JSON.stringify(this.#kept)) return;
    const before = this.#child;
    this.#kept = kept;
    this.#child = this.#start(kept);
    before?.kill('SIGKILL');
  }

  /** Nothing outlasts the director. */
  stop(): void {
    this.#kept = undefined;
    this.#child?.kill('SIGKILL');
    if (holderOf(keeperPath()) === this.pid) rmSync(keeperPath(), { force: true });
  }

  /**
   * Everything outlasts the director for a while, for another one to go on with it.
   * @param withFastPath Whether its programs still forward flows.
   */
  linger(withFastPath: boolean): void {
    this.#kept = undefined;
    if (!withFastPath && this.#child !== undefined) note(this.#child.pid, undefined);
    this.#child?.stdin?.end('linger\n');
  }

  #start({ sockets, fastPath }: Kept): ChildProcess {
    const log = openSync(logPath(), 'a', 0o600);
    const given = fastPath === undefined ? [] : allOf(fastPath);
    const numbers = given.map((_, i) => FAST_PATH_FD + i);
    const renamed = fastPath && renumbered(fastPath, numbers);
    const inherits = renamed === undefined ? [] : [`--${INHERITS}`, JSON.stringify(renamed)];
    const args = ['lvs-lab-keeper', keeperPath(), ...this.#revive, ...inherits];
    const unused = CLOSED_FDS.slice(1 + sockets.length).map(() => 'ignore' as const);
    const child = spawn('/bin/sh', ['-c', script(), ...args], {
      stdio: ['pipe', log, log, this.#memory.fd, ...sockets, ...unused, ...given],
      detached: true,
      cwd: '/',
    });
    closeSync(log);
    child.on('error', () => undefined);
    child.once('exit', () => {
      // Somebody has ended it: another one takes its place.
      if (child !== this.#child || this.#kept === undefined) return;
      this.#child = undefined;
      this.hold(this.#kept);
    });
    child.stdin?.on('error', () => undefined);
    child.unref();
    (child.stdin as Socket | null)?.unref();
    note(child.pid, renamed);
    return child;
  }
}

/** The keeper of a director that has ended in this process's network namespace. */
export class Predecessor {
  readonly #pid: number;
  readonly #memoryPath: string;

  private constructor(pid: number, memoryPath: string) {
    this.#pid = pid;
    this.#memoryPath = memoryPath;
  }

  static find(): Predecessor | undefined {
    const pid = holderOf(keeperPath());
    if (pid === undefined) return undefined;
    const memoryPath = `/proc/${pid}/fd/${MEMORY_FD}`;
    return linkOf(memoryPath).startsWith(`/memfd:${memoryName()} `)
      ? new Predecessor(pid, memoryPath)
      : undefined;
  }

  /** True once it has started a director. */
  get isReviving(): boolean {
    return readKeeperFile().includes(REVIVING);
  }

  /** What is kept of its fast path. */
  get inheritance(): Inheritance {
    const [, text = ''] = readKeeperFile().split('\n');
    return { pid: this.#pid, fastPath: text.startsWith('{') ? JSON.parse(text) : undefined };
  }

  /** What the director knew; undefined if this one cannot make sense of it. */
  openMemory(): SharedMemory | undefined {
    return SharedMemory.open(this.#memoryPath);
  }

  /** As `dismiss`, and returns when all of it is gone. Meanwhile this thread does nothing else. */
  end(): void {
    this.dismiss();
    while (linkOf(this.#memoryPath) !== '') sleepMicroseconds(ENDING_POLL_US);
  }

  /** Lets go of what it held. */
  dismiss(): void {
    try {
      process.kill(this.#pid, 'SIGKILL');
    } catch {
      // Its time has passed.
    }
    if (holderOf(keeperPath()) === this.#pid) rmSync(keeperPath(), { force: true });
  }
}

/** Writes who keeps, and what of the fast path's it has. */
function note(pid: number | undefined, fastPath: FastPathDescriptors | undefined): void {
  const lines = [pid, ...(fastPath === undefined ? [] : [JSON.stringify(fastPath)])];
  writeFileSync(keeperPath(), `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** Name of the memory of this network namespace's director. */
export function memoryName(): string {
  return `lvs-lab-${namespaceId()}`;
}

function readKeeperFile(): string {
  try {
    return readFileSync(keeperPath(), 'utf8');
  } catch {
    return '';
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
