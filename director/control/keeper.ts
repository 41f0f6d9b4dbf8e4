/**
 * A director's keeper: a small process that has the director's memory and the sockets of its nftables tables open, so that
 * both outlast it. If the director is killed, the keeper starts another one at once. Until that one is ready the tables
 * stay, and the machine's own stack answers nothing in the director's place.
 *
 * It is a shell that waits for a word of the director, or for the end of it, and then only for its time to pass.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { SharedMemory } from '../handover/shared-memory.ts';
import { namespaceId } from './namespace.ts';
import { holderOf } from './one-director.ts';
import { keeperPath, LINGER_SECONDS, logPath } from './socket.ts';

/** The same where the keeper has started one itself. */
const REVIVAL_SECONDS = 60;
/** First descriptor that is kept: the memory's. Those of the sockets follow. */
const MEMORY_FD = 3;
/** Second line of the keeper's file, once it has started a director. */
const REVIVING = 'reviving';

/** @param kept How many descriptors are kept from the director that it starts. */
function scriptOf(kept: number): string {
  const closed = Array.from({ length: kept }, (_, i) => `${MEMORY_FD + i}<&-`).join(' ');
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

export class Keeper {
  readonly #memory: SharedMemory;
  readonly #revive: readonly string[];
  #sockets: readonly number[] | undefined;
  #child: ChildProcess | undefined;

  /** @param revive The program that is a new director, with its arguments. */
  constructor(memory: SharedMemory, revive: readonly string[]) {
    this.#memory = memory;
    this.#revive = revive;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Has these sockets kept from now on, at most six. */
  hold(sockets: readonly number[]): void {
    if (this.#child !== undefined && String(sockets) === String(this.#sockets)) return;
    const before = this.#child;
    this.#sockets = sockets;
    this.#child = this.#start(sockets);
    before?.kill('SIGKILL');
  }

  /** Nothing outlasts the director. */
  stop(): void {
    this.#sockets = undefined;
    this.#child?.kill('SIGKILL');
    if (holderOf(keeperPath()) === this.pid) rmSync(keeperPath(), { force: true });
  }

  /** Everything outlasts the director for a while, for another one to go on with it. */
  linger(): void {
    this.#sockets = undefined;
    this.#child?.stdin?.end('linger\n');
  }

  #start(sockets: readonly number[]): ChildProcess {
    const log = openSync(logPath(), 'a', 0o600);
    const script = scriptOf(1 + sockets.length);
    const child = spawn('/bin/sh', ['-c', script, 'lvs-lab-keeper', keeperPath(), ...this.#revive], {
      stdio: ['pipe', log, log, this.#memory.fd, ...sockets],
      detached: true,
      cwd: '/',
    });
    closeSync(log);
    child.on('error', () => undefined);
    child.once('exit', () => {
      // Somebody has ended it: another one takes its place.
      if (child !== this.#child || this.#sockets === undefined) return;
      this.#child = undefined;
      this.hold(this.#sockets);
    });
    child.stdin?.on('error', () => undefined);
    child.unref();
    (child.stdin as Socket | null)?.unref();
    writeFileSync(keeperPath(), `${child.pid}\n`, { mode: 0o600 });
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

  /** What the director knew; undefined if this one cannot make sense of it. */
  openMemory(): SharedMemory | undefined {
    return SharedMemory.open(this.#memoryPath);
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
