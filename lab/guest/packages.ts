/** What a guest consists of: packages of Debian, fetched by name with apt and unpacked beside the machine's own. */
import { join } from 'node:path';
import { execa } from 'execa';
import { LabError } from '../error.ts';

/** A package of Debian that stands for the newest kernel of its kind. */
export const USUAL_KERNEL = 'linux-image-cloud-amd64';

/** Programs of the guest. */
const TOOLS = ['busybox-static', 'dash', 'ipvsadm', 'iproute2', 'nftables', 'ethtool', 'perl-base'];
/** What else these packages depend on is for installing them. */
const LIBRARY = /^(lib|zlib)/;
const KERNEL_IMAGE = /^linux-image-\d/;
const ONLY_DEPENDS = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
  (relation) => `--no-${relation}`,
);

export interface PackageSet {
  /** The one that holds the kernel: `linux-image-` and its release. */
  readonly kernel: string;
  readonly names: readonly string[];
  /** A line for each file with its name, size and checksum: two sets with the same lines hold the same bytes. */
  readonly files: readonly string[];
}

/**
 * The packages that make a guest, with the libraries that its programs need. Nothing is fetched yet.
 *
 * @param kernel The package of a kernel, or one that depends on it.
 * @throws LabError where apt does not know them.
 */
export async function packagesOf(kernel: string): Promise<PackageSet> {
  const all = dependencies(
    await said('apt-cache', ['depends', '--recurse', ...ONLY_DEPENDS, kernel, ...TOOLS]),
  );
  const image = imageOf(kernel, all);
  const names = new Set([image, ...TOOLS]);
  for (const name of names) {
    if (name === image) continue;
    for (const needed of all.get(name) ?? []) if (LIBRARY.test(needed)) names.add(needed);
  }
  const listed = await said('apt-get', ['download', '--print-uris', ...names]);
  const files = listed
    .split('\n')
    .filter((line) => line.startsWith("'"))
    .map((line) => line.split(' ').slice(1).join(' '));
  if (files.length !== names.size) {
    throw new LabError(`apt has files for ${files.length} of the packages ${[...names].join(' ')}.`);
  }
  return { kernel: image, names: [...names], files: files.toSorted() };
}

/** The package that holds the kernel: this one, or what it stands for. */
function imageOf(kernel: string, all: ReadonlyMap<string, readonly string[]>): string {
  const next = all.get(kernel)?.find((name) => KERNEL_IMAGE.test(name));
  if (next !== undefined) return imageOf(next, all);
  if (KERNEL_IMAGE.test(kernel)) return kernel;
  throw new LabError(`${kernel} depends on no kernel (linux-image-…): give the name of a kernel's package.`);
}

/** Fetches packages and unpacks them all below `root`; nothing of them is run or installed. */
export async function unpack({ names, files }: PackageSet, folder: string, root: string): Promise<void> {
  await said('apt-get', ['download', ...names], folder);
  for (const file of files) {
    const [name = ''] = file.split(' ');
    await said('dpkg-deb', ['-x', join(folder, name), root]);
  }
}

/** Each package of `apt-cache depends --recurse` with those that it depends on. */
function dependencies(text: string): Map<string, string[]> {
  const all = new Map<string, string[]>();
  let own: string[] = [];
  for (const line of text.split('\n')) {
    const needed = /^ [ |](?:Pre)?Depends: ([^<\s]+)$/.exec(line)?.[1];
    if (needed !== undefined) own.push(needed);
    if (!/^\S/.test(line)) continue;
    own = [];
    all.set(line, own);
  }
  return all;
}

async function said(program: string, words: readonly string[], cwd?: string): Promise<string> {
  const ran = await execa(program, words, {
    reject: false,
    stdin: 'ignore',
    env: { LC_ALL: 'C.UTF-8' },
    ...(cwd !== undefined && { cwd }),
  });
  if (!ran.failed) return ran.stdout;
  throw new LabError(
    `A guest needs Debian's packages, but ${program} ${words[0]} failed: ${ran.stderr.trim() || ran.shortMessage}. ` +
      'Where apt does not know a package, run: apt-get update',
  );
}
