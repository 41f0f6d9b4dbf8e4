/** What lies beside several results, copied to lie beside the merged one: in a folder for each run. */
import { cp, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { readResult } from '../../reports/read-result.ts';
import type { Finding, Hop, Result } from '../../reports/result.ts';
import { writingInto } from '../run/result-folder.ts';

export interface ResultFile {
  /** Of its result.json. */
  readonly path: string;
  /** Its paths are those that they will have beside the merged result. */
  readonly result: Result;
  /** The paths as they are now, and as they will be. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
}

/** @throws ResultFileError where it is no result. */
export async function readForMerge(path: string): Promise<ResultFile> {
  const result = await readResult(path);
  const place = (file: string) => join(result.run.id, file);
  return {
    path,
    result: withPaths(result, place),
    files: pathsIn(result).map((file) => ({ from: file, to: place(file) })),
  };
}

/**
 * Copies what is there. @returns the paths of what is not.
 * @throws EnvironmentMissingError where it cannot be written.
 */
export async function copyFiles({ path, files }: ResultFile, directory: string): Promise<string[]> {
  const missing: string[] = [];
  for (const { from, to } of files) {
    const source = await fileBeside(dirname(path), from);
    if (source === undefined) missing.push(join(dirname(path), from));
    // What is copied has no links: nothing that is written later follows one out of the folder.
    else
      await writingInto(directory, cp(source, join(directory, to), { recursive: true, dereference: true }));
  }
  return missing;
}

/** Where a file of a result really lies. Undefined if it is missing, or leads out of the folder, links included. */
async function fileBeside(folder: string, path: string): Promise<string | undefined> {
  try {
    const found = await realpath(join(folder, path));
    const fromFolder = relative(await realpath(folder), found);
    const isInside = fromFolder !== '' && !isAbsolute(fromFolder) && !/^\.\.(\/|$)/.test(fromFolder);
    return isInside ? found : undefined;
  } catch {
    return undefined;
  }
}

/** The result with the path of each file beside it (captures, logs, rules) replaced. */
export function withPaths(result: Result, place: (path: string) => string): Result {
  const hop = (one: Hop): Hop => ({ ...one, packet: { ...one.packet, capture: place(one.packet.capture) } });
  const findings = (all: readonly Finding[]) => all.map((one) => findingWith(one, place));
  return {
    ...result,
    cases: result.cases.map((one) => ({
      ...one,
      findings: findings(one.findings),
      ...(one.flow && { flow: { ...one.flow, pcap: place(one.flow.pcap) } }),
    })),
    sessions: result.sessions.map((one) => ({
      ...one,
      captures: one.captures.map((capture) => ({ ...capture, file: place(capture.file) })),
      path: { request: one.path.request.map(hop), reply: one.path.reply.map(hop) },
      files: one.files.map(place),
      misconfigurations: one.misconfigurations.map((wrong) => ({
        ...wrong,
        findings: findings(wrong.findings),
      })),
    })),
  };
}

/** The path of each file beside the result, once. */
export function pathsIn(result: Result): string[] {
  const paths = new Set<string>();
  withPaths(result, (path) => {
    paths.add(path);
    return path;
  });
  return [...paths];
}

/** A finding's command names its capture. */
function findingWith(one: Finding, place: (path: string) => string): Finding {
  if (one.packet === undefined) return one;
  const { capture } = one.packet;
  return {
    ...one,
    packet: { ...one.packet, capture: place(capture) },
    ...(one.command === undefined ? {} : { command: one.command.replaceAll(capture, place(capture)) }),
  };
}
