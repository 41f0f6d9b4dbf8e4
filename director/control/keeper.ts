/**
 * A director's keeper: a small process that has the director's memory, its packet sockets, the sockets of its nftables
 * tables and the fast path's programs open, so that all outlast it. If the director is killed, the keeper starts another one
 * at once. Until that one is ready the tables stay, and the machine's own stack answers nothing in the director's place; the
 * kernel forwards the flows that it knows, and other packets wait.
 *
 * It is a shell that waits for a word of the director, or for the end of it, and then only for its time to pass.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { sleepMicroseconds } from '../../native/sleep.ts';
import { allOf, type Descriptors, type Inheritance, renumbered } from '../handover/descriptors.ts';
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
/** First descriptor of those that the next director goes on with. */
const LEFT_FD = 10;

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
  /** What the next one goes on with. */
  readonly left: Descriptors;
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
    const isSame = isDeepStrictEqual(kept, this.#kept);
    this.#kept = kept;
    if (isSame && this.#child !== undefined) return;
    const before = this.#child;
    this.#child = this.#start(kept);
    before?.kill('SIGKILL');
  }

  /** Nothing outlasts the director. Returns when all of it is gone. Meanwhile this thread does nothing else. */
  stop(): void {
    this.#kept = undefined;
    this.#child?.kill('SIGKILL');
    waitForEnd(this.pid);
    if (holderOf(keeperPath()) === this.pid) rmSync(keeperPath(), { force: true });
  }

  /**
   * Everything outlasts the director for a while, for another one to go on with it.
   * @param leavesAll Whether packets wait in its sockets, and its programs still forward flows.
   */
  linger(leavesAll: boolean): void {
    this.#kept = undefined;
    if (!leavesAll && this.#child !== undefined) note(this.#child.pid);
    this.#child?.stdin?.end('linger\n');
  }

  #start({ sockets, left }: Kept): ChildProcess {
    const log = openSync(logPath(), 'a', 0o600);
    const given = allOf(left);
    const numbers = given.map((_, i) => LEFT_FD + i);
    const args = ['lvs-lab-keeper', keeperPath(), ...this.#revive];
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
    note(child.pid, renumbered(left, numbers));
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

  /** What is kept for another one to go on with. */
  get inheritance(): Inheritance {
    const [, text = ''] = readKeeperFile().split('\n');
    return { pid: this.#pid, descriptors: text.startsWith('{') ? JSON.parse(text) : undefined };
  }

  /** What the director knew; undefined if this one cannot make sense of it, or the keeper has just ended. */
  openMemory(): SharedMemory | undefined {
    try {
      return SharedMemory.open(this.#memoryPath);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** As `dismiss`, and returns when all of it is gone. Meanwhile this thread does nothing else. */
  end(): void {
    this.dismiss();
    waitForEnd(this.#pid);
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

/** Writes who keeps, and what it has for another one to go on with. */
function note(pid: number | undefined, left?: Descriptors): void {
  const lines = [pid, ...(left === undefined ? [] : [JSON.stringify(left)])];
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

/** Sockets go one after the other, each packet socket in some 10 ms. */
function waitForEnd(pid: number): void {
  while (!hasEnded(pid)) sleepMicroseconds(ENDING_POLL_US);
}

/** True once nothing of a process is left but its exit code, for whoever has started it. */
function hasEnded(pid: number): boolean {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
