/** What `ipvsadm` is run in. */
import type { IpvsBackend } from './backend/backend.ts';
import type { NameResolver } from './name-resolver.ts';

export interface TextSink {
  write(text: string): unknown;
}

export interface IpvsadmEnvironment {
  /** All that stands on standard input. Asked for by `-R` only, once. */
  stdin(): Promise<string>;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly resolver: NameResolver;
  /** The program's own name, for messages. */
  readonly argv0: string;
  /** Opens the backend; called first, whatever the command. What it throws is said. */
  open(): Promise<IpvsBackend>;
  /** Told of each line of `-R` that was refused or could not be read, after its message was written. */
  onRefusedLine?(lineNumber: number): void;
}
