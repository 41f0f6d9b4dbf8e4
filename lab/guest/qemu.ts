/** QEMU with a guest in it: its process, its console and its answers. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { LabError } from '../error.ts';
import type { Output } from '../ipvsadm.ts';
import { GuestAgent } from './agent.ts';
import { cardOptions } from './cards.ts';
import { Debugger } from './debugger.ts';
import type { GuestImage } from './image.ts';
import type { GuestPlace } from './place.ts';

export const QEMU = 'qemu-system-x86_64';

const MEMORY_MIB = 160;
const CONSOLE_LINES = 15;
const FAILURE = /Kernel panic|Oops|BUG:/;
const DEBUGGER_FD = 3;
const FIRST_WIRE_FD = 4;
/**
 * An error of the kernel ends the guest, which is neither to go on nor to start again. Where code is emulated, it is translated
 * once for all programs that have it at the same address. On a busy machine the timer's interrupts come too late for the kernel's
 * check of them, and for its watchdogs where its clock is set. One of these compares the processor's counter with another clock,
 * from which it is some way off each time the machine was made to stand still: it would go over to that one, which wraps within
 * 43 s, and a kernel whose ticks are held for longer would live in its past, where no timer is due any more.
 */
const KERNEL_WORDS =
  'console=ttyS0 quiet panic=-1 oops=panic nohz=off rcupdate.rcu_expedited=1 no_timer_check tsc=reliable rcupdate.rcu_cpu_stall_suppress=1 nowatchdog random.trust_cpu=1 mitigations=off norandmaps';

export class Qemu {
  /** Resolves with how it ended, once it has; never rejects. */
  readonly ended: Promise<string>;
  readonly debugger: Debugger;
  /** Of its cards, in their order, where they are wires. */
  readonly wires: readonly Duplex[];
  readonly #agent: GuestAgent;
  readonly #consoleFile: string;
  readonly #signal: (signal: NodeJS.Signals) => void;
  /** Rejects when it has ended. */
  readonly #lost: Promise<never>;

  private constructor(started: Started, consoleFile: string) {
    this.#consoleFile = consoleFile;
    this.#agent = new GuestAgent(started.stdin, started.stdout);
    this.debugger = new Debugger(started.debugged);
    this.wires = started.wires;
    this.#signal = started.signal;
    this.ended = started.ended.then((said) => this.#told(`The guest has ended${said}`));
    this.#lost = this.ended.then((how) => {
      throw new LabError(how);
    });
    this.#lost.catch(() => undefined);
  }

  static async start(place: GuestPlace, image: GuestImage): Promise<Qemu> {
    await mkdir(place.filesDirectory, { recursive: true });
    const consoleFile = join(place.filesDirectory, 'console.log');
    const { interfaces } = place.spec;
    const wires = place.isWired ? interfaces.map((_, at) => FIRST_WIRE_FD + at) : [];
    const words = [
      ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
      ...(hasKvm() ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,tb-size=128', '-cpu', 'max']),
      ...['-machine', 'pc', '-smp', '1', '-m', String(MEMORY_MIB)],
      ...['-kernel', image.kernel, '-initrd', image.initramfs, '-append', KERNEL_WORDS],
      ...['-serial', `file:${consoleFile}`],
      ...['-chardev', 'stdio,id=agent,signal=off', '-device', 'virtio-serial-pci'],
      ...['-device', 'virtserialport,chardev=agent'],
      ...['-chardev', `socket,id=debugger,fd=${DEBUGGER_FD}`, '-gdb', 'chardev:debugger'],
      ...interfaces.flatMap((own, at) => cardOptions(own, place.backend(own, FIRST_WIRE_FD + at))),
    ];
    const ports = [DEBUGGER_FD, ...wires];
    const running = place.run(QEMU, words, {
      reject: false,
      buffer: { stdout: false, ...Object.fromEntries(ports.map((fd) => [`fd${fd}`, false])) },
      stdio: ['pipe', 'pipe', 'pipe', ...ports.map(() => 'pipe' as const)],
    });
    const ended = running.then(({ stderr }) => (stderr === '' ? '' : `: ${stderr}`));
    const { stdin, stdout } = running;
    // Node makes a socket of each pipe, which goes both ways.
    const portOf = (fd: number) => running.stdio[fd] as Duplex;
    return new Qemu(
      {
        ...{ stdin, stdout, debugged: portOf(DEBUGGER_FD), wires: wires.map(portOf), ended },
        signal: (signal) => running.kill(signal),
      },
      consoleFile,
    );
  }

  /** @throws LabError with the end of its console where it hangs or has ended. */
  async run(script: string, limitMs: number): Promise<Output> {
    const output = await Promise.race([this.#agent.run(script, limitMs), this.#lost]);
    return output ?? this.#hangs(limitMs);
  }

  /** As `GuestAgent.enter`. @throws LabError with the end of its console where it hangs or has ended. */
  async enter(namespace: string, limitMs: number): Promise<void> {
    const answers = await Promise.race([this.#agent.enter(namespace, limitMs), this.#lost]);
    if (!answers) await this.#hangs(limitMs);
  }

  /** Awaits that it answers. @throws LabError with the end of its console where it hangs or has ended. */
  async answered(limitMs: number): Promise<void> {
    const answers = await Promise.race([this.#agent.answers(limitMs), this.#lost]);
    if (!answers) await this.#hangs(limitMs);
  }

  /** As `GuestAgent.received`. @throws LabError with the end of its console where it hangs or has ended. */
  async received(limitMs: number): Promise<number> {
    const frames = await Promise.race([this.#agent.received(limitMs), this.#lost]);
    return frames ?? this.#hangs(limitMs);
  }

  /** Sends its process a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#signal(signal);
  }

  async stop(): Promise<void> {
    this.#signal('SIGKILL');
    await this.ended;
  }

  async #hangs(limitMs: number): Promise<never> {
    throw new LabError(await this.#told(`The guest has not answered for ${limitMs / 1000} s`));
  }

  /** With the last that its console shows, or from where its kernel said that it fails. */
  async #told(what: string): Promise<string> {
    const console = await readFile(this.#consoleFile, 'utf8').catch(() => '');
    const lines = console.trimEnd().split('\n');
    const failed = lines.findIndex((line) => FAILURE.test(line));
    const shown = failed < 0 ? lines.slice(-CONSOLE_LINES) : lines.slice(failed, failed + CONSOLE_LINES);
    return `${what}. The end of its console, ${this.#consoleFile}:\n${shown.join('\n')}`;
  }
}

interface Started {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly debugged: Duplex;
  readonly wires: readonly Duplex[];
  /** Resolves with what it says on stderr. */
  readonly ended: Promise<string>;
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** Whether this processor can run a guest itself. A device alone does not say so: where this is a guest, it may not work. */
export function hasKvm(): boolean {
  if (!/^flags\s*:.*\b(vmx|svm)\b/m.test(readFileSync('/proc/cpuinfo', 'latin1'))) return false;
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
